"""Statistics -> the ranking."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mjbench.leaderboard.board import Ranked
from mjbench.stats.aggregates import HEADLINE
from mjbench.stats.bootstrap import Draws
from mjbench.stats.cell import Scores
from mjbench.stats.estimate import standing
from mjbench.stats.mean_rank import MeanRank, mean_rank_intervals, mean_ranks
from mjbench.stats.ranks import RankInterval
from mjbench.stats.suite import SuiteStatistics

_UNRANKED = 2


def rank(
    scores: Scores,
    statistics: SuiteStatistics,
    tasks: Sequence[str],
    scored: Sequence[str],
    seeds: int,
    draws: Draws,
) -> tuple[Ranked, ...]:
    """The entries, best first: by IQM, or where no task can be normalised by mean rank.

    Those that lack a task that counts follow those that have all of them.

    Args:
        scores: with every cell of the board.
        statistics: over the tasks that are normalised.
        tasks: all task ids of the board.
        scored: those that are normalised.
        seeds: seeds that are expected on each task.
        draws: the board's resamples.

    Returns:
        One row an entry. Equal scores share a rank; entries without any score come last, without a rank.
    """
    ranks = mean_ranks(scores, tasks)
    rows = [_row(scores, entry, tasks, seeds, ranks.get(entry)) for entry in scores.entries]
    if scored:
        rows = [_by_score(row, statistics, scored, len(rows) > 1) for row in rows]
    else:
        intervals = mean_rank_intervals(scores, tasks, draws)
        rows = [_by_mean_rank(row, scores, tasks, intervals) for row in rows]
    rows.sort(key=_order)
    ranked: list[Ranked] = []
    for place, row in enumerate(rows, start=1):
        if _order(row)[0] == _UNRANKED:
            ranked.append(row)
        elif ranked and _order(ranked[-1])[:2] == _order(row)[:2]:
            ranked.append(replace(row, rank=ranked[-1].rank))
        else:
            ranked.append(replace(row, rank=place))
    return tuple(ranked)


def _order(row: Ranked) -> tuple[int, float, str]:
    if row.tasks == 0:
        return _UNRANKED, 0.0, row.entry
    if row.aggregates:
        return int(row.partial), -row.aggregates[HEADLINE].value, row.entry
    return int(row.partial), row.mean_rank.value if row.mean_rank else 0.0, row.entry


def _row(scores: Scores, entry: str, tasks: Sequence[str], seeds: int, mean_rank: MeanRank | None) -> Ranked:
    cells = [scores.cells[entry, task] for task in tasks if (entry, task) in scores.cells]
    missing = len(tasks) - len(cells)
    return Ranked(
        entry=entry,
        rank=None,
        mean_rank=mean_rank,
        completed=sum(cell.completed for cell in cells),
        failed=sum(cell.failed for cell in cells),
        expected=sum(cell.expected for cell in cells) + missing * seeds,
    )


def _by_score(row: Ranked, statistics: SuiteStatistics, scored: Sequence[str], others: bool) -> Ranked:
    row = replace(row, of_tasks=len(scored), mean_rank=row.mean_rank if others else None)
    found = statistics.entries.get(row.entry)
    if found is None:
        return row
    return replace(
        row,
        aggregates=found.aggregates,
        area=found.area,
        points=found.points,
        tasks=len(found.tasks),
        standing=found.standing,
        ranks=found.ranks,
    )


def _by_mean_rank(row: Ranked, scores: Scores, tasks: Sequence[str], intervals: Mapping[str, RankInterval]) -> Ranked:
    cells = [scores.cells[row.entry, task] for task in tasks if (row.entry, task) in scores.cells]
    fewest = min((len(cell.values) for cell in cells), default=0)
    return replace(
        row, tasks=len(cells), of_tasks=len(tasks), standing=standing(fewest), ranks=intervals.get(row.entry)
    )
