"""Point estimates over tasks and seeds: ``rliable.metrics`` itself, extended to ragged data.

Scores are given task by task: a list of M arrays, the m-th of shape (n_m,), one normalised score a seed. Where the
n_m are equal the numbers come from ``rliable.metrics``; where they differ, every task still counts equally:

- mean, median: over the M task means, as before;
- optimality gap: 1 minus the mean over tasks of the task's mean of min(score, 1);
- IQM: see ``mjbench.stats.trimmed``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mjbench.errors import nearest_names
from mjbench.stats.counts import linear, once, task_means
from mjbench.stats.estimate import Better
from mjbench.stats.trimmed import iqms

TaskScores = Sequence[np.ndarray]
"""For each task the scores of its seeds, shape (n_m,)."""
Resampled = Callable[[np.ndarray, Sequence[int], np.ndarray], np.ndarray]
"""(scores of all runs, task after task, shape (N,); seeds of each of the M tasks; how often each run was drawn, shape
(N, B)) -> the aggregate on every resample, shape (B,)."""


@dataclass(frozen=True)
class Aggregate:
    """One way to make a single number of all tasks and seeds."""

    title: str
    resampled: Resampled
    better: Better = "higher"
    rliable: str = ""
    """Function of ``rliable.metrics`` that gives the point estimate where all tasks have equally many seeds."""


def _median(scores: np.ndarray, sizes: Sequence[int], counts: np.ndarray) -> np.ndarray:
    return np.median(task_means(scores, sizes, counts), axis=0)


def _gap(scores: np.ndarray, sizes: Sequence[int], counts: np.ndarray) -> np.ndarray:
    return 1.0 - linear(np.minimum(scores, 1.0)[None], sizes, counts)[0]


AGGREGATES: dict[str, Aggregate] = {
    "iqm": Aggregate("IQM", lambda scores, *drawn: iqms(scores[None], *drawn)[0], rliable="aggregate_iqm"),
    "mean": Aggregate("Mean", lambda scores, *drawn: linear(scores[None], *drawn)[0], rliable="aggregate_mean"),
    "median": Aggregate("Median", _median, rliable="aggregate_median"),
    "optimality_gap": Aggregate("Optimality gap", _gap, "lower", rliable="aggregate_optimality_gap"),
}
"""By name, in the order in which boards show them; the first one is the headline."""
HEADLINE = next(iter(AGGREGATES))


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
    """One aggregate on every resample; see ``Resampled``.

    Raises:
        ValueError: ``name`` is none of ``AGGREGATES``.
    """
    return _named(name).resampled(scores, sizes, counts)


def check(scores: TaskScores) -> None:
    """Raise ValueError where there is nothing to aggregate."""
    if not len(scores) or any(len(task) == 0 for task in scores):
        raise ValueError("aggregates need at least one task, and at least one seed on each")


def _named(name: str) -> Aggregate:
    if name not in AGGREGATES:
        near = nearest_names(name, AGGREGATES)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(AGGREGATES)}"
        raise ValueError(f"no aggregate is named {name!r}; {hint}")
    return AGGREGATES[name]


def _point(name: str, scores: TaskScores) -> float:
    check(scores)
    aggregate = _named(name)
    sizes = [len(task) for task in scores]
    if len(set(sizes)) > 1 or not aggregate.rliable:
        flat = np.concatenate([np.asarray(task, dtype=float) for task in scores])
        return float(counted(name, flat, sizes, once(len(flat)))[0])
    from rliable import metrics

    function = getattr(metrics, aggregate.rliable)
    return float(function(np.stack([np.asarray(task, dtype=float) for task in scores], axis=1)))
