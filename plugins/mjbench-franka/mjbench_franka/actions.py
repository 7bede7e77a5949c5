"""What actions do: how far the targets of the joints move in a control step."""

from collections.abc import Callable, Mapping

import numpy as np

from mjbench_franka.robot import tip_jacobian

STEP_RAD = 0.08
"""By how much a joint's target moves at most in a control step: 2 rad/s, which the real joints can follow."""
STEP_M = 0.03
"""By how much an action of 1 moves the tip's target in a control step: 0.75 m/s."""
DAMPING = 0.03
"""Of the least squares, m or rad: keeps the joints slow where the arm is stretched out."""
UPRIGHT = 0.3
"""Share of the gripper's tilt that a control step takes back."""


def move_joints(action: np.ndarray, joint_pos: np.ndarray) -> np.ndarray:
    """One action a joint, in units of ``STEP_RAD``: (N, 7) -> changes of the targets (N, 7), rad."""
    return STEP_RAD * action


def move_tip(action: np.ndarray, joint_pos: np.ndarray) -> np.ndarray:
    """Along x, y and z, in units of ``STEP_M``, while the gripper points down: (N, 3) -> (N, 7), rad.

    Damped least squares ``dq = J^T (J J^T + damping^2)^-1 e``; e is the way of the tip, and the tilt to take back.
    """
    pointing, turning, moving = tip_jacobian(joint_pos)
    jacobian = np.concatenate([moving, turning[:, :2]], axis=1)  # (N, 5, 7)
    error = np.concatenate([STEP_M * action, -UPRIGHT * pointing[:, :2]], axis=1)
    square = np.einsum("nij,nkj->nik", jacobian, jacobian) + DAMPING**2 * np.eye(5)
    weights = np.linalg.solve(square, error[:, :, None])[:, :, 0]
    change = np.einsum("nij,ni->nj", jacobian, weights)
    return np.clip(change, -STEP_RAD, STEP_RAD)


ACTIONS: Mapping[str, tuple[Callable[[np.ndarray, np.ndarray], np.ndarray], int]] = {
    "joints": (move_joints, 7),
    "tip": (move_tip, 3),
}
"""By name, with the number of actions."""
