"""Two entries side by side: on which tasks they differ, by how much, how sure."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mjbench.stats.aggregates import iqm
from mjbench.stats.bootstrap import Draws, Sample, with_interval
from mjbench.stats.cell import Cell, Scores
from mjbench.stats.estimate import Estimate, standing
from mjbench.stats.improvement import improvement
from mjbench.stats.welch import Difference, SeedSummary, difference, holm


@dataclass(frozen=True)
class Side:
    """One entry in one set of scores."""

    label: str
    """Tells both sides apart."""
    entry: str
    scores: Scores


@dataclass(frozen=True)
class TaskComparison:
    """One task that both have."""

    task: str
    a: Cell
    b: Cell
    difference: Difference
    """Mean of a minus mean of b; p is adjusted over the tasks."""


@dataclass(frozen=True)
class Comparison:
    """Every result on two entries."""

    tasks: tuple[TaskComparison, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    iqm: Estimate | None
    """IQM of a minus IQM of b over the normalised tasks that both have."""
    improvement: Estimate | None
    """Probability that a run of a beats a run of b on one of these tasks."""


def compare(a: Side, b: Side, draws: Draws) -> Comparison:
    """``a`` beside ``b``, on the tasks where both have a score."""
    cells_a, cells_b = _cells(a), _cells(b)
    both = [task for task in cells_a if task in cells_b]
    raw = [difference(SeedSummary.of(cells_a[task].values), SeedSummary.of(cells_b[task].values)) for task in both]
    rows = [
        TaskComparison(task, cells_a[task], cells_b[task], found) for task, found in zip(both, holm(raw), strict=True)
    ]
    x, y = _sample(a, both, draws), _sample(b, both, draws)
    common = [task for task in x.scores if task in y.scores]
    gap = beats = None
    if common:
        x = Sample(x.entry, {task: x.scores[task] for task in common}, draws)
        y = Sample(y.entry, {task: y.scores[task] for task in common}, draws)
        interval = "points" not in (standing(min(x.sizes)), standing(min(y.sizes)))
        point = iqm(x.table) - iqm(y.table)
        gap = with_interval(point, x.distribution("iqm") - y.distribution("iqm")) if interval else Estimate(point)
        beats = improvement(x, y, interval)
    return Comparison(tuple(rows), _rest(cells_a, cells_b), _rest(cells_b, cells_a), gap, beats)


def _cells(side: Side) -> dict[str, Cell]:
    return {task: cell for (entry, task), cell in side.scores.cells.items() if entry == side.entry and cell.values}


def _sample(side: Side, tasks: Iterable[str], draws: Draws) -> Sample:
    scores: dict[str, np.ndarray] = side.scores.normalised(side.entry, tasks)
    return Sample(side.label, scores, draws)


def _rest(some: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(some) - set(others)))
