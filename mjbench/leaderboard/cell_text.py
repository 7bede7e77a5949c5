"""Text of the cells, the same in Markdown and on the page; unescaped."""

from mjbench.leaderboard.board import Ranked
from mjbench.stats.cell import Cell
from mjbench.stats.estimate import Estimate
from mjbench.stats.ranks import RankInterval
from mjbench.text import number, score, spread

NOTHING = "\N{EN DASH}"
"""Stands where there is no number."""
FAILED = "†"
PRELIMINARY = "‡"


def aggregate(row: Ranked, key: str) -> str:
    """Value of an aggregate: ``0.712``."""
    return score(row.aggregates[key].value) if key in row.aggregates else NOTHING


def interval(row: Ranked, key: str) -> str:
    """What stands behind an aggregate: ``[0.650, 0.781]``, or for the headline the seeds, ``(0.65; 0.78)``."""
    if key not in row.aggregates:
        return ""
    low, high = row.aggregates[key].low, row.aggregates[key].high
    if low is not None and high is not None:
        return f"[{score(low)}, {score(high)}]" + (PRELIMINARY if row.standing == "preliminary" else "")
    if key == "iqm" and len(row.points) > 1:
        return f"({'; '.join(score(point) for point in row.points)})"
    return ""


def value(estimate: Estimate | None) -> str:
    """``0.712``."""
    return NOTHING if estimate is None else score(estimate.value)


def bounds(estimate: Estimate | None) -> str:
    """``[0.650, 0.781]``; nothing without an interval."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return ""
    return f"[{score(estimate.low)}, {score(estimate.high)}]"


def rank_interval(ranks: RankInterval | None) -> str:
    """``1 to 2``; one number where both are the same."""
    if ranks is None:
        return NOTHING
    return str(ranks.low) if ranks.low == ranks.high else f"{ranks.low} to {ranks.high}"


def best_share(ranks: RankInterval) -> str:
    """``best in 93 %`` of the resamples."""
    if 0.0 < ranks.best < 0.01:
        return "best in < 1 %"
    if 0.99 < ranks.best < 1.0:
        return "best in > 99 %"
    return f"best in {ranks.best:.0%}".replace("%", " %")


def mean(cell: Cell | None) -> str:
    """Mean return with its interval: ``3,412 ± 87``; without the interval the mean alone."""
    if cell is None:
        return NOTHING
    estimate = cell.estimate
    if estimate is None:
        return "failed"
    if estimate.high is None:
        return number(estimate.value)
    mark = PRELIMINARY if cell.standing == "preliminary" else ""
    return spread(estimate.value, estimate.high - estimate.value) + mark


def detail(cell: Cell | None) -> str:
    """What stands behind the mean: each seed's value where there is no interval, the coverage where it has holes."""
    if cell is None:
        return ""
    parts: list[str] = []
    if cell.expected == 1 and not cell.failed:
        return "1 seed"
    if cell.standing == "points" and len(cell.seeds) > 1:
        parts.append(
            "; ".join(
                number(seed.value) + (FAILED if seed.status != "completed" else "")
                for seed in cell.seeds
                if seed.value is not None
            )
        )
    if cell.completed < cell.expected:
        mark = FAILED if cell.failed and cell.standing != "points" else ""
        parts.append(cell.coverage + mark)
    return " · ".join(parts)
