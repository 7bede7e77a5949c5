"""What a task of the arm is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SUBSTEPS = 8
"""Physics steps in a control step."""
CONTROL_S = SUBSTEPS * 0.005
Box3 = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class FrankaTask:
    """Everything that defines a task but its randomisation, which is off in the standard ones."""

    start: tuple[float, ...]
    """Joint angles at the start of an episode, rad, (7,)."""
    goals_m: Box3
    """Ranges of the goal along x, y, z."""
    weights: Mapping[str, float]
    """Weights of the terms in ``rewards.py``."""
    tolerance_m: float
    """Distance within which the goal is reached."""
    hold_steps: int
    """Last control steps of an episode at which the goal must be reached: success."""
    steps: int
    """Control steps of an episode."""
    actions: Literal["joints", "tip"] = "joints"
    """What actions move; see ``actions.py``."""
    cube_m: Box3 | None = None
    """Ranges of the cube's start along x and y, and of its yaw (rad); None without a cube."""
    shortest_m: float = 0.0
    """The goal is at least so far from the cube's start."""
    levels: int = 1
    """Levels of the curriculum; see ``share``."""

    def share(self, level: int) -> float:
        """Of the way from the start to the goal that a level keeps: small ones first, the last is the task itself."""
        return ((level + 1) / self.levels) ** 2
