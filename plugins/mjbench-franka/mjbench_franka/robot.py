# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""The Panda: its model, its limits, and where the tip of its gripper is."""

from importlib.resources import files

import mujoco
import numpy as np

JOINTS = tuple(f"joint{i}" for i in range(1, 8))
"""Names of the joints and of their actuators, from the base."""
LOWER = np.array([-2.8973, -1.7628, -2.8973, -3.0718, -2.8973, -0.0175, -2.8973])
UPPER = np.array([2.8973, 1.7628, 2.8973, -0.0698, 2.8973, 3.7525, 2.8973])
"""Joint limits, rad, (7,)."""
SPEED_RAD_S = (2.175, 2.175, 2.175, 2.175, 2.61, 2.61, 2.61)
"""Speed limits of the real joints; the model has none, actions keep within the lowest."""
BASE, HAND = "link0", "hand"

# Frame of each joint in its parent's: metres along x, y, z, and quarter turns about x.
_FRAMES = (
    (0.0, 0.0, 0.333, 0),
    (0.0, 0.0, 0.0, -1),
    (0.0, -0.316, 0.0, 1),
    (0.0825, 0.0, 0.0, 1),
    (-0.0825, 0.384, 0.0, -1),
    (0.0, 0.0, 0.0, 1),
    (0.088, 0.0, 0.0, 1),
)
TIP_M = 0.107 + 0.1034
"""From the last joint to between the finger tips, along its axis."""


def spec() -> mujoco.MjSpec:
    """The robot alone, without a world."""
    return mujoco.MjSpec.from_string((files("mjbench_franka") / "robots" / "panda.xml").read_text("utf-8"))


def tip(joint_pos: np.ndarray) -> np.ndarray:
    """Forward kinematics: joint angles (N, 7), rad -> position between the finger tips (N, 3), m.

    Element by element, so that a row is the same whatever stands beside it. ``p = T_1 R_z(q_1) ... T_7 R_z(q_7) tip``
    is computed from the right.
    """
    cos, sin = np.cos(joint_pos), np.sin(joint_pos)
    x, y, z = np.zeros(len(joint_pos)), np.zeros(len(joint_pos)), np.full(len(joint_pos), TIP_M)
    for i in reversed(range(7)):
        dx, dy, dz, turns = _FRAMES[i]
        x, y = cos[:, i] * x - sin[:, i] * y, sin[:, i] * x + cos[:, i] * y
        if turns:
            y, z = -turns * z, turns * y
        x, y, z = x + dx, y + dy, z + dz
    return np.stack([x, y, z], axis=1)


def tip_jacobian(joint_pos: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of the tip and of the direction that the gripper points in, at joint angles (N, 7).

    Returns:
        The direction (N, 3), a unit vector in the frame of the base; its derivative by the joint angles (N, 3, 7); the
        derivative of the tip's position (N, 3, 7), m/rad.
    """
    count = len(joint_pos)
    cos, sin = np.cos(joint_pos), np.sin(joint_pos)
    x, y, z = (np.tile(axis, (count, 1)) for axis in np.eye(3))
    place = np.zeros((count, 3))
    axes, places = [], []
    for i, (dx, dy, dz, turns) in enumerate(_FRAMES):
        place = place + dx * x + dy * y + dz * z
        if turns:
            y, z = turns * z, -turns * y
        c, s = cos[:, i, None], sin[:, i, None]
        x, y = c * x + s * y, c * y - s * x
        axes.append(z)
        places.append(place)
    end = place + TIP_M * z
    turning = [_cross(axis, z) for axis in axes]
    moving = [_cross(axis, end - start) for axis, start in zip(axes, places, strict=True)]
    return z, np.stack(turning, axis=2), np.stack(moving, axis=2)


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    x = a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1]
    y = a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2]
    return np.stack([x, y, a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]], axis=1)
