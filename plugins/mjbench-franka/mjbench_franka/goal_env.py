"""The arm with goals in a dictionary, as Gymnasium-Robotics has them, for algorithms that relabel goals."""

from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict

from mjbench_franka.env import FrankaEnv
from mjbench_franka.observations import GOAL, POSITION_SCALE, REACH_SIZE
from mjbench_franka.tasks import TASKS

GoalObservation = dict[str, np.ndarray]


class FrankaGoalEnv(gymnasium.Env[GoalObservation, np.ndarray]):
    """A task of the arm without a cube. The reward is sparse: 0 within the task's tolerance of the goal, else -1.

    ``observation`` (24,) holds neither the goal nor the way to it; ``achieved_goal`` and ``desired_goal`` (3,) are the
    tip and its goal, m. Everything else is as in ``FrankaEnv``.

    Args:
        task: key of ``TASKS``.
        render_mode: ``"rgb_array"`` or None.
    """

    metadata = FrankaEnv.metadata

    def __init__(self, task: str = "ReachSparse", *, render_mode: str | None = None) -> None:
        self._env = FrankaEnv(task, render_mode=render_mode)
        self._tolerance_m = TASKS[task].tolerance_m
        self.render_mode = render_mode
        self.action_space = self._env.action_space
        goal = Box(-np.inf, np.inf, (3,), np.float64)
        self.observation_space: Any = Dict(
            {
                "observation": Box(-np.inf, np.inf, (REACH_SIZE - 6,), np.float32),
                "achieved_goal": goal,
                "desired_goal": goal,
            }
        )

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[GoalObservation, dict[str, Any]]:
        """Begin an episode."""
        super().reset(seed=seed)
        observation, info = self._env.reset(seed=seed, options=options)
        return self._split(observation), info

    def step(self, action: np.ndarray) -> tuple[GoalObservation, float, bool, bool, dict[str, Any]]:
        """Advance by 40 ms; ``info["is_success"]`` says whether the tip is within the tolerance now."""
        observation, _, _, truncated, info = self._env.step(action)
        split = self._split(observation)
        reward = float(self.compute_reward(split["achieved_goal"], split["desired_goal"], info))
        terminated = self.compute_terminated(split["achieved_goal"], split["desired_goal"], info)
        return split, reward, terminated, truncated, {**info, "is_success": reward == 0.0}

    def compute_reward(self, achieved_goal: np.ndarray, desired_goal: np.ndarray, info: Any) -> np.ndarray:
        """-1 outside the tolerance, else 0, for goals (..., 3)."""
        away = np.linalg.norm(np.asarray(achieved_goal) - np.asarray(desired_goal), axis=-1)
        return -(away > self._tolerance_m).astype(np.float64)

    def compute_terminated(self, achieved_goal: np.ndarray, desired_goal: np.ndarray, info: Any) -> bool:
        """Never: the goal is to be held."""
        return False

    def compute_truncated(self, achieved_goal: np.ndarray, desired_goal: np.ndarray, info: Any) -> bool:
        """Never by the goal: the time limit alone truncates."""
        return False

    def render(self) -> np.ndarray | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """See ``FrankaEnv``."""
        return self._env.render()

    def close(self) -> None:
        """Free the renderer."""
        self._env.close()

    def _split(self, observation: np.ndarray) -> GoalObservation:
        goal = self._env.batch.goal[0]
        return {
            "observation": observation[: GOAL.start],
            "achieved_goal": observation[GOAL.start - 3 : GOAL.start].astype(np.float64) / POSITION_SCALE,
            "desired_goal": goal,
        }
