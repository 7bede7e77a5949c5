"""Statistics -> the ranking."""

from collections.abc import Sequence
from dataclasses import replace

from mjbench.leaderboard.board import Ranked
from mjbench.stats.cell import Scores
from mjbench.stats.suite import SuiteStatistics


def rank(
    scores: Scores, statistics: SuiteStatistics, tasks: Sequence[str], scored: Sequence[str], seeds: int
) -> tuple[Ranked, ...]:
    """The entries, best IQM first; those that lack a scored task follow those that have all of them.

    Args:
        scores: with every cell of the board.
        statistics: over the tasks that count.
        tasks: all task ids of the board.
        scored: those that count in the aggregates.
        seeds: seeds that are due on each task.

    Returns:
        One row an entry. Equal scores share a rank; entries without any score come last, without a rank.
    """
    rows = [_row(scores, statistics, entry, tasks, scored, seeds) for entry in scores.entries]
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


def _row(
    scores: Scores, statistics: SuiteStatistics, entry: str, tasks: Sequence[str], scored: Sequence[str], seeds: int
) -> Ranked:
    cells = [scores.cells[entry, task] for task in tasks if (entry, task) in scores.cells]
    missing = len(tasks) - len(cells)
    row = Ranked(
        entry=entry,
        rank=None,
        of_tasks=len(scored),
        completed=sum(cell.completed for cell in cells),
        failed=sum(cell.failed for cell in cells),
        expected=sum(cell.expected for cell in cells) + missing * seeds,
    )
    found = statistics.entries.get(entry)
    if found is None:
        return row
    return replace(
        row,
        aggregates=found.aggregates,
        points=found.points,
        tasks=len(found.tasks),
        standing=found.standing,
        ranks=found.ranks,
    )
