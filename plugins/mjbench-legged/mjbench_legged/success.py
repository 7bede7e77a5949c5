"""What counts as success, and what a curriculum rises and falls by: one class a kind of task.

A robot that has fallen never succeeds, whatever the class says.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np


@dataclass(frozen=True)
class Episodes:
    """N episodes as far as they have come; every array is (N,)."""

    lived: np.ndarray
    """Share of the episode's full length."""
    start_m: np.ndarray
    """World x where the episode began."""
    distance_m: np.ndarray
    """Along world x since then."""
    speed_m_s: np.ndarray
    """Mean, along world x."""
    heading_deg: np.ndarray
    """Absolute yaw now."""
    velocity_error_m_s: np.ndarray
    """See ``commands.Tracking``."""
    turn_error_rad_s: np.ndarray
    walked_m: np.ndarray
    """Way along the commanded direction."""
    commanded_m: np.ndarray
    """Way of a robot that follows the commands exactly."""


class Success(Protocol):
    """Judges episodes of one kind of task."""

    def progress(self, episodes: Episodes) -> np.ndarray:
        """The curriculum's score, (N,): 0..1 or a little above."""
        ...

    def reached(self, episodes: Episodes) -> np.ndarray:
        """Whether the episode succeeds as it stands, (N,) bool."""
        ...


@dataclass(frozen=True)
class WalkAhead:
    """Mean forward speed and final heading within limits; progress is the time without a fall."""

    speed_m_s: float = 0.7
    """Lowest mean speed."""
    heading_deg: float = 10.0
    """Largest heading."""

    def progress(self, episodes: Episodes) -> np.ndarray:
        """See ``Success``."""
        return episodes.lived

    def reached(self, episodes: Episodes) -> np.ndarray:
        """See ``Success``."""
        return (episodes.speed_m_s >= self.speed_m_s) & (episodes.heading_deg <= self.heading_deg)


@dataclass(frozen=True)
class FollowCommands:
    """Mean errors of the commanded velocity within limits; progress is ``lived * exp(-(e_v^2 + e_w^2) / 0.25)``."""

    error_m_s: float = 0.1
    error_rad_s: float = 0.15

    def progress(self, episodes: Episodes) -> np.ndarray:
        """See ``Success``."""
        squares = np.square(episodes.velocity_error_m_s) + np.square(episodes.turn_error_rad_s)
        return episodes.lived * np.exp(-squares / 0.25)

    def reached(self, episodes: Episodes) -> np.ndarray:
        """See ``Success``."""
        return (episodes.velocity_error_m_s <= self.error_m_s) & (episodes.turn_error_rad_s <= self.error_rad_s)


@dataclass(frozen=True)
class CrossTerrain(FollowCommands):
    """As ``FollowCommands`` with wider limits; progress is the share of the commanded way that was walked.

    Where the whole episode's commands ask for no more than 1 m it is the time without a fall.
    """

    error_m_s: float = 0.25
    error_rad_s: float = 0.3

    def progress(self, episodes: Episodes) -> np.ndarray:
        """See ``Success``; the commanded way is extrapolated to the episode's end, so falling early is no progress."""
        commanded_m = episodes.commanded_m / np.maximum(episodes.lived, 1e-9)
        return np.where(commanded_m > 1.0, episodes.walked_m / np.maximum(commanded_m, 1e-9), episodes.lived)


@dataclass(frozen=True)
class Stand:
    """On its feet to the end, and not far from the start; progress is the time without a fall."""

    drift_m: float = 1.0
    """Largest distance from the start, along world x."""

    def progress(self, episodes: Episodes) -> np.ndarray:
        """See ``Success``."""
        return episodes.lived

    def reached(self, episodes: Episodes) -> np.ndarray:
        """See ``Success``."""
        return (episodes.lived >= 1.0) & (np.abs(episodes.distance_m) <= self.drift_m)


@dataclass(frozen=True)
class ReachLine:
    """The base has passed a line across world x; progress is the share of the way there."""

    line_m: float

    def progress(self, episodes: Episodes) -> np.ndarray:
        """See ``Success``."""
        return episodes.distance_m / (self.line_m - episodes.start_m)

    def reached(self, episodes: Episodes) -> np.ndarray:
        """See ``Success``."""
        return self.progress(episodes) >= 1.0
