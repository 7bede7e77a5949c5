"""The results on one task: which entries differ, and where each of them ranks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from mjbench.stats.bootstrap import Draws
from mjbench.stats.cell import Cell, Scores
from mjbench.stats.mean_rank import resampled_mean
from mjbench.stats.ranks import RankInterval, rank_intervals
from mjbench.stats.welch import Difference, SeedSummary, columns, made, numbers, stepped_down


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
    if not tasks:
        return {}
    cells = {
        task: [cell for entry in scores.entries if (cell := scores.cells.get((entry, task))) and cell.values]
        for task in tasks
    }
    keys: list[tuple[str, str, str]] = []
    found: list[tuple[np.ndarray, np.ndarray]] = []
    for task in tasks:
        sides = [SeedSummary.of(cell.values) for cell in cells[task]]
        first, second = np.triu_indices(len(sides), 1)  # in the order of combinations
        parts = numbers(sides)
        found.append(columns(np.stack([parts[:, first], parts[:, second]], axis=1)))
        keys += [(task, a.entry, b.entry) for a, b in combinations(cells[task], 2)]
    whole, more = (np.concatenate(part, axis=-1) for part in zip(*found, strict=True))
    rows = made(whole, more, stepped_down(whole[3, more]))
    tested: dict[str, dict[tuple[str, str], Difference]] = {task: {} for task in tasks}
    for (task, a, b), row in zip(keys, rows, strict=True):
        tested[task][a, b] = row
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
