"""Scoring a policy: a batch of episodes on published seeds, on environments that training never touches."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mjbench.algorithm import Policy
from mjbench.environment import EpisodeMetrics
from mjbench.spec.task import TaskSpec


@dataclass
class Episodes:
    """Columns of one evaluation, in the order of the seeds."""

    seed: list[int] = field(default_factory=list)
    episode_return: list[float] = field(default_factory=list)
    episode_length: list[int] = field(default_factory=list)
    success: list[bool] | None = None
    metrics: dict[str, list[float]] = field(default_factory=dict)


class Evaluator:
    """Plays whole episodes of a policy, many side by side so that its network runs once a step for all.

    The environments are kept between evaluations. An episode depends on its seed and the policy alone, so
    how often one evaluates changes no number.
    """

    def __init__(self, task: TaskSpec, make_env: Callable[[], Any]) -> None:
        self._task = task
        self._make_env = make_env
        self._envs: list[Any] = []

    def evaluate(self, policy: Policy, episodes: int, seed: int) -> Episodes:
        """Play ``episodes`` episodes with the seeds ``seed``, ``seed + 1``, ...

        Every batch has the same number of rows from first step to last (finished episodes keep their last
        row), since a matrix product may round differently for another number of rows.
        """
        while len(self._envs) < episodes:
            self._envs.append(self._make_env())
        observations = np.stack([env.reset(seed=seed + i)[0] for i, env in enumerate(self._envs[:episodes])])
        returns, lengths = [0.0] * episodes, [0] * episodes
        success = [False] * episodes
        metrics = [EpisodeMetrics(self._task.metrics) for _ in range(episodes)]
        running = list(range(episodes))
        while running:
            actions = policy.act(observations)
            still = []
            for i in running:
                observation, reward, terminated, truncated, info = self._envs[i].step(actions[i])
                observations[i] = observation
                returns[i] += float(reward)
                lengths[i] += 1
                metrics[i].add(info)
                if not (terminated or truncated):
                    still.append(i)
                elif self._task.success is not None:
                    success[i] = bool(info[self._task.success])
            running = still
        results = [metric.result() for metric in metrics]
        return Episodes(
            seed=[seed + i for i in range(episodes)],
            episode_return=returns,
            episode_length=lengths,
            success=success if self._task.success is not None else None,
            metrics={metric.name: [result[metric.name] for result in results] for metric in self._task.metrics},
        )

    def close(self) -> None:
        """Close the environments."""
        for env in self._envs:
            env.close()
        self._envs.clear()
