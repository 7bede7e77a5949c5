"""The training environments of a run as one batch: episodes are counted, ended, entered, graded and begun anew."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv

from mjbench.envs.curriculum import Levels
from mjbench.envs.metrics import read_info
from mjbench.envs.vector import RESET_MASK
from mjbench.runner.episode_log import EpisodeLog
from mjbench.runner.finite import all_finite, fault
from mjbench.spec.curriculum import LEVEL


class TrainingBatch(VectorEnv[np.ndarray, np.ndarray, np.ndarray]):
    """Resets an environment in the step that ends its episode (``AutoresetMode.SAME_STEP``).

    In such a step ``infos["final_obs"]`` (N, observation size) holds what the episodes ended with, in the rows where
    ``infos["_final_obs"]`` (N,) is true.

    Args:
        env: the environments, without autoreset; see ``mjbench.envs.vector``.
        limit: steps after which an episode is truncated.
        log: takes the finished episodes.
        levels: the curriculum's; None without one.
    """

    def __init__(self, env: Any, limit: int, log: EpisodeLog, levels: Levels | None = None) -> None:
        self.env = env
        self.num_envs = env.num_envs
        self.metadata = {**env.metadata, "autoreset_mode": AutoresetMode.SAME_STEP}
        self.render_mode = env.render_mode
        self.single_observation_space = env.single_observation_space
        self.single_action_space = env.single_action_space
        self.observation_space = env.observation_space
        self.action_space = env.action_space
        self._limit = limit
        self._log = log
        self._levels = levels
        self._steps = 0
        self._seeds: list[int | None] = [None] * self.num_envs
        self._returns = np.zeros(self.num_envs)
        self._lengths = np.zeros(self.num_envs, np.int64)

    @property
    def taken(self) -> int:
        """Environment steps taken so far, resets aside."""
        return self._steps

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin an episode everywhere; one that had not ended is not entered. Environment i gets ``seed + i``.

        Raises:
            EnvironmentFault: an observation is not finite.
        """
        if isinstance(seed, int):
            seed = list(range(seed, seed + self.num_envs))
        if seed is not None:
            self._seeds = list(seed)
        self._returns[:], self._lengths[:] = 0.0, 0
        observations, infos = self.env.reset(seed=seed, options={**(options or {}), **self._level()} or None)
        self._check(observations)
        return observations, infos

    def step(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Step all, and begin anew where an episode has ended.

        Raises:
            EnvironmentFault: an observation or a reward is not finite.
        """
        observations, rewards, terminated, truncated, infos = self.env.step(actions)
        self._steps += self.num_envs
        self._check(observations, rewards)
        self._returns += rewards
        self._lengths += 1
        truncated = truncated | (self._lengths >= self._limit)
        done = terminated | truncated
        if done.any():
            observations = observations.copy()  # a native batch may begin the next episodes in the same array
            infos = {**infos, "final_obs": observations, "_final_obs": done}
            self._end(done, infos)
            begun, _ = self.env.reset(options={RESET_MASK: done, **self._level()})
            self._check(begun)
            observations = np.where(done[:, None], begun, observations)
        return observations, rewards, terminated, truncated, infos

    def close_extras(self, **_: Any) -> None:
        """Close the environments."""
        self.env.close()

    def _check(self, observations: np.ndarray, rewards: np.ndarray | None = None) -> None:
        """Hold what all environments gave to be finite."""
        if all_finite(observations.reshape(-1), 0.0 if rewards is None else float(rewards.sum())):
            return
        for i in range(self.num_envs):
            reward = None if rewards is None else float(rewards[i])
            if not all_finite(observations[i], reward or 0.0):
                raise fault(observations[i], reward, self._steps // self.num_envs, self._seeds[i], f"environment {i}")

    def _level(self) -> dict[str, np.ndarray]:
        return {} if self._levels is None else {LEVEL: self._levels.now.copy()}

    def _end(self, done: np.ndarray, infos: dict[str, Any]) -> None:
        """Enter the episodes that are ``done``, and let their environments rise and fall."""
        level = None if self._levels is None else self._levels.now
        for i in np.flatnonzero(done):
            episode = float(self._returns[i]), int(self._lengths[i])
            self._log.add(self._steps, *episode, None if level is None else int(level[i]))
        if self._levels is not None:
            self._levels.update(done, read_info(infos, self._levels.rule.score, done, "curriculum"))
        self._returns[done], self._lengths[done] = 0.0, 0
