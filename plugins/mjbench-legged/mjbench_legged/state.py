"""What rewards, observations and terminations see of the robots: arrays over the batch, nothing hidden behind them."""

from dataclasses import dataclass

import numpy as np

from mjbench_legged.terrain import Terrain


@dataclass(frozen=True)
class RobotState:
    """N robots on F feet with J joints after a control step.

    ``_w`` is the world's frame, ``_b`` the base's, ``_h`` the base's turned upright. What the sensors
    give (feet, torques) belongs to the last physics step, 5 ms before the rest.
    """

    qpos: np.ndarray  # (N, 7 + J)
    qvel: np.ndarray  # (N, 6 + J)
    height_m: np.ndarray  # (N,) of the base above the ground below it
    quaternion: np.ndarray  # (N, 4) wxyz, base to world, w >= 0
    gravity_b: np.ndarray  # (N, 3) unit vector
    heading: np.ndarray  # (N,) yaw, rad
    velocity_w: np.ndarray  # (N, 3) m/s
    velocity_b: np.ndarray  # (N, 3) m/s
    velocity_h: np.ndarray  # (N, 2) forward and to the left, level with the ground, m/s
    angular_b: np.ndarray  # (N, 3) rad/s
    joint_pos: np.ndarray  # (N, J) rad
    joint_vel: np.ndarray  # (N, J) rad/s
    torque: np.ndarray  # (N, J) N m
    foot_height_m: np.ndarray  # (N, F) of the sole above the ground below it
    foot_speed: np.ndarray  # (N, F) horizontal, m/s
    contact: np.ndarray  # (N, F) bool


def read(qpos: np.ndarray, qvel: np.ndarray, sensors: np.ndarray, terrain: Terrain, foot_m: float) -> RobotState:
    """The state of N robots.

    Args:
        qpos: (N, 7 + J), base position, quaternion and joint angles.
        qvel: (N, 6 + J), base velocity in the world, angular velocity in the base's frame, joint velocities.
        sensors: (N, 7 F + J), foot positions, foot velocities, foot forces, torques.
        terrain: gives the ground height.
        foot_m: height of a foot's site above its sole.
    """
    w, x, y, z = (qpos[:, i] for i in range(3, 7))
    sign = np.where(w < 0, -1.0, 1.0)
    # Rows of the rotation from base to world.
    r00, r01, r02 = 1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)
    r10, r11, r12 = 2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)
    r20, r21, r22 = 2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)
    u, v, s = qvel[:, 0], qvel[:, 1], qvel[:, 2]
    heading = np.arctan2(r10, r00)
    cos, sin = np.cos(heading), np.sin(heading)
    count = (sensors.shape[1] - (qpos.shape[1] - 7)) // 7
    feet = sensors[:, : 3 * count].reshape(-1, count, 3)
    feet_velocity = sensors[:, 3 * count : 6 * count].reshape(-1, count, 3)
    return RobotState(
        qpos=qpos,
        qvel=qvel,
        height_m=qpos[:, 2] - terrain.height(qpos[:, 0], qpos[:, 1]),
        quaternion=qpos[:, 3:7] * sign[:, None],
        gravity_b=np.stack([-r20, -r21, -r22], axis=1),
        heading=heading,
        velocity_w=qvel[:, 0:3],
        velocity_b=np.stack(
            [r00 * u + r10 * v + r20 * s, r01 * u + r11 * v + r21 * s, r02 * u + r12 * v + r22 * s], axis=1
        ),
        velocity_h=np.stack([cos * u + sin * v, cos * v - sin * u], axis=1),
        angular_b=qvel[:, 3:6],
        joint_pos=qpos[:, 7:],
        joint_vel=qvel[:, 6:],
        torque=sensors[:, 7 * count :],
        foot_height_m=feet[:, :, 2] - foot_m - terrain.height(feet[:, :, 0], feet[:, :, 1]),
        foot_speed=np.hypot(feet_velocity[:, :, 0], feet_velocity[:, :, 1]),
        contact=sensors[:, 6 * count : 7 * count] > 1.0,
    )
