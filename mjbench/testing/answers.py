"""What an environment answers, held to what its spaces and Gymnasium's interface say."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np


class Fault(Exception):
    """What makes everything after it meaningless."""


class Answers:
    """The answers of one environment, in order.

    Args:
        space: of its observations, a one-dimensional Box.
    """

    def __init__(self, space: Any) -> None:
        self.trace: list[np.ndarray] = []
        self.notices: list[tuple[str, bool]] = []
        """(text, whether it is an error), each cause once."""
        self._space = space
        self._said: set[str] = set()
        self._where = "reset()"
        self._seed = 0
        self._steps = 0
        self._last: tuple[Any, np.ndarray] | None = None

    def reset(self, call: Callable[[], Any], seed: int | None = None) -> None:
        """Take in what ``reset`` returns.

        Raises:
            Fault: it is of no use.
        """
        self._seed = self._seed if seed is None else seed
        self._where = "reset()" if seed is not None else f"reset() after step {self._steps}"
        answer = self._called(call)
        if not (isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[1], dict)):
            raise Fault(
                "reset() has the interface before Gymnasium 0.26: return (observation, info), and "
                "(observation, reward, terminated, truncated, info) from step()"
            )
        self._observe(answer[0])

    def step(self, call: Callable[[], Any], action: np.ndarray) -> bool:
        """Take in what ``step`` returns; whether the episode has ended.

        Raises:
            Fault: it is of no use.
        """
        self._steps += 1
        self._where = f"step {self._steps}"
        before = action.copy()
        answer = self._called(call)
        if not (isinstance(answer, tuple) and len(answer) == 5):
            count = f"{len(answer)} values" if isinstance(answer, tuple) else f"a {type(answer).__name__}"
            old = " (the interface before Gymnasium 0.26)" if isinstance(answer, tuple) and len(answer) == 4 else ""
            raise Fault(
                f"step() returns {count}{old}; return (observation, reward, terminated, truncated, info): "
                "terminated where the task is over, truncated where only time is"
            )
        observation, reward, terminated, truncated, _ = answer
        self._observe(observation)
        self._rewarded(reward)
        if not np.array_equal(before, action):
            self._say("action", "step() changes the action that it is given; work on action.copy()", error=False)
        for name, flag in (("terminated", terminated), ("truncated", truncated)):
            if not isinstance(flag, (bool, np.bool_, int)):
                raise Fault(f"{self._where}: {name} is {flag!r}; return True or False")
        self.trace += [np.array([float(reward)]), np.array([bool(terminated), bool(truncated)])]
        return bool(terminated or truncated)

    def _called(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except (Exception, SystemExit) as error:
            raise Fault(f"{self._where} raises {type(error).__name__}: {error}") from error

    def _observe(self, observation: Any) -> None:
        space = self._space
        numbers = np.asarray(observation)
        if numbers.dtype.kind not in "fiub":
            raise Fault(f"{self._where}: the observation is a {type(observation).__name__}, not an array of numbers")
        if numbers.shape != space.shape:
            raise Fault(
                f"{self._where}: the observation has the shape {numbers.shape}, its space has {space.shape}; "
                "gymnasium.wrappers.FlattenObservation makes both flat, else change the space"
            )
        if numbers.dtype.kind == "f" and not np.isfinite(numbers).all():
            i = int(np.flatnonzero(~np.isfinite(numbers))[0])
            raise Fault(f"{self._where}, seed {self._seed}: observation[{i}] is {numbers[i]}")
        self._fit(numbers)
        if self._last is not None and np.shares_memory(self._last[0], numbers):
            self._say(
                "shared", "observations share one array, so that a stored one changes; return a copy", error=False
            )
        self._last = (numbers, numbers.copy())
        self.trace.append(numbers.copy())

    def _fit(self, numbers: np.ndarray) -> None:
        """Hold an observation to the kind of number and the bounds of its space."""
        space = self._space
        whole = space.dtype.kind in "iub"
        parts = numbers[numbers != np.floor(numbers)] if whole else numbers[:0]
        outside = np.flatnonzero((numbers < space.low) | (numbers > space.high))
        if parts.size:
            text = (
                f"the observation space holds {space.dtype}, and {self._where} gives {parts[0]:.4g}, which arrives as "
                f"{int(parts[0])}; declare the space with dtype=np.float64"
            )
            self._say("fit", text, error=True)
        elif outside.size:
            i = int(outside[0])
            bounds = f"[{space.low[i]:g}, {space.high[i]:g}]"
            text = f"{self._where}: observation[{i}] = {numbers[i]:.4g} is outside of its space {bounds}; widen it"
            self._say("fit", text, error=whole)

    def _rewarded(self, reward: Any) -> None:
        if np.ndim(reward) or not isinstance(reward, (int, float, np.number, np.bool_, np.ndarray)):
            what = f"an array of shape {np.shape(reward)}" if np.ndim(reward) else f"a {type(reward).__name__}"
            raise Fault(f"{self._where}: the reward is {what}; return float(reward)")
        if not math.isfinite(reward):
            raise Fault(f"{self._where}, seed {self._seed}: the reward is {float(reward)}")

    def _say(self, cause: str, text: str, error: bool) -> None:
        if cause not in self._said:
            self._said.add(cause)
            self.notices.append((text, error))
