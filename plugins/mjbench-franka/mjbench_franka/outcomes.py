"""How an episode went: what is measured beside the return, accumulated over its steps."""

import numpy as np

from mjbench_franka.state import ArmState, length
from mjbench_franka.task import CONTROL_S, FrankaTask

WIDE_M = 0.05
"""The tolerance of FetchReach and PandaReach."""


class Outcomes:
    """Measurements of N episodes under way."""

    def __init__(self, task: FrankaTask, count: int) -> None:
        self._task = task
        self._held = np.zeros(count, int)  # steps for which the goal has been reached without a break
        self._lately = np.zeros((count, task.hold_steps), bool)  # whether it was, in the last steps
        self._first = np.full(count, -1)  # step at which it was reached first
        self._path_m = np.zeros(count)
        self._moved_m = np.zeros(count)

    def begin(self, env: int) -> None:
        """One arm starts an episode."""
        self._held[env] = 0
        self._lately[env] = False
        self._first[env] = -1
        self._path_m[env] = self._moved_m[env] = 0.0

    def add(self, before: ArmState, after: ArmState, steps: np.ndarray) -> dict[str, np.ndarray]:
        """Take in one control step, number ``steps`` (N,) of its episode: the measurements so far, each (N,)."""
        away = after.distance
        reached = away <= self._task.tolerance_m
        self._held = np.where(reached, self._held + 1, 0)
        self._lately = np.concatenate([self._lately[:, 1:], reached[:, None]], axis=1)
        self._first = np.where((self._first < 0) & reached, steps, self._first)
        self._path_m += length(after.tip - before.tip)
        self._moved_m += length(after.moved - before.moved)
        return {
            "success": self._held >= self._task.hold_steps,
            "success_5cm": away <= WIDE_M,
            "held": self._lately.sum(axis=1) / self._task.hold_steps,
            "distance_m": away,
            "time_to_goal_s": np.where(self._first < 0, self._task.steps, self._first) * CONTROL_S,
            "path_m": self._path_m.copy(),
            "moved_m": self._moved_m.copy(),
            "joint_speed_rad_s": np.sqrt(np.square(after.joint_vel).sum(axis=1)),
        }
