"""The results on one task: which entries differ, and where each of them ranks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from mjbench.stats.bootstrap import Draws
from mjbench.stats.cell import Cell, Scores
from mjbench.stats.mean_rank import resampled_mean
from mjbench.stats.ranks import RankInterval, rank_intervals
from mjbench.stats.welch import Difference, SeedSummary, differences, holm


@dataclass(frozen=True)
class TaskStatistics:
    """One task."""

    differences: dict[tuple[str, str], Difference] = field(default_factory=dict)
    """(a, b) -> mean of a minus mean of b, each pair once; p is adjusted over all pairs of all tasks of the board."""
    ranks: dict[str, RankInterval] = field(default_factory=dict)
    """Among the entries whose seeds allow an interval, where there are at least two."""
    best: frozenset[str] = frozenset()
    """The entry with the highest mean and those for which the test shows no difference from it, if it shows one for at
    least one other. Empty if the test shows no difference, or the highest mean has too few seeds to be tested."""


def task_statistics(scores: Scores, tasks: Iterable[str], draws: Draws) -> dict[str, TaskStatistics]:
    """The statistics of each of ``tasks``."""
    tasks = list(tasks)
    cells = {
        task: [cell for entry in scores.entries if (cell := scores.cells.get((entry, task))) and cell.values]
        for task in tasks
    }
    keys: list[tuple[str, str, str]] = []
    raw: list[Difference] = []
    for task in tasks:
        sides = [(cell.entry, SeedSummary.of(cell.values)) for cell in cells[task]]
        pairs = list(combinations(sides, 2))
        keys += [(task, a, b) for (a, _), (b, _) in pairs]
        raw += differences([a for (_, a), _ in pairs], [b for _, (_, b) in pairs])
    tested: dict[str, dict[tuple[str, str], Difference]] = {task: {} for task in tasks}
    for (task, a, b), found in zip(keys, holm(raw), strict=True):
        tested[task][a, b] = found
    return {
        task: TaskStatistics(tested[task], _ranks(cells[task], draws), _best(cells[task], tested[task]))
        for task in tasks
    }


def _ranks(cells: Sequence[Cell], draws: Draws) -> dict[str, RankInterval]:
    ready = [cell for cell in cells if cell.standing != "points"]
    if len(ready) < 2:
        return {}
    means = [resampled_mean(cell, draws) for cell in ready]
    return dict(zip([cell.entry for cell in ready], rank_intervals(np.stack(means)), strict=True))


def _best(cells: Sequence[Cell], differences: dict[tuple[str, str], Difference]) -> frozenset[str]:
    means = {cell.entry: cell.estimate.value for cell in cells if cell.estimate is not None}
    tested = {cell.entry: means[cell.entry] for cell in cells if cell.standing != "points"}
    if not tested or max(means.values()) > max(tested.values()):
        return frozenset()
    leader = max(sorted(tested), key=tested.__getitem__)
    pairs = {entry: differences.get((leader, entry)) or differences.get((entry, leader)) for entry in tested}
    lower = {entry for entry, found in pairs.items() if found is not None and found.differs}
    return frozenset(tested.keys() - lower) if lower else frozenset()
