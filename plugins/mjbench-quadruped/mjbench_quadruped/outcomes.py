"""How an episode went: what is measured beside the return, accumulated over its steps, and what counts as success."""

import numpy as np

from mjbench_quadruped.commands import Tracking
from mjbench_quadruped.gait import Gait, diagonal_stance
from mjbench_quadruped.rewards import Transition
from mjbench_quadruped.simulator import CONTROL_S
from mjbench_quadruped.task import QuadrupedTask

WALK_SPEED_M_S = 0.7
WALK_HEADING_DEG = 10.0
VELOCITY_ERRORS = (0.1, 0.15)  # m/s, rad/s
ROUGH_ERRORS = (0.25, 0.3)  # m/s, rad/s
PAST_STEP_M = 1.0


class Outcomes:
    """Measurements of N episodes under way."""

    def __init__(self, task: QuadrupedTask, count: int) -> None:
        self._task = task
        self._tracking = Tracking(count)
        self._joints = tuple(f"q_{name}" for name in task.robot.joints)
        self._start = np.zeros((count, 2))
        self._path_m = np.zeros(count)
        self._energy_j = np.zeros(count)
        self._walked_m = np.zeros(count)
        self._asked_m = np.zeros(count)
        self._swings = np.zeros(count)
        self._air_s = np.zeros(count)
        self._peak_m = np.zeros(count)

    def begin(self, env: int, position: np.ndarray) -> None:
        """One robot starts an episode at ``position`` (2,), m."""
        self._tracking.begin(env)
        self._start[env] = position
        for total in (self._path_m, self._energy_j, self._walked_m, self._asked_m, self._swings, self._air_s):
            total[env] = 0.0
        self._peak_m[env] = 0.0

    def change_command(self, env: int) -> None:
        """The command of one robot is over."""
        self._tracking.change(env)

    def add(self, t: Transition, before: Gait) -> None:
        """Take in one control step; ``before`` is the gait ahead of it."""
        speed = np.hypot(t.velocity[:, 0], t.velocity[:, 1])
        asked = np.hypot(t.command[:, 0], t.command[:, 1])
        along = (t.velocity[:, 0] * t.command[:, 0] + t.velocity[:, 1] * t.command[:, 1]) / np.maximum(asked, 1e-9)
        self._path_m += speed * CONTROL_S
        self._energy_j += np.abs(t.state.torque * t.state.joint_vel).sum(axis=1) * CONTROL_S
        self._walked_m += along * CONTROL_S
        self._asked_m += asked * CONTROL_S
        self._swings += t.gait.touchdown.sum(axis=1)
        self._air_s += (t.gait.last_air_s * t.gait.touchdown).sum(axis=1)
        self._peak_m += (before.peak_m * t.gait.touchdown).sum(axis=1)
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
            "trot": diagonal_stance(t.gait.contact),
            "flight": standing == 0,
            "swing_s": self._air_s / swings,
            "swing_height_m": self._peak_m / swings,
            "stride_hz": self._swings / 4 / duration,
            "slip_m_s": (t.state.foot_speed * t.gait.contact).sum(axis=1) / np.maximum(standing, 1),
            "height_m": t.state.height_m,
        }
        upright = ~fallen
        measured["progress"] = self._progress(t, steps, errors)
        measured["success"] = upright & self._succeeded(measured)
        measured |= {name: t.state.joint_pos[:, i] for i, name in enumerate(self._joints)}
        return measured

    def _progress(self, t: Transition, steps: np.ndarray, errors: np.ndarray) -> np.ndarray:
        """What the curriculum rises and falls by, 0..1 or a little above."""
        kind = self._task.success
        share = steps * CONTROL_S / self._task.episode_s  # of the episode lived through
        if kind == "velocity":
            return share * np.exp(-(np.square(errors[:, 0]) + np.square(errors[:, 1])) / 0.25)
        if kind == "rough":
            asked = self._asked_m / np.maximum(share, 1e-9)
            return np.where(asked > 1.0, self._walked_m / np.maximum(asked, 1e-9), share)
        if kind == "step":
            goal = self._task.terrain.edge_m + PAST_STEP_M  # pyright: ignore[reportAttributeAccessIssue]
            return (t.state.qpos[:, 0] - self._start[:, 0]) / (goal - self._start[:, 0])
        return share

    def _succeeded(self, measured: dict[str, np.ndarray]) -> np.ndarray:
        kind = self._task.success
        if kind == "walk":
            return (measured["speed_m_s"] >= WALK_SPEED_M_S) & (measured["heading_deg"] <= WALK_HEADING_DEG)
        if kind == "step":
            return measured["progress"] >= 1.0
        limits = VELOCITY_ERRORS if kind == "velocity" else ROUGH_ERRORS
        return (measured["velocity_error_m_s"] <= limits[0]) & (measured["turn_error_rad_s"] <= limits[1])
