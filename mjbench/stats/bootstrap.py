"""Stratified bootstrap: every task resamples its own seeds, tasks stay as they are.

The intervals therefore say what other seeds would have given on the same tasks, not what other tasks would have given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mjbench.stats.aggregates import AGGREGATES, TaskScores, aggregates, check, counted
from mjbench.stats.counts import RESAMPLES, SEED, draw
from mjbench.stats.estimate import CONFIDENCE, Estimate

Draw = Callable[[str, str, int], np.ndarray]
"""(entry, task, seeds) -> how often each seed is drawn, shape (seeds, B)."""


class Draws:
    """The resamples of a board, drawn when first needed and then kept, so that all statistics share them."""

    def __init__(self, resamples: int = RESAMPLES, seed: int = SEED) -> None:
        self.resamples = resamples
        self._seed = seed
        self._kept: dict[tuple[str, str, int], np.ndarray] = {}

    def __call__(self, entry: str, task: str, size: int) -> np.ndarray:
        """Counts of ``size`` seeds of ``entry`` on ``task``, shape (size, resamples)."""
        key = (entry, task, size)
        if key not in self._kept:
            self._kept[key] = draw(size, self.resamples, entry, task, seed=self._seed)
        return self._kept[key]


@dataclass(frozen=True, eq=False)
class Sample:
    """Scores of one entry, one number a run, with their resamples."""

    entry: str
    scores: Mapping[str, np.ndarray]
    """Task -> shape (n_m,)."""
    draws: Draw

    @property
    def table(self) -> TaskScores:
        """Scores task by task."""
        return list(self.scores.values())

    @cached_property
    def flat(self) -> np.ndarray:
        """Scores task after task, shape (N,)."""
        return np.concatenate([np.asarray(task, dtype=float) for task in self.table])

    @cached_property
    def sizes(self) -> list[int]:
        """Seeds of each task."""
        return [len(task) for task in self.table]

    @cached_property
    def counts(self) -> np.ndarray:
        """How often each run was drawn, shape (N, B)."""
        return np.concatenate([self.task_counts(task) for task in self.scores])

    def task_counts(self, task: str) -> np.ndarray:
        """How often each run of a task was drawn, shape (n_m, B)."""
        return self.draws(self.entry, task, len(self.scores[task]))

    def distribution(self, name: str) -> np.ndarray:
        """One aggregate on every resample, shape (B,).

        Raises:
            ValueError: no tasks, or a task without seeds.
        """
        check(self.table)
        return counted(name, self.flat, self.sizes, self.counts)

    def estimates(self) -> dict[str, Estimate]:
        """Point estimate and percentile interval of every aggregate. Raises ValueError as ``distribution``."""
        points = aggregates(self.table)
        return {name: with_interval(points[name], self.distribution(name)) for name in AGGREGATES}


def with_interval(point: float, distribution: np.ndarray, confidence: float = CONFIDENCE) -> Estimate:
    """``point`` with the percentile interval of its resamples, shape (B,)."""
    return with_intervals([point], distribution[None], confidence)[0]


def with_intervals(
    points: np.ndarray | list[float], distributions: np.ndarray, confidence: float = CONFIDENCE
) -> tuple[Estimate, ...]:
    """As ``with_interval`` for K quantities; distributions (K, B)."""
    lows, highs = np.quantile(np.sort(distributions, axis=1), [(1 - confidence) / 2, (1 + confidence) / 2], axis=1)
    rows = zip(points, lows, highs, strict=True)
    return tuple(Estimate(float(point), float(low), float(high)) for point, low, high in rows)


def estimates(scores: TaskScores, resamples: int = RESAMPLES, seed: int = SEED) -> dict[str, Estimate]:
    """Estimates of scores that belong to no board; the same seed and scores give the same numbers.

    Args:
        scores: for each task m the normalised scores of its seeds, shape (n_m,).
        resamples: number of resamples.
        seed: of the resampling.

    Raises:
        ValueError: no tasks, a task without seeds, or no resamples.
    """
    check(scores)
    named = {str(index): np.asarray(task, dtype=float) for index, task in enumerate(scores)}
    return Sample("", named, Draws(resamples, seed)).estimates()
