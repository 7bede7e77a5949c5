"""Environments that keep state in odd places; registered with Gymnasium, as a user's own module would be."""

import importlib
import os
from functools import partial
from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Box
from gymnasium.wrappers import TransformObservation

LIMIT = 25
SIMULATORS: list[np.ndarray] = []
"""Stands for a simulator behind integer handles."""
TABLE = {"steps": 0}


class PointEnv(gymnasium.Env[np.ndarray, np.ndarray]):
    """A noisy point; its state is an ordinary array."""

    def __init__(self) -> None:
        self.observation_space = Box(-np.inf, np.inf, (3,), np.float64)
        self.action_space = Box(-1.0, 1.0, (1,), np.float32)
        self.x = np.zeros(3)
        self.count = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.begin(self.np_random.normal(size=3))
        return self.x.copy(), {}

    def begin(self, x: np.ndarray) -> None:
        self.x = x

    def step(self, action: np.ndarray) -> Any:
        self.count += 1
        self.move(float(action[0]), 0.05 * self.np_random.normal(size=3))
        return self.x.copy(), -float(np.square(self.x).sum()), False, False, {}

    def move(self, push: float, noise: np.ndarray) -> None:
        self.x = 0.9 * self.x + 0.1 * push + noise


class NumbaEnv(PointEnv):
    """Its state is what a compiled function returned."""

    def __init__(self) -> None:
        import numba

        super().__init__()
        self.advance = numba.njit(lambda x, push, noise: 0.9 * x + 0.1 * push + noise)

    def move(self, push: float, noise: np.ndarray) -> None:
        self.x = self.advance(self.x, push, noise)


class TorchEnv(PointEnv):
    """Its state is a tensor, and numpy's view of it."""

    def begin(self, x: np.ndarray) -> None:
        import torch

        self.tensor = torch.from_numpy(x.copy())
        self.x = self.tensor.numpy()

    def move(self, push: float, noise: np.ndarray) -> None:
        self.tensor.mul_(0.9).add_(0.1 * push)
        self.x += noise


class Smooth:
    """A filter that a wrapper calls."""

    def __init__(self) -> None:
        self.memory = np.zeros(3)

    def apply(self, x: np.ndarray) -> np.ndarray:
        self.memory = 0.5 * self.memory + x
        return self.memory.copy()


class SmoothEnv(TransformObservation[np.ndarray, np.ndarray, np.ndarray]):
    """A stock wrapper that holds a bound method."""

    def __init__(self) -> None:
        env = PointEnv()
        self.smooth = Smooth()
        super().__init__(env, self.smooth.apply, env.observation_space)

    def reset(self, **given: Any) -> Any:
        self.smooth.memory = np.zeros(3)
        return super().reset(**given)


class HandleEnv(PointEnv):
    """Its state lies elsewhere; it knows a number."""

    def __init__(self) -> None:
        super().__init__()
        self.handle = len(SIMULATORS)
        SIMULATORS.append(np.zeros(3))

    def begin(self, x: np.ndarray) -> None:
        SIMULATORS[self.handle][:] = x
        self.x = x

    def move(self, push: float, noise: np.ndarray) -> None:
        SIMULATORS[self.handle] = 0.9 * SIMULATORS[self.handle] + 0.1 * push + noise
        self.x = SIMULATORS[self.handle].copy()


class ModuleEnv(PointEnv):
    """A global of its module counts the steps."""

    def move(self, push: float, noise: np.ndarray) -> None:
        TABLE["steps"] += 1
        super().move(push, noise + 0.01 * (TABLE["steps"] % 997))


mujoco: Any = importlib.import_module("mujoco")  # its stubs name nothing


class RebuiltEnv(PointEnv):
    """A model that is compiled at each reset, each time with another number of bodies."""

    def __init__(self) -> None:
        super().__init__()
        self.begin(np.zeros(3))

    def begin(self, x: np.ndarray) -> None:
        count = 1 + int(10 * abs(x[0])) % 4
        body = '<body pos="{0} 0 1"><joint name="j{0}" type="slide" axis="1 0 0"/><geom size=".1"/></body>'
        bodies = "".join(body.format(i) for i in range(count))
        xml = f'<mujoco><worldbody>{bodies}</worldbody><actuator><motor joint="j0"/></actuator></mujoco>'
        self.model = mujoco.MjModel.from_xml_string(xml)
        self.data = mujoco.MjData(self.model)
        self.x = x

    def move(self, push: float, noise: np.ndarray) -> None:
        self.data.ctrl[0] = push
        mujoco.mj_step(self.model, self.data)
        self.x = np.full(3, self.data.qpos[0]) + 0 * noise


class UnsaveableEnv(PointEnv):
    """Holds a running generator."""

    def __init__(self) -> None:
        super().__init__()
        self.endless = (n for n in iter(int, 1))


class CrashingEnv(PointEnv):
    """Ends the process in which it was not built."""

    def __init__(self) -> None:
        super().__init__()
        self.process = os.getpid()

    def move(self, push: float, noise: np.ndarray) -> None:
        if os.getpid() != self.process:
            os.abort()
        super().move(push, noise)


class FaultyEnv(PointEnv):
    """Gives a number that is not finite after a while.

    Args:
        where: ``observation``, ``reward`` or ``reset``.
    """

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def reset(self, **given: Any) -> Any:
        observation, info = super().reset(**given)
        if self.where == "reset" and self.count >= 300:
            observation[2] = np.inf
        return observation, info

    def step(self, action: np.ndarray) -> Any:
        observation, reward, *rest = super().step(action)
        if self.count == 300 and self.where == "observation":
            observation[1] = np.nan
        return observation, np.nan if self.count == 300 and self.where == "reward" else reward, *rest


class HugeEnv(PointEnv):
    """Every reward is finite and beyond what anybody can use."""

    def step(self, action: np.ndarray) -> Any:
        observation, _, *rest = super().step(action)
        return observation, 1e150, *rest


class WordsEnv(PointEnv):
    """Fails with an error that is no text, as from the name of a file in another encoding."""

    def step(self, action: np.ndarray) -> Any:
        raise RuntimeError(os.fsdecode(b"caf\xe9.xml"))


class SameArrayEnv(PointEnv):
    """Gives one and the same array every time.

    Args:
        copied: or a copy of it.
    """

    def __init__(self, copied: bool = False) -> None:
        super().__init__()
        self.copied = copied
        self.given = np.zeros(3)

    def reset(self, **given: Any) -> Any:
        self.given[:] = super().reset(**given)[0] + 100.0
        return self.given.copy() if self.copied else self.given, {}

    def step(self, action: np.ndarray) -> Any:
        observation, *rest = super().step(action)
        self.given[:] = observation
        return self.given.copy() if self.copied else self.given, *rest


KINDS: dict[str, Any] = {
    **{
        kind.__name__.removesuffix("Env"): kind
        for kind in (PointEnv, NumbaEnv, TorchEnv, SmoothEnv, HandleEnv, ModuleEnv, RebuiltEnv, UnsaveableEnv)
    },
    "Crashing": CrashingEnv,
    "Huge": HugeEnv,
    "Words": WordsEnv,
    **{f"Faulty-{where}": partial(FaultyEnv, where) for where in ("observation", "reward", "reset")},
    "SameArray": SameArrayEnv,
    "FreshArray": partial(SameArrayEnv, copied=True),
}
for _name, _kind in KINDS.items():
    gymnasium.register(f"{_name}-v0", entry_point=_kind, max_episode_steps=LIMIT)
