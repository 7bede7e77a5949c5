"""Pushes that belong to a task, and how long robots take to recover from them."""

from dataclasses import dataclass, replace

import numpy as np

from mjbench_legged.state import RobotState

STEADY_M_S = 0.2
"""A robot is steady again when its horizontal velocity is this close to the command, and its base"""
STEADY_TILT = 0.17
"""this close to upright: sine of the angle, 10 degrees."""


@dataclass(frozen=True)
class Pushes:
    """Sudden changes of the base's horizontal velocity, in a direction that is drawn."""

    every_s: float = 3.0
    speed_m_s: float = 0.5
    first_s: tuple[float, float] = (1.0, 3.0)
    """The first one comes at a time drawn from this range."""
    trained_every_s: float = 2.0
    trained_m_s: tuple[float, float] = (0.2, 0.7)
    """Speeds at the first and the last level of a curriculum, where pushes come every ``trained_every_s``."""

    def first(self, generator: np.random.Generator, step_s: float) -> int:
        """Control step of the first push."""
        return round(generator.uniform(*self.first_s) / step_s)

    def at(self, share: float) -> "Pushes":
        """Those of a curriculum's level, which lies at ``share`` of the way from the first level to the last one."""
        low, high = self.trained_m_s
        return replace(self, every_s=self.trained_every_s, speed_m_s=low + share * (high - low))

    def draw(self, generator: np.random.Generator) -> np.ndarray:
        """Change of the velocity, world x and y, m/s, (2,)."""
        angle = generator.uniform(-np.pi, np.pi)
        return self.speed_m_s * np.array([np.cos(angle), np.sin(angle)])


class Recovery:
    """Time from a push until the robot was last unsteady, averaged over the pushes of an episode."""

    def __init__(self, count: int) -> None:
        self._pushes = np.zeros(count)
        self._total_s = np.zeros(count)  # of the pushes before the last one
        self._since_s = np.zeros(count)
        self._last_s = np.zeros(count)

    def begin(self, env: int) -> None:
        """One robot starts a new episode."""
        for values in (self._pushes, self._total_s, self._since_s, self._last_s):
            values[env] = 0.0

    def push(self, env: int) -> None:
        """One robot is pushed."""
        self._total_s[env] += self._last_s[env]
        self._pushes[env] += 1
        self._since_s[env] = self._last_s[env] = 0.0

    def add(self, state: RobotState, off_m_s: np.ndarray, step_s: float) -> None:
        """One control step that ended ``off_m_s`` (N,) from the commanded velocity."""
        tilt = np.hypot(state.gravity_b[:, 0], state.gravity_b[:, 1])
        unsteady = (off_m_s > STEADY_M_S) | (tilt > STEADY_TILT)
        self._since_s += step_s
        self._last_s = np.where(unsteady & (self._pushes > 0), self._since_s, self._last_s)

    def seconds(self) -> np.ndarray:
        """The mean so far, (N,); 0 before the first push."""
        return (self._total_s + self._last_s) / np.maximum(self._pushes, 1)
