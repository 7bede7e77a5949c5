"""The mean rank over tasks: who is higher on each task, whatever the scale of its returns. Needs no reference."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mjbench.stats.bootstrap import Draws
from mjbench.stats.cell import Cell, Scores
from mjbench.stats.counts import task_means
from mjbench.stats.ranks import RankInterval, rank_intervals


@dataclass(frozen=True)
class MeanRank:
    """Of one entry."""

    value: float
    """1 is best; entries that tie on a task share the mean of their ranks there."""
    tasks: int
    """Tasks that it has."""
    of: int
    """Tasks of the board."""


def mean_ranks(scores: Scores, tasks: Sequence[str]) -> dict[str, MeanRank]:
    """The mean over ``tasks`` of each entry's rank by mean return, over the tasks that it has.

    An entry whose every run failed on a task without a floor ranks last there.
    """
    ranks: dict[str, list[float]] = {}
    for task in tasks:
        cells = [scores.cells[entry, task] for entry in scores.entries if (entry, task) in scores.cells]
        means = np.array([[cell.estimate.value if cell.estimate else -np.inf] for cell in cells])  # (E, 1)
        for cell, rank in zip(cells, _shared(means)[:, 0].tolist(), strict=True) if cells else ():
            ranks.setdefault(cell.entry, []).append(rank)
    return {entry: MeanRank(float(np.mean(row)), len(row), len(tasks)) for entry, row in ranks.items()}


def mean_rank_intervals(scores: Scores, tasks: Sequence[str], draws: Draws) -> dict[str, RankInterval]:
    """Where entries stand by mean rank when seeds are drawn again.

    Among the entries that have every task and the seeds for an interval; empty where there are fewer than two.
    """
    table = {entry: [scores.cells.get((entry, task)) for task in tasks] for entry in scores.entries}
    ready = {entry: [cell for cell in row if cell and cell.standing != "points"] for entry, row in table.items()}
    ready = {entry: row for entry, row in ready.items() if tasks and len(row) == len(tasks)}
    if len(ready) < 2:
        return {}
    total = np.zeros((len(ready), draws.resamples))
    for cells in zip(*ready.values(), strict=True):
        total += _shared(np.stack([resampled_mean(cell, draws) for cell in cells]))
    # Whole halves: sums of ranks are exact, so ties are ties.
    return dict(zip(ready, rank_intervals(-total), strict=True))


def resampled_mean(cell: Cell, draws: Draws) -> np.ndarray:
    """Mean return of a cell on every resample, shape (B,)."""
    size = len(cell.values)
    return task_means(np.asarray(cell.values), [size], draws(cell.entry, cell.task, size))[0]


def _shared(values: np.ndarray) -> np.ndarray:
    """Ranks down each column, 1 for the highest, ties sharing the mean of theirs; (E, B) -> (E, B)."""
    return np.stack([1 + (values > row).sum(axis=0) + ((values == row).sum(axis=0) - 1) / 2 for row in values])
