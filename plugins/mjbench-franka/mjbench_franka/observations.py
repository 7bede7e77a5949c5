"""What the policies see: float32 rows. Scales are fixed, nothing is normalised."""

import numpy as np

from mjbench_franka.state import ArmState

VELOCITY_SCALE = 0.5
TARGET_SCALE = 5.0
POSITION_SCALE = 5.0
REACH_SIZE = 30
GOAL = slice(24, 27)
"""Where the goal is; the three numbers before are the tip, those behind the way from the tip to the goal."""
PUSH_SIZE = 46


def observe(state: ArmState, start: np.ndarray) -> np.ndarray:
    """30 numbers, and 16 more where there is a cube.

    7 joint angles from the start pose (rad), 7 joint velocities (x 0.5 s/rad), 7 joint targets minus angles
    (x 5 / rad), 3 tip, 3 goal, 3 goal minus tip (x 5 / m). With a cube its position, its position minus the tip, the
    goal minus its position (x 5 / m), its quaternion wxyz, and its linear velocity (x 5 s/m).
    """
    parts = [
        state.joint_pos - start,
        state.joint_vel * VELOCITY_SCALE,
        (state.target - state.joint_pos) * TARGET_SCALE,
        state.tip * POSITION_SCALE,
        state.goal * POSITION_SCALE,
        (state.goal - state.tip) * POSITION_SCALE,
    ]
    if state.cube.shape[1]:
        place, quaternion, speed = state.cube[:, :3], state.cube[:, 3:7], state.cube[:, 7:10]
        parts += [
            place * POSITION_SCALE,
            (place - state.tip) * POSITION_SCALE,
            (state.goal - place) * POSITION_SCALE,
            quaternion,
            speed * POSITION_SCALE,
        ]
    return np.concatenate(parts, axis=1, dtype=np.float32, casting="same_kind")
