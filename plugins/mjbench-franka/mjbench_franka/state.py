"""What rewards, observations and successes see: arrays over the batch."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ArmState:
    """N arms after a control step; positions are in the frame of the robot's base, m."""

    joint_pos: np.ndarray  # (N, 7) rad
    joint_vel: np.ndarray  # (N, 7) rad/s
    target: np.ndarray  # (N, 7) joint targets, rad
    tip: np.ndarray  # (N, 3) between the finger tips
    cube: np.ndarray  # (N, 13) position, quaternion, velocity (6); (N, 0) without a cube
    goal: np.ndarray  # (N, 3)

    @property
    def moved(self) -> np.ndarray:
        """What is to come to the goal, (N, 3): the cube, or the tip where there is none."""
        return self.cube[:, :3] if self.cube.shape[1] else self.tip

    @property
    def distance(self) -> np.ndarray:
        """From ``moved`` to the goal, m, (N,)."""
        return length(self.moved - self.goal)


def length(rows: np.ndarray) -> np.ndarray:
    """Euclidean length of each row (N, 3), written out so that it rounds alike in every batch."""
    x, y, z = rows[:, 0], rows[:, 1], rows[:, 2]
    return np.sqrt(x * x + y * y + z * z)
