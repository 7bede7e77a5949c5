"""Training episodes as they end, seen from inside whatever the algorithm wraps around the environment."""

from typing import Any, SupportsFloat

import gymnasium
import numpy as np

from mjbench.spec.record import TrainingEpisodes


class EpisodeLog:
    """Training episodes of all environments of a run, in the order in which they end."""

    def __init__(self) -> None:
        self.environments = 0
        self.step: list[int] = []
        self.episode_return: list[float] = []
        self.episode_length: list[int] = []

    def add(self, steps_here: int, episode_return: float, episode_length: int) -> None:
        """Enter an episode that ended after ``steps_here`` steps of its own environment."""
        self.step.append(steps_here * self.environments)
        self.episode_return.append(episode_return)
        self.episode_length.append(episode_length)

    def columns(self) -> TrainingEpisodes:
        """As the record keeps it: returns rounded to single precision, in the fewest digits that tell them apart."""
        rounded = [float(str(np.float32(value))) for value in self.episode_return]
        return TrainingEpisodes(list(self.step), list(rounded), list(self.episode_length))


class EpisodeRecorder(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Enters each finished episode's raw return and length into an ``EpisodeLog``."""

    def __init__(self, env: gymnasium.Env[Any, Any], log: EpisodeLog) -> None:
        super().__init__(env)
        log.environments += 1
        self._log = log
        self._steps = 0
        self._return = 0.0
        self._length = 0

    def reset(self, **kwargs: Any) -> tuple[Any, dict[str, Any]]:
        """Start an episode; one that had not ended is not entered."""
        self._return, self._length = 0.0, 0
        return self.env.reset(**kwargs)

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """Step, and enter the episode when it ends."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._steps += 1
        self._return += float(reward)
        self._length += 1
        if terminated or truncated:
            self._log.add(self._steps, self._return, self._length)
        return observation, reward, terminated, truncated, info
