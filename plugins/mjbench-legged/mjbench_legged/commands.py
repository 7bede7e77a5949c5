"""Velocity commands, and how well a robot follows them."""

from dataclasses import dataclass

import numpy as np

SETTLE_S = 1.0
"""After a command changes, this long is left out of its error."""


@dataclass(frozen=True)
class Commands:
    """Ranges of velocity commands, drawn anew every ``hold_s``."""

    forward_m_s: tuple[float, float] = (-0.5, 1.0)
    left_m_s: float = 0.4
    """To either side."""
    turn_rad_s: float = 1.0
    """To either side."""
    still: float = 0.1
    """Share of commands to stand still."""
    hold_s: float = 5.0

    def draw(self, generator: np.random.Generator, share: float) -> np.ndarray:
        """One command, (3,): forward m/s, left m/s, turn rad/s.

        Args:
            generator: of the episode.
            share: of the full ranges, 0..1; a curriculum widens them.
        """
        low, high = self.forward_m_s
        drawn = generator.uniform([low, -self.left_m_s, -self.turn_rad_s], [high, self.left_m_s, self.turn_rad_s])
        return np.zeros(3) if generator.random() < self.still else drawn * share


class Tracking:
    """How far the mean velocity of each command's time was off, averaged over the commands of an episode.

    A gait swings around its mean at every stride, which is no error; so the mean over the time of a command is what
    is compared, its first second left out.
    """

    def __init__(self, count: int) -> None:
        self._time = np.zeros(count)  # settled seconds under the current command
        self._sum = np.zeros((count, 3))  # integral of velocity over them
        self._command = np.zeros((count, 3))
        self._done = np.zeros(count)  # commands that are over
        self._errors = np.zeros((count, 2))  # their errors added up: m/s, rad/s
        self._since = np.zeros(count)

    def add(self, velocity: np.ndarray, command: np.ndarray, step_s: float) -> None:
        """One control step under ``command``: velocity (N, 3) forward, left, turn."""
        self._since += step_s
        settled = (self._since > SETTLE_S) * step_s
        self._time += settled
        self._sum += velocity * settled[:, None]
        self._command[:] = command

    def change(self, env: int) -> None:
        """The command of one robot is over."""
        if self._time[env] > 0:
            self._errors[env] += self._current()[env]
            self._done[env] += 1
        self._time[env] = self._since[env] = 0.0
        self._sum[env] = 0.0

    def begin(self, env: int) -> None:
        """One robot starts a new episode."""
        self._errors[env] = self._sum[env] = 0.0
        self._done[env] = self._time[env] = self._since[env] = 0.0

    def errors(self) -> np.ndarray:
        """Mean error so far, (N, 2): m/s and rad/s."""
        under_way = self._time > 0
        count = self._done + under_way
        return (self._errors + self._current() * under_way[:, None]) / np.maximum(count, 1)[:, None]

    def _current(self) -> np.ndarray:
        off = self._sum / np.maximum(self._time, 1e-9)[:, None] - self._command
        return np.stack([np.hypot(off[:, 0], off[:, 1]), np.abs(off[:, 2])], axis=1)
