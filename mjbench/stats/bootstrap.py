"""Stratified bootstrap: every task resamples its own seeds, tasks stay as they are.

The intervals therefore say what other seeds would have given on the same tasks, not what other tasks would have given.
Vectorised over resamples, seeded, and free to have other numbers of seeds on each task.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from mjbench.stats.aggregates import TaskScores, aggregates
from mjbench.stats.batch import AGGREGATES, batch_aggregates
from mjbench.stats.estimate import CONFIDENCE, Estimate

RESAMPLES = 10_000
"""Resamples behind every published interval."""
SEED = 95
"""Seed of the resampling: a constant, so that the same records give the same interval."""
CHUNK = 1_000
"""Resamples held in memory at a time."""


def resample(scores: TaskScores, resamples: int, generator: np.random.Generator) -> list[np.ndarray]:
    """Draw seeds with replacement, task by task.

    Args:
        scores: for each task m the scores of its seeds, shape (n_m,).
        resamples: how many times, B.
        generator: source of randomness.

    Returns:
        For each task an array of shape (B, n_m).
    """
    return [
        np.asarray(task, dtype=float)[generator.integers(len(task), size=(resamples, len(task)))] for task in scores
    ]


def distribution(scores: TaskScores, resamples: int = RESAMPLES, seed: int = SEED) -> dict[str, np.ndarray]:
    """Every aggregate on every resample, each of shape (resamples,).

    Raises:
        ValueError: no tasks, a task without seeds, or no resamples.
    """
    if resamples < 1:
        raise ValueError(f"at least one resample is needed, not {resamples}")
    generator = np.random.default_rng(seed)
    parts = [batch_aggregates(resample(scores, size, generator)) for size in _chunks(resamples)]
    return {name: np.concatenate([part[name] for part in parts]) for name in AGGREGATES}


def estimates(
    scores: TaskScores, resamples: int = RESAMPLES, seed: int = SEED, confidence: float = CONFIDENCE
) -> dict[str, Estimate]:
    """Point estimate and percentile interval of every aggregate, by the names in ``AGGREGATES``.

    Args:
        scores: for each task m the normalised scores of its seeds, shape (n_m,).
        resamples: number of resamples.
        seed: of the resampling; the same seed and scores give the same numbers.
        confidence: coverage of the interval, between 0 and 1.

    Raises:
        ValueError: no tasks, a task without seeds, or no resamples.
    """
    points = aggregates(scores)
    tails: Sequence[float] = ((1 - confidence) / 2, (1 + confidence) / 2)
    intervals = {name: np.quantile(values, tails) for name, values in distribution(scores, resamples, seed).items()}
    return {name: Estimate(points[name], float(low), float(high)) for name, (low, high) in intervals.items()}


def _chunks(resamples: int) -> Iterator[int]:
    for start in range(0, resamples, CHUNK):
        yield min(CHUNK, resamples - start)
