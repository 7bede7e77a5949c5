"""Reward terms: pure functions from a transition to one number a robot. A task weighs them; see ``tasks.py``.

The terms are common ones of legged locomotion, under the names that they have in legged_gym (Rudin et al. 2021), Isaac
Lab and MuJoCo Playground (Zakka et al. 2025); constants and norms may differ from theirs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from mjbench_legged.gait import Gait
from mjbench_legged.state import RobotState

TRACKING_M2_S2 = 0.25
"""Width of the tracking kernels, exp(-error^2 / width)."""


@dataclass(frozen=True)
class RewardConstants:
    """Constants of the reward terms."""

    speed_m_s: float = 0.8
    """Forward speed above which ``forward`` pays no more."""
    swing_s: float = 0.25
    """Swing time above which ``feet_air_time`` pays."""
    clearance_m: float = 0.06
    """Height at which a moving foot costs nothing."""
    height_m: float = 0.0
    """Wanted height of the base."""


@dataclass(frozen=True)
class Transition:
    """One control step of N robots."""

    state: RobotState
    gait: Gait
    action: np.ndarray  # (N, J) clipped to [-1, 1]
    previous: np.ndarray  # (N, J)
    command: np.ndarray  # (N, 3) forward m/s, left m/s, turn rad/s
    velocity: np.ndarray  # (N, 2) horizontal velocity in the frame in which the command is given, m/s
    phase: np.ndarray  # (N,) of the stride, 0..1
    pose: np.ndarray  # (J,) standing joint angles, rad
    weight_n: np.ndarray  # (N,) mass times gravity, N
    constants: RewardConstants


def tracking_lin_vel(t: Transition) -> np.ndarray:
    """exp(-|v - v*|^2 / 0.25), horizontal."""
    x, y = t.velocity[:, 0] - t.command[:, 0], t.velocity[:, 1] - t.command[:, 1]
    return np.exp(-(x * x + y * y) / TRACKING_M2_S2)


def forward(t: Transition) -> np.ndarray:
    """min(v_x, speed), m/s."""
    return np.minimum(t.velocity[:, 0], t.constants.speed_m_s)


def along_command(t: Transition) -> np.ndarray:
    """min(speed along the commanded direction, commanded speed), m/s; 0 under a command to stand."""
    wanted = np.hypot(t.command[:, 0], t.command[:, 1])
    along = (t.velocity[:, 0] * t.command[:, 0] + t.velocity[:, 1] * t.command[:, 1]) / np.maximum(wanted, 1e-9)
    return np.minimum(along, wanted)


def speed_upright(t: Transition) -> np.ndarray:
    """v_x while the base tilts by less than about 25 degrees, else 0, m/s."""
    return np.where(t.state.gravity_b[:, 2] < -0.9, t.velocity[:, 0], 0.0)


def tracking_ang_vel(t: Transition) -> np.ndarray:
    """exp(-(w_z - w_z*)^2 / 0.25)."""
    error = t.state.angular_b[:, 2] - t.command[:, 2]
    return np.exp(-error * error / TRACKING_M2_S2)


def heading(t: Transition) -> np.ndarray:
    """yaw^2, rad^2; without it a policy may turn round and trot backwards."""
    return np.square(t.state.heading)


def alive(t: Transition) -> np.ndarray:
    """1."""
    return np.ones(len(t.action))


def lin_vel_z(t: Transition) -> np.ndarray:
    """v_z^2, m^2/s^2."""
    return np.square(t.state.velocity_w[:, 2])


def ang_vel_xy(t: Transition) -> np.ndarray:
    """w_x^2 + w_y^2, rad^2/s^2."""
    return np.square(t.state.angular_b[:, 0]) + np.square(t.state.angular_b[:, 1])


def orientation(t: Transition) -> np.ndarray:
    """Squared horizontal part of the unit gravity vector in the base's frame."""
    return np.square(t.state.gravity_b[:, 0]) + np.square(t.state.gravity_b[:, 1])


def action_rate(t: Transition) -> np.ndarray:
    """|a - a_previous|^2."""
    return np.square(t.action - t.previous).sum(axis=1)


def energy(t: Transition) -> np.ndarray:
    """sum |torque * joint velocity| / (m g), m/s: the cost of transport times the speed."""
    return np.abs(t.state.torque * t.state.joint_vel).sum(axis=1) / t.weight_n


def joint_deviation(t: Transition) -> np.ndarray:
    """|q - q_stand|^2, rad^2."""
    return np.square(t.state.joint_pos - t.pose).sum(axis=1)


def feet_air_time(t: Transition) -> np.ndarray:
    """Sum over feet that touch down now of (time in the air - ``swing_s``), s."""
    return ((t.gait.last_air_s - t.constants.swing_s) * t.gait.touchdown).sum(axis=1)


def feet_clearance(t: Transition) -> np.ndarray:
    """Sum over feet of (height - ``clearance_m``)^2 times horizontal speed, m^3/s."""
    return (np.square(t.state.foot_height_m - t.constants.clearance_m) * t.state.foot_speed).sum(axis=1)


def feet_slip(t: Transition) -> np.ndarray:
    """Sum over standing feet of their squared horizontal speed, m^2/s^2."""
    return (np.square(t.state.foot_speed) * t.gait.contact).sum(axis=1)


def air_time_variance(t: Transition) -> np.ndarray:
    """Variance over the feet of the last swing's length plus that of the last stance's, s^2."""
    return _variance(t.gait.last_air_s) + _variance(t.gait.last_stance_s)


def base_height(t: Transition) -> np.ndarray:
    """(z - ``height_m``)^2, m^2."""
    return np.square(t.state.height_m - t.constants.height_m)


def raised(t: Transition) -> np.ndarray:
    """z - ``height_m``, m."""
    return t.state.height_m - t.constants.height_m


def _variance(values: np.ndarray) -> np.ndarray:
    mean = values.sum(axis=1, keepdims=True) / values.shape[1]
    return np.square(values - mean).sum(axis=1) / values.shape[1]


Term = Callable[[Transition], np.ndarray]
"""Value of a term, (N,)."""
TERMS: Mapping[str, Term] = {
    term.__name__: term
    for term in (
        tracking_lin_vel,
        forward,
        along_command,
        speed_upright,
        tracking_ang_vel,
        heading,
        alive,
        lin_vel_z,
        ang_vel_xy,
        orientation,
        action_rate,
        energy,
        joint_deviation,
        feet_air_time,
        feet_clearance,
        feet_slip,
        air_time_variance,
        base_height,
        raised,
    )
}


def total(t: Transition, weights: Mapping[str, float], terms: Mapping[str, Term] = TERMS) -> np.ndarray:
    """Weighted sum of those ``terms`` that have a weight, (N,)."""
    reward = np.zeros(len(t.action))
    for name, weight in weights.items():
        reward += weight * terms[name](t)
    return reward
