"""How an episode went: what is measured beside the return, accumulated over its steps."""

import numpy as np

from mjbench_legged.commands import Tracking
from mjbench_legged.gait import Gait
from mjbench_legged.pushes import Recovery
from mjbench_legged.rewards import Transition
from mjbench_legged.simulator import CONTROL_S
from mjbench_legged.success import Episodes
from mjbench_legged.task import LeggedTask


class Outcomes:
    """Measurements of N episodes under way."""

    def __init__(self, task: LeggedTask, count: int) -> None:
        self._task = task
        self._tracking = Tracking(count)
        self._recovery = Recovery(count) if task.pushes else None
        self._joints = tuple(f"q_{name}" for name in task.robot.joints)
        self._start = np.zeros((count, 2))
        self._path_m = np.zeros(count)
        self._energy_j = np.zeros(count)
        self._walked_m = np.zeros(count)
        self._commanded_m = np.zeros(count)
        self._swings = np.zeros(count)
        self._air_s = np.zeros(count)
        self._peak_m = np.zeros(count)

    def begin(self, env: int, position: np.ndarray) -> None:
        """One robot starts an episode at ``position`` (2,), m."""
        self._tracking.begin(env)
        if self._recovery:
            self._recovery.begin(env)
        self._start[env] = position
        for total in (self._path_m, self._energy_j, self._walked_m, self._commanded_m, self._swings, self._air_s):
            total[env] = 0.0
        self._peak_m[env] = 0.0

    def change_command(self, env: int) -> None:
        """The command of one robot is over."""
        self._tracking.change(env)

    def push(self, env: int) -> None:
        """One robot is pushed."""
        if self._recovery:
            self._recovery.push(env)

    def add(self, t: Transition, before: Gait) -> None:
        """Take in one control step; ``before`` is the gait ahead of it."""
        speed = np.hypot(t.velocity[:, 0], t.velocity[:, 1])
        commanded = np.hypot(t.command[:, 0], t.command[:, 1])
        along = (t.velocity[:, 0] * t.command[:, 0] + t.velocity[:, 1] * t.command[:, 1]) / np.maximum(commanded, 1e-9)
        self._path_m += speed * CONTROL_S
        self._energy_j += np.abs(t.state.torque * t.state.joint_vel).sum(axis=1) * CONTROL_S
        self._walked_m += along * CONTROL_S
        self._commanded_m += commanded * CONTROL_S
        landed = t.gait.touchdown & (t.gait.last_air_s >= self._task.shortest_swing_s)
        self._swings += landed.sum(axis=1)
        self._air_s += (t.gait.last_air_s * landed).sum(axis=1)
        self._peak_m += (before.peak_m * landed).sum(axis=1)
        if self._recovery:
            off = np.hypot(t.velocity[:, 0] - t.command[:, 0], t.velocity[:, 1] - t.command[:, 1])
            self._recovery.add(t.state, off, CONTROL_S)
        turning = t.state.angular_b[:, 2]
        self._tracking.add(np.stack([t.velocity[:, 0], t.velocity[:, 1], turning], axis=1), t.command, CONTROL_S)

    def info(self, t: Transition, fallen: np.ndarray, steps: np.ndarray) -> dict[str, np.ndarray]:
        """The measurements so far, by name, each (N,)."""
        duration = steps * CONTROL_S
        x = t.state.qpos[:, 0] - self._start[:, 0]
        heading = np.degrees(np.abs(t.state.heading))
        errors = self._tracking.errors()
        swings = np.maximum(self._swings, 1)
        standing = t.gait.contact.sum(axis=1)
        measured = {
            "fallen": fallen,
            "distance_m": x,
            "speed_m_s": x / duration,
            "heading_deg": heading,
            "velocity_error_m_s": errors[:, 0],
            "turn_error_rad_s": errors[:, 1],
            "cost_of_transport": self._energy_j / (t.weight_n * np.maximum(self._path_m, 0.01)),
            "energy_j_m": self._energy_j / np.maximum(self._path_m, 0.01),
            "flight": standing == 0,
            "swing_s": self._air_s / swings,
            "swing_height_m": self._peak_m / swings,
            "stride_hz": self._swings / t.gait.contact.shape[1] / duration,
            "slip_m_s": (t.state.foot_speed * t.gait.contact).sum(axis=1) / np.maximum(standing, 1),
            "height_m": t.state.height_m,
        }
        if self._recovery:
            measured["recovery_s"] = self._recovery.seconds()
        episodes = Episodes(
            lived=duration / self._task.episode_s,
            start_m=self._start[:, 0],
            distance_m=x,
            speed_m_s=measured["speed_m_s"],
            heading_deg=heading,
            velocity_error_m_s=errors[:, 0],
            turn_error_rad_s=errors[:, 1],
            walked_m=self._walked_m,
            commanded_m=self._commanded_m,
        )
        measured["progress"] = self._task.success.progress(episodes)
        measured["success"] = ~fallen & self._task.success.reached(episodes)
        measured |= {name: measure(t) for name, measure in self._task.measures.items()}
        measured |= {name: t.state.joint_pos[:, i] for i, name in enumerate(self._joints)}
        return measured
