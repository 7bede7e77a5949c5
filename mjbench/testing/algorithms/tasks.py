"""Small tasks in plain numpy, on which algorithms are checked: a thousand steps take a tenth of a second.

Importing this module registers them with Gymnasium, so that a worker finds them by name, without a package of tasks.
"""

from typing import Any

import gymnasium
import numpy as np

LIMIT = 20
"""Steps of an episode."""
LOUDEST = 1e60
"""A reward that is finite in double precision and infinite in single; records hold numbers up to 1e100."""


class PointEnv(gymnasium.Env[np.ndarray, np.ndarray]):
    """A point on a plane is pushed to the origin; it ends early where it leaves the square.

    Observation (4,) float32: position and velocity. Action (2,): push, in bounds that are not symmetric. Reward: minus
    the distance.

    Args:
        loud: rewards are so large that losses in single precision overflow.
    """

    metadata = {"render_modes": []}
    low, high = np.array([-1.0, -0.5], np.float32), np.array([1.0, 2.0], np.float32)
    observed = np.float32

    def __init__(self, loud: bool = False, render_mode: str | None = None) -> None:
        self.render_mode = render_mode
        self._loud = loud
        size = self.low.size
        self.observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (2 * size,), self.observed)
        self.action_space = gymnasium.spaces.Box(self.low, self.high)
        self._position, self._velocity = np.zeros(size), np.zeros(size)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Start at rest, at a random place."""
        super().reset(seed=seed)
        self._position = self.np_random.uniform(-1, 1, self.low.size)
        self._velocity = np.zeros(self.low.size)
        return self._observe(), {}

    def step(self, action: np.ndarray) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Push for a tenth of a second."""
        self._velocity = 0.9 * self._velocity + 0.1 * np.clip(action, self.low, self.high)
        self._position = self._position + self._velocity
        distance = float(np.abs(self._position).max())
        reward = -distance * (LOUDEST if self._loud else 1.0)
        return self._observe(), reward, distance > 1.5, False, {}

    def _observe(self) -> np.ndarray:
        return np.concatenate([self._position, self._velocity]).astype(self.observed)


class LineEnv(PointEnv):
    """The same on a line, observed in double precision."""

    low, high = np.array([-2.0], np.float32), np.array([0.5], np.float32)
    observed = np.float64


for name, cls, kwargs in (("Point", "PointEnv", {}), ("Line", "LineEnv", {}), ("Loud", "PointEnv", {"loud": True})):
    # A name that no other package has: Gymnasium keeps one list for all.
    gymnasium.register(f"Mjbench{name}-v0", entry_point=f"{__name__}:{cls}", kwargs=kwargs, max_episode_steps=LIMIT)

POINT, LINE, LOUD = (f"adhoc/{__name__}:Mjbench{name}-v0" for name in ("Point", "Line", "Loud"))
"""Ids."""
