"""Point estimates over tasks and seeds: ``rliable.metrics`` itself, extended to ragged data.

Scores are given task by task: a list of M arrays, the m-th of shape (n_m,), one normalised score a seed. Where the
n_m are equal the numbers come from ``rliable.metrics``; where they differ, every task still counts equally:

- mean, median: over the M task means, as before;
- optimality gap: 1 minus the mean over tasks of the task's mean of min(score, 1);
- IQM: see ``mjbench.stats.trimmed``.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mjbench.stats.counts import linear, once, task_means
from mjbench.stats.trimmed import iqms

TaskScores = Sequence[np.ndarray]
"""For each task the scores of its seeds, shape (n_m,)."""
AGGREGATES = ("iqm", "mean", "median", "optimality_gap")
"""Names of the aggregates, the headline first."""


def iqm(scores: TaskScores) -> float:
    """Interquartile mean over all tasks and seeds: the headline. Raises ValueError without scores."""
    return _point("iqm", scores)


def mean(scores: TaskScores) -> float:
    """Mean over tasks of the mean over seeds. Raises ValueError without scores."""
    return _point("mean", scores)


def median(scores: TaskScores) -> float:
    """Median over tasks of the mean over seeds. Raises ValueError without scores."""
    return _point("median", scores)


def optimality_gap(scores: TaskScores) -> float:
    """How far scores, capped at 1, fall short of 1 on average; lower is better. Raises ValueError without scores."""
    return _point("optimality_gap", scores)


def aggregates(scores: TaskScores) -> dict[str, float]:
    """All of the above, by the names in ``AGGREGATES``."""
    return {name: _point(name, scores) for name in AGGREGATES}


def counted(name: str, scores: np.ndarray, sizes: Sequence[int], counts: np.ndarray) -> np.ndarray:
    """One aggregate on every resample.

    Args:
        name: one of ``AGGREGATES``.
        scores: of all runs, task after task, shape (N,).
        sizes: seeds of each task.
        counts: how often each run was drawn, shape (N, B).

    Returns:
        Shape (B,).
    """
    if name == "iqm":
        return iqms(scores[None], sizes, counts)[0]
    if name == "mean":
        return linear(scores[None], sizes, counts)[0]
    if name == "median":
        return np.median(task_means(scores, sizes, counts), axis=0)
    return 1.0 - linear(np.minimum(scores, 1.0)[None], sizes, counts)[0]


def check(scores: TaskScores) -> None:
    """Raise ValueError where there is nothing to aggregate."""
    if not len(scores) or any(len(task) == 0 for task in scores):
        raise ValueError("aggregates need at least one task, and at least one seed on each")


def _point(name: str, scores: TaskScores) -> float:
    check(scores)
    sizes = [len(task) for task in scores]
    if len(set(sizes)) > 1:
        flat = np.concatenate([np.asarray(task, dtype=float) for task in scores])
        return float(counted(name, flat, sizes, once(len(flat)))[0])
    from rliable import metrics

    functions: dict[str, Callable[..., Any]] = {
        "iqm": metrics.aggregate_iqm,
        "mean": metrics.aggregate_mean,
        "median": metrics.aggregate_median,
        "optimality_gap": metrics.aggregate_optimality_gap,
    }
    return float(functions[name](np.stack([np.asarray(task, dtype=float) for task in scores], axis=1)))
