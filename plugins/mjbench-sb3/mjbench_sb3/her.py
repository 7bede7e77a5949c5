"""SAC with hindsight experience replay (Andrychowicz et al. 2017) on flat observations that hold goals.

Three stretches of an observation matter: what has been achieved, what is desired, and optionally the second minus the
first. stable-baselines3's ``HerReplayBuffer`` draws the transitions and the goals that replace the desired ones; here
they are put back into flat rows. The policy stays one of plain observations.
"""

from typing import Any, cast

import numpy as np
import torch
from gymnasium.spaces import Box, Dict
from stable_baselines3 import SAC
from stable_baselines3.common.type_aliases import ReplayBufferSamples
from stable_baselines3.her.her_replay_buffer import HerReplayBuffer

SETTINGS = (
    *("achieved_goal", "desired_goal", "goal_difference"),
    *("goal_tolerance", "n_sampled_goal", "goal_selection_strategy"),
)
"""Hyperparameters of the buffer."""


class SparseReward:
    """What ``HerReplayBuffer`` calls as an environment: 0 within the tolerance of the goal, else -1."""

    def __init__(self, tolerance: float) -> None:
        self._tolerance = tolerance

    def env_method(self, _: str, achieved: np.ndarray, desired: np.ndarray, *__: Any, **___: Any) -> list[np.ndarray]:
        """The rewards (B,) of goals (B, size), in a list."""
        return [-(np.linalg.norm(achieved - desired, axis=-1) > self._tolerance).astype(np.float32)]


class GoalReplayBuffer(HerReplayBuffer):
    """Takes and gives flat observations.

    Args:
        buffer_size: transitions, of all environments together.
        observation_space: of the environment.
        action_space: of the environment.
        env: not used; goals are compared here.
        achieved_goal: where the achieved goal is: first index, and one past the last.
        desired_goal: the same of the desired one.
        goal_difference: the same of desired minus achieved; empty where observations have no such numbers.
        goal_tolerance: largest distance of a goal that is reached, in the observation's units.
        options: the others of ``HerReplayBuffer``.
    """

    def __init__(
        self,
        buffer_size: int,
        observation_space: Box,
        action_space: Any,
        env: Any,
        *,
        achieved_goal: list[int],
        desired_goal: list[int],
        goal_difference: list[int],
        goal_tolerance: float,
        **options: Any,
    ) -> None:
        self._achieved, self._desired = slice(*achieved_goal), slice(*desired_goal)
        self._difference = slice(*goal_difference) if goal_difference else None
        low, high = observation_space.low, observation_space.high
        kind: Any = observation_space.dtype
        goals = {"achieved_goal": self._achieved, "desired_goal": self._desired}
        spaces = {name: Box(low[place], high[place], dtype=kind) for name, place in goals.items()}
        super().__init__(
            buffer_size,
            Dict({"observation": observation_space, **spaces}),
            action_space,
            cast("Any", SparseReward(goal_tolerance)),
            **options,
        )
        self.infos = np.empty((0, 0))  # no reward here depends on them

    def add(self, obs: Any, next_obs: Any, action: Any, reward: Any, done: Any, infos: Any) -> None:
        """Store a step of all environments: observations (N, size)."""
        super().add(self._split(obs), self._split(next_obs), action, reward, done, infos)

    def sample(self, batch_size: int, env: Any = None) -> Any:
        """Transitions, most of them with another goal: observations (B, size)."""
        found = super().sample(batch_size)
        return ReplayBufferSamples(
            observations=self._join(found.observations),
            actions=found.actions,
            next_observations=self._join(found.next_observations),
            dones=found.dones,
            rewards=found.rewards,
        )

    def _split(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        return {
            "observation": rows,
            "achieved_goal": rows[:, self._achieved],
            "desired_goal": rows[:, self._desired],
        }

    def _join(self, parts: Any) -> torch.Tensor:
        rows = parts["observation"].clone()
        rows[:, self._desired] = parts["desired_goal"]
        if self._difference is not None:
            rows[:, self._difference] = parts["desired_goal"] - parts["achieved_goal"]
        return rows


class HerSAC(SAC):
    """``SAC`` whose replay buffer is a ``GoalReplayBuffer``; takes ``SETTINGS`` beside SAC's own arguments."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        buffer = {name: settings.pop(name) for name in SETTINGS if name in settings}
        super().__init__(
            *arguments, replay_buffer_class=GoalReplayBuffer, replay_buffer_kwargs=buffer or None, **settings
        )
