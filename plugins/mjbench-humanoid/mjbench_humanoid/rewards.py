"""The reward terms of a humanoid beside those of ``mjbench_legged``."""

import numpy as np
from mjbench_legged.rewards import TERMS as COMMON
from mjbench_legged.rewards import Transition

from mjbench_humanoid.robot import G1

STANCE = 0.55
"""Share of its stride in which a foot should stand, so that both stand for a moment at each change."""
ARM_SWING = 0.6
"""rad of a shoulder for a rad between the hips."""
SIDEWAYS = [i for i, name in enumerate(G1.joints) if name.endswith(("roll", "yaw"))]
HIPS = [G1.joints.index("left_hip_pitch"), G1.joints.index("right_hip_pitch")]
SHOULDERS = [G1.joints.index("left_shoulder_pitch"), G1.joints.index("right_shoulder_pitch")]


def swing(t: Transition) -> np.ndarray:
    """How far each foot's swing has come by the clock, (N, 2), 0..1; 0 while the foot should stand."""
    phase = np.stack([t.phase, (t.phase + 0.5) % 1.0], axis=1)
    walks = np.any(t.command, axis=1, keepdims=True)
    return np.clip((phase - STANCE) / (1.0 - STANCE), 0.0, 1.0) * walks


def feet_phase(t: Transition) -> np.ndarray:
    """1 while both feet do, standing or swinging, as the clock says."""
    return ((swing(t) == 0.0) == t.gait.contact).all(axis=1).astype(float)


def swing_height(t: Transition) -> np.ndarray:
    """Sum over swinging feet of (height - ``clearance_m`` sin(pi s))^2, m^2; s is how far the swing has come."""
    now = swing(t)
    wanted = t.constants.clearance_m * np.sin(np.pi * now)
    return (np.square(t.state.foot_height_m - wanted) * (now > 0.0)).sum(axis=1)


def sideways_deviation(t: Transition) -> np.ndarray:
    """Sum over roll and yaw joints of (q - q_stand)^2, rad^2."""
    return np.square(t.state.joint_pos[:, SIDEWAYS] - t.pose[SIDEWAYS]).sum(axis=1)


def arm_swing(t: Transition) -> np.ndarray:
    """Squared distance of the shoulders from a swing against the legs, rad^2."""
    hips = t.state.joint_pos[:, HIPS]
    apart = ARM_SWING / 2 * (hips[:, 1] - hips[:, 0])
    shoulders = t.state.joint_pos[:, SHOULDERS] - t.pose[SHOULDERS]
    return np.square(shoulders[:, 0] - apart) + np.square(shoulders[:, 1] + apart)


def flight(t: Transition) -> np.ndarray:
    """1 while no foot stands."""
    return (~t.gait.contact.any(axis=1)).astype(float)


def single_support(t: Transition) -> np.ndarray:
    """Whether exactly one foot stands, (N,) bool."""
    return t.gait.contact.sum(axis=1) == 1


TERMS = {
    **COMMON,
    **{term.__name__: term for term in (feet_phase, swing_height, sideways_deviation, arm_swing, flight)},
}
