"""Scores -> the ranking."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mjbench.leaderboard.board import Ranked
from mjbench.stats.aggregates import aggregates, iqm
from mjbench.stats.bootstrap import estimates
from mjbench.stats.cell import Scores
from mjbench.stats.estimate import Estimate, standing


def rank(scores: Scores, tasks: Sequence[str], scored: Sequence[str], seeds: int, resamples: int) -> tuple[Ranked, ...]:
    """The entries, best IQM first; those that lack a scored task follow those that have all of them.

    Args:
        scores: with every cell of the board.
        tasks: all task ids of the board.
        scored: those that count in the aggregates.
        seeds: seeds that are due on each task.
        resamples: of the bootstrap.

    Returns:
        One row an entry. Equal scores share a rank; entries without any score come last, without a rank.
    """
    rows = [_row(scores, entry, tasks, scored, seeds, resamples) for entry in scores.entries]
    rows.sort(key=_order)
    ranked: list[Ranked] = []
    for place, row in enumerate(rows, start=1):
        if not row.aggregates:
            ranked.append(row)
        elif ranked and _order(ranked[-1])[:2] == _order(row)[:2]:
            ranked.append(replace(row, rank=ranked[-1].rank))
        else:
            ranked.append(replace(row, rank=place))
    return tuple(ranked)


def _order(row: Ranked) -> tuple[int, float, str]:
    if not row.aggregates:
        return 2, 0.0, row.entry
    return int(row.partial), -row.aggregates["iqm"].value, row.entry


def _row(scores: Scores, entry: str, tasks: Sequence[str], scored: Sequence[str], seeds: int, resamples: int) -> Ranked:
    cells = [scores.cells[entry, task] for task in tasks if (entry, task) in scores.cells]
    missing = len(tasks) - len(cells)
    normalised = scores.normalised(entry, scored)
    fewest = min((len(values) for values in normalised.values()), default=0)
    row = Ranked(
        entry=entry,
        rank=None,
        tasks=len(normalised),
        of_tasks=len(scored),
        completed=sum(cell.completed for cell in cells),
        failed=sum(cell.failed for cell in cells),
        expected=sum(cell.expected for cell in cells) + missing * seeds,
        standing=standing(fewest),
    )
    if not normalised:
        return row
    table = list(normalised.values())
    if row.standing != "points":
        return replace(row, aggregates=estimates(table, resamples))
    points = {name: Estimate(value) for name, value in aggregates(table).items()}
    return replace(row, aggregates=points, points=_seed_points(scores, entry, list(normalised)))


def _seed_points(scores: Scores, entry: str, tasks: Sequence[str]) -> tuple[float, ...]:
    """IQM over ``tasks`` of each seed that all of them have, by seed."""
    by_seed: dict[int, list[float]] = {}
    for task in tasks:
        for score in scores.cells[entry, task].seeds:
            if score.normalised is not None:
                by_seed.setdefault(score.seed, []).append(score.normalised)
    whole = [values for _, values in sorted(by_seed.items()) if len(values) == len(tasks)]
    return tuple(iqm([np.array([value]) for value in values]) for values in whole)
