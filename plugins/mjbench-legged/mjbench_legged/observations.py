"""What the policies see: pure functions from a state to float32 rows. Scales are fixed, nothing is normalised."""

from collections.abc import Callable

import numpy as np

from mjbench_legged.state import RobotState

JOINT_VELOCITY_SCALE = 0.05
ANGULAR_VELOCITY_SCALE = 0.25

Observe = Callable[[RobotState, np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""(state, standing pose (J,), last action (N, J), command (N, 3), phase of the stride (N,)) -> (N, size)."""


def walk(state: RobotState, pose: np.ndarray, action: np.ndarray, command: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """3 J + 10 numbers, for walking straight ahead.

    J joint angles from the standing pose (rad), J joint velocities (0.05 rad/s), base quaternion wxyz (base to
    world), 3 angular velocity (base's frame, 0.25 rad/s), 3 linear velocity (base's frame, m/s), J last action.
    """
    return _row(
        state.joint_pos - pose,
        state.joint_vel * JOINT_VELOCITY_SCALE,
        state.quaternion,
        state.angular_b * ANGULAR_VELOCITY_SCALE,
        state.velocity_b,
        action,
    )


def velocity(
    state: RobotState, pose: np.ndarray, action: np.ndarray, command: np.ndarray, phase: np.ndarray
) -> np.ndarray:
    """3 J + 12 numbers, for following commands.

    3 linear velocity (base's frame, m/s), 3 angular velocity (base's frame, 0.25 rad/s), 3 unit gravity vector (base's
    frame), J joint angles from the standing pose (rad), J joint velocities (0.05 rad/s), J last action, 3 command
    (forward m/s, left m/s, turn rad/s).
    """
    return _row(
        state.velocity_b,
        state.angular_b * ANGULAR_VELOCITY_SCALE,
        state.gravity_b,
        state.joint_pos - pose,
        state.joint_vel * JOINT_VELOCITY_SCALE,
        action,
        command,
    )


def stride(
    state: RobotState, pose: np.ndarray, action: np.ndarray, command: np.ndarray, phase: np.ndarray
) -> np.ndarray:
    """3 J + 14 numbers: those of ``velocity``, then sine and cosine of the stride's phase, 0 while told to stand."""
    angle = 2 * np.pi * phase
    walks = command.any(axis=1)
    return _row(
        velocity(state, pose, action, command, phase), np.stack([np.sin(angle) * walks, np.cos(angle) * walks], axis=1)
    )


def joints_and_body(
    state: RobotState, pose: np.ndarray, action: np.ndarray, command: np.ndarray, phase: np.ndarray
) -> np.ndarray:
    """2 J + 13 numbers, unscaled: 3 base position (world, m), 4 quaternion, J joint angles (rad), 6 + J velocities.

    The velocities are those of the base, linear (world, m/s) and angular (base's frame, rad/s), and of the joints.
    """
    return _row(state.qpos[:, :3], state.quaternion, state.joint_pos, state.qvel)


def _row(*parts: np.ndarray) -> np.ndarray:
    return np.concatenate(parts, axis=1, dtype=np.float32, casting="same_kind")
