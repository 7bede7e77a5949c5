"""Training episodes as they end, seen from inside whatever the algorithm wraps around the environment."""

from typing import Any, SupportsFloat

import gymnasium
import numpy as np

from mjbench.envs.curriculum import Levels
from mjbench.envs.metrics import read_info
from mjbench.runner.finite import all_finite, fault
from mjbench.spec.curriculum import LEVEL
from mjbench.spec.record import TrainingEpisodes

ENDED = np.ones(1, bool)
WINDOW = 100
"""Episodes in a mean of training returns."""


class EpisodeLog:
    """Training episodes of all environments of a run, in the order in which they end.

    Args:
        levels: whether they are played at levels of a curriculum.
    """

    def __init__(self, levels: bool = False) -> None:
        self.environments = 0
        """Single environments that are stepped together."""
        self.step: list[int] = []
        self.episode_return: list[float] = []
        self.episode_length: list[int] = []
        self.level: list[int] | None = [] if levels else None
        self.episodes: list[int] | None = None
        """How many episodes a row is the mean of; None where each row is one."""

    def add(self, step: int, episode_return: float, episode_length: int, level: int | None = None) -> None:
        """Enter an episode that ended after ``step`` steps of all environments together."""
        self.step.append(step)
        self.episode_return.append(episode_return)
        self.episode_length.append(episode_length)
        if self.level is not None and level is not None:
            self.level.append(level)

    def set_means(self, step: np.ndarray, sums: np.ndarray) -> None:
        """Replace all rows by means over the episodes that ended within a number of steps.

        Args:
            step: (B,) steps at the end of each.
            sums: (B, 4) number of episodes, their returns, lengths and levels added up; rows without any are left out.
        """
        some = sums[:, 0] > 0
        count = sums[some, 0]
        self.step = [int(value) for value in step[some]]
        self.episode_return = [float(value) for value in sums[some, 1] / count]
        self.episode_length = [int(value) for value in sums[some, 2] // count]
        if self.level is not None:
            self.level = [round(value) for value in sums[some, 3] / count]
        self.episodes = [int(value) for value in count]

    def recent(self) -> dict[str, float]:
        """Mean return and length of the last 100 episodes, as stable-baselines3 names and counts them; empty before.
        Where rows are means it is the last row."""
        if not self.episode_return:
            return {}
        columns = {"rollout/ep_rew_mean": self.episode_return, "rollout/ep_len_mean": self.episode_length}
        window = WINDOW if self.episodes is None else 1
        return {name: float(np.mean(column[-window:])) for name, column in columns.items()}

    def columns(self) -> TrainingEpisodes:
        """As the record keeps it: returns rounded to single precision, in the fewest digits that tell them apart."""
        with np.errstate(over="ignore"):  # a return beyond single precision is as good as infinite
            rounded: list[float | None] = [float(str(np.float32(value))) for value in self.episode_return]
        level = None if self.level is None else list(self.level)
        episodes = None if self.episodes is None else list(self.episodes)
        return TrainingEpisodes(list(self.step), rounded, list(self.episode_length), level, episodes)


class EpisodeRecorder(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Enters each finished episode's raw return and length into an ``EpisodeLog``, and applies the curriculum.

    Args:
        env: a training environment with its time limit.
        log: takes the episodes.
        levels: of this one environment; None without a curriculum.
    """

    def __init__(self, env: gymnasium.Env[Any, Any], log: EpisodeLog, levels: Levels | None = None) -> None:
        super().__init__(env)
        log.environments += 1
        self._log = log
        self._levels = levels
        self._steps = 0
        self._return = 0.0
        self._length = 0
        self._seed: int | None = None

    @property
    def taken(self) -> int:
        """Environment steps taken so far, resets aside."""
        return self._steps

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Start an episode at the environment's level; one that had not ended is not entered.

        Raises:
            EnvironmentFault: the observation is not finite.
        """
        self._seed = self._seed if seed is None else seed
        self._return, self._length = 0.0, 0
        if self._levels is not None:
            options = {**(options or {}), LEVEL: int(self._levels.now[0])}
        observation, info = self.env.reset(seed=seed, options=options)
        if not all_finite(observation, 0.0):
            raise fault(observation, None, self._steps, self._seed)
        return observation, info

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """Step, and enter the episode when it ends.

        Raises:
            EnvironmentFault: the observation or the reward is not finite.
            MjbenchError: the curriculum's score is not in ``info``.
        """
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._steps += 1
        number = float(reward)
        if not all_finite(observation, number):
            raise fault(observation, reward, self._steps, self._seed)
        self._return += number
        self._length += 1
        if terminated or truncated:
            level = None if self._levels is None else int(self._levels.now[0])
            self._log.add(self._steps * self._log.environments, self._return, self._length, level)
            if self._levels is not None:
                self._levels.update(ENDED, read_info(info, self._levels.rule.score, ENDED, "curriculum"))
        return observation, reward, terminated, truncated, info
