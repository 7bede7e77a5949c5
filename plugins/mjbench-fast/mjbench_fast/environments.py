"""The training environments of a run, stepped together."""

from typing import Any, NamedTuple

import numpy as np

from mjbench.algorithms.budget import whole_steps
from mjbench.api.session import Session
from mjbench.errors import SpecError


class Stepped(NamedTuple):
    """What one step of all environments gave; the arrays are overwritten by the next."""

    observations: np.ndarray
    """(N, size) where an episode ended, the first of the next."""
    rewards: np.ndarray
    """(N,) single precision, as stable-baselines3 keeps them."""
    dones: np.ndarray
    """(N,) whether the episode ended."""
    finals: dict[int, np.ndarray]
    """The last observation (size,) of each environment whose episode ended."""
    truncated: dict[int, bool]
    """Whether it was cut off rather than over; for the same environments."""


class Environments:
    """N environments of one session; one whose episode ends is reset at once.

    Several are the session's batch, stepped natively where the task can. A single one is stepped without a batch
    around it, which takes less time.

    Args:
        session: makes them.
        count: N.

    Raises:
        SpecError: N is more than the budget, or the task's actions have no bounds.
    """

    def __init__(self, session: Session, count: int) -> None:
        run, self.count = session.run, count
        self.budget = whole_steps(count, run.steps)
        """Environment steps that whole steps of all environments fit into."""
        self._env: Any = session.make_env() if count == 1 else session.make_batch(count)
        self.step = self._step_one if count == 1 else self._step_batch
        prefix = "" if count == 1 else "single_"
        space, observed = (getattr(self._env, f"{prefix}{kind}_space") for kind in ("action", "observation"))
        if not (np.isfinite(space.low).all() and np.isfinite(space.high).all()):
            raise SpecError(f"{run.entry} needs bounded actions, and {run.task} has none")
        self.low: np.ndarray = space.low.astype(np.float32)  # (A,)
        self.high: np.ndarray = space.high.astype(np.float32)  # (A,)
        self.actions: int = space.shape[0]
        self.size: int = observed.shape[0]
        self._observations = np.zeros((1, self.size), observed.dtype)
        self._rewards, self._dones = np.zeros(1, np.float32), np.zeros(1, bool)

    def reset(self, seed: int) -> np.ndarray:
        """Begin all environments' first episodes; environment i is seeded with ``seed + i``. -> (N, size)."""
        return np.array(self._env.reset(seed=seed)[0]).reshape(self.count, self.size)

    def close(self) -> None:
        """Close all of them."""
        self._env.close()

    def _step_one(self, actions: np.ndarray) -> Stepped:
        """actions (1, A), within the bounds; not to be changed afterwards."""
        observation, self._rewards[0], terminated, truncated, _ = self._env.step(actions[0])
        finals: dict[int, np.ndarray] = {}
        cut: dict[int, bool] = {}
        self._dones[0] = done = terminated or truncated
        if done:
            # A copy: an environment may give the same array again.
            finals[0], cut[0] = np.array(observation), truncated and not terminated
            observation = self._env.reset()[0]
        self._observations[0] = observation
        return Stepped(self._observations, self._rewards, self._dones, finals, cut)

    def _step_batch(self, actions: np.ndarray) -> Stepped:
        """actions (N, A), within the bounds; not to be changed afterwards."""
        observations, rewards, terminated, truncated, infos = self._env.step(actions)
        dones = terminated | truncated
        ended = np.flatnonzero(dones).tolist()
        finals = {i: infos["final_obs"][i] for i in ended}
        cut = {i: bool(truncated[i] and not terminated[i]) for i in ended}
        return Stepped(observations, rewards.astype(np.float32), dones, finals, cut)
