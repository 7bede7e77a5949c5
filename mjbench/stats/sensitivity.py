"""Sensitivity: what an algorithm loses with one set of hyperparameters for all tasks, against the best one for each.

Adkins, Bowling and White 2024, "A Method for Evaluating Hyperparameter Sensitivity in Reinforcement Learning", NeurIPS:

    Gamma(e, h) = (p(e, h) - p5(e)) / (p95(e) - p5(e))
    Phi = mean over e of max over h of Gamma(e, h)  -  max over h of mean over e of Gamma(e, h)

p(e, h) is the mean over seeds on task e with the hyperparameters h; p5 and p95 are percentiles of it over h.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mjbench.stats.counts import SEED
from mjbench.stats.estimate import CONFIDENCE, Estimate

RESAMPLES = 2_000
PERCENTILES = (5.0, 95.0)


@dataclass(frozen=True)
class Sensitivity:
    """Of one algorithm over the tasks and the sets of hyperparameters of a study."""

    loss: Estimate
    """Phi, at least 0; ``per_task`` minus ``shared``."""
    per_task: Estimate
    """Mean over tasks of the normalised score of the best set for each."""
    shared: Estimate
    """Mean over tasks of the normalised score of the best set for all."""
    best: Mapping[str, int]
    """Task -> place of its best set."""
    best_shared: int
    """Place of the best set for all."""
    sets: int
    seeds: int
    """The fewest of any set and task."""


def sensitivity(
    scores: Mapping[str, Sequence[Sequence[float]]], resamples: int = RESAMPLES, seed: int = SEED
) -> Sensitivity | None:
    """The sensitivity, with percentile intervals of a bootstrap that draws the seeds of every set and task again.

    Largest means are too high by chance, so the loss and its interval are too, the more the fewer seeds there are.
    The scale of each task is that of the data and is not drawn again. From a single seed there is no interval.

    Args:
        scores: task -> for each set of hyperparameters the scores of its seeds, in one order for all tasks.
        resamples: of the bootstrap.
        seed: of its random numbers.

    Returns:
        None with fewer than two tasks or two sets, or where a task gives all sets the same score.

    Raises:
        ValueError: tasks differ in their number of sets, or a set has no seed.
    """
    tasks = list(scores)
    counts = {len(rows) for rows in scores.values()}
    if len(counts) > 1 or any(len(row) == 0 for rows in scores.values() for row in rows):
        raise ValueError("every task needs a score of at least one seed for every set of hyperparameters")
    sets = counts.pop() if counts else 0
    if len(tasks) < 2 or sets < 2:
        return None
    means = np.array([[np.mean(row) for row in scores[task]] for task in tasks])  # (tasks, sets)
    low, high = np.percentile(means, PERCENTILES, axis=1)  # each (tasks,)
    if not np.all(high > low):
        return None

    def scaled(values: np.ndarray) -> np.ndarray:
        """Of means (tasks, sets, ...), on the scale of each task."""
        shape = (-1, *(1,) * (values.ndim - 1))
        return (values - low.reshape(shape)) / (high - low).reshape(shape)

    here = scaled(means)
    fewest = min(len(row) for rows in scores.values() for row in rows)
    per_task, shared = _per_task(here), _shared(here)
    ends: list[tuple[float | None, float | None]] = [(None, None)] * 3
    if fewest > 1:
        random = np.random.default_rng(seed)
        drawn = scaled(np.array([[_resampled(row, resamples, random) for row in scores[task]] for task in tasks]))
        both = _per_task(drawn), _shared(drawn)
        ends = [_interval(values) for values in (both[0] - both[1], *both)]
    return Sensitivity(
        loss=Estimate(float(per_task - shared), *ends[0]),
        per_task=Estimate(float(per_task), *ends[1]),
        shared=Estimate(float(shared), *ends[2]),
        best={task: int(place) for task, place in zip(tasks, here.argmax(axis=1), strict=True)},
        best_shared=int(here.mean(axis=0).argmax()),
        sets=sets,
        seeds=fewest,
    )


def _per_task(values: np.ndarray) -> np.ndarray:
    """Of scores (tasks, sets, ...)."""
    return values.max(axis=1).mean(axis=0)


def _shared(values: np.ndarray) -> np.ndarray:
    """Of scores (tasks, sets, ...)."""
    return values.mean(axis=0).max(axis=0)


def _resampled(seeds: Sequence[float], resamples: int, random: np.random.Generator) -> np.ndarray:
    """Means over seeds that are drawn again, (resamples,)."""
    values = np.asarray(seeds, dtype=float)
    return values[random.integers(len(values), size=(len(values), resamples))].mean(axis=0)


def _interval(values: np.ndarray) -> tuple[float, float]:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(values, (tail, 1 - tail))
    return float(low), float(high)
