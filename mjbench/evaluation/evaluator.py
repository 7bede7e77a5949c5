"""Scoring a policy: a batch of episodes on published seeds, on environments that training never touches."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mjbench.api.policy import Policy
from mjbench.envs.metrics import EpisodeMetrics, read_success
from mjbench.envs.vector import make_batch
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
    """Plays whole episodes of a policy, all side by side: its network runs once a step for the whole batch.

    An episode depends on its seed and the policy alone, so how often one evaluates changes no number.

    Args:
        task: what to play; never at a level of its curriculum.
        keep: keep the environments between evaluations, which is quicker. Not for tasks outside the registry: a
            wrapper of theirs may carry something from one episode to the next, such as running statistics.
    """

    def __init__(self, task: TaskSpec, keep: bool = True) -> None:
        self._task = task
        self._keep = keep
        self._batch: Any = None

    def evaluate(self, policy: Policy, episodes: int, seed: int) -> Episodes:
        """Play ``episodes`` episodes with the seeds ``seed``, ``seed + 1``, ...

        Every batch has the same number of rows from first step to last (finished episodes keep their last
        row), since a matrix product may round differently for another number of rows.

        Raises:
            MjbenchError: ``info`` lacks what the task's success or a metric is read from.
        """
        return play_episodes(self._of(episodes), self._task, policy, range(seed, seed + episodes))

    def action_bounds(self, episodes: int) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest actions of the task, (action size,) each, of a batch of so many episodes."""
        space = self._of(episodes).single_action_space
        return space.low, space.high

    def close(self) -> None:
        """Close the environments."""
        if self._batch is not None:
            self._batch.close()
            self._batch = None

    def _of(self, episodes: int) -> Any:
        if self._batch is None or self._batch.num_envs != episodes or not self._keep:
            self.close()
            self._batch = make_batch(self._task, episodes, info_keys(self._task))
        return self._batch


def play_episodes(batch: Any, task: TaskSpec, policy: Policy, seeds: Sequence[int]) -> Episodes:
    """Play one episode in each of a batch's environments, with these seeds; see ``Evaluator.evaluate``."""
    episodes = len(seeds)
    observations, _ = batch.reset(seed=list(seeds))
    returns, lengths = np.zeros(episodes), np.zeros(episodes, np.int64)
    success, running = np.zeros(episodes, bool), np.ones(episodes, bool)
    metrics = EpisodeMetrics(task.metrics, episodes)
    for step in range(1, task.episode_limit + 1):
        after, rewards, terminated, truncated, infos = batch.step(policy.act(observations))
        observations = np.where(running[:, None], after, observations)
        returns[running] += rewards[running]
        lengths[running] += 1
        metrics.add(infos, running)
        ended = running & (terminated | truncated | (step == task.episode_limit))
        if task.success is not None and ended.any():
            success |= read_success(infos, task.success, ended)
        running &= ~ended
        if not running.any():
            break
    return Episodes(
        seed=list(seeds),
        episode_return=returns.tolist(),
        episode_length=lengths.tolist(),
        success=success.tolist() if task.success is not None else None,
        metrics=metrics.result(),
    )


def info_keys(task: TaskSpec) -> tuple[str, ...]:
    """What of ``info`` an evaluation reads."""
    success = (task.success,) if task.success else ()
    return tuple(dict.fromkeys((*(metric.key for metric in task.metrics), *success)))
