"""Text of the cells, the same in every format; not escaped."""

from collections.abc import Callable, Sequence

from mjbench.stats.cell import Cell
from mjbench.stats.estimate import Estimate, Standing
from mjbench.stats.measures import Measured
from mjbench.stats.ranks import RankInterval
from mjbench.text import number, score, spread

NOTHING = "\N{EN DASH}"
"""Stands where there is no number."""
FAILED = "†"
PRELIMINARY = "‡"


def interval(estimate: Estimate, standing: Standing, points: Sequence[float] = ()) -> str:
    """What is shown after a score: ``[0.650, 0.781]``, or without an interval its seeds, ``(0.65; 0.78)``."""
    if estimate.low is not None:
        return bounds(estimate) + (PRELIMINARY if standing == "preliminary" else "")
    return f"({'; '.join(score(point) for point in points)})" if len(points) > 1 else ""


def joined(text: str, behind: str) -> str:
    """Both on one line: ``0.712 [0.650, 0.781]``, ``1 to 2 (best in 93 %)``."""
    if not behind:
        return text
    return f"{text} {behind}" if behind.startswith(("[", "(")) else f"{text} ({behind})"


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
    return "failed" if cell.estimate is None else _mean(cell.estimate, cell.standing)


def _mean(estimate: Estimate, standing: Standing) -> str:
    if estimate.high is None:
        return number(estimate.value)
    return spread(estimate.value, estimate.high - estimate.value) + (PRELIMINARY if standing == "preliminary" else "")


def metric(measured: Measured) -> str:
    """Mean of a metric with its interval: ``0.81 ± 0.02``."""
    return "unknown" if measured.estimate is None else _mean(measured.estimate, measured.standing)


def metric_detail(measured: Measured) -> str:
    """What is shown after a metric: each seed's value where there is no interval, and how many are unknown."""
    return _details(measured, number)


def share(measured: Measured) -> str:
    """Mean of a share with its interval: ``98.0 ± 2.1 %``."""
    estimate = measured.estimate
    if estimate is None:
        return "unknown"
    half = "" if estimate.high is None else f" ± {100 * (estimate.high - estimate.value):.1f}"
    return f"{100 * estimate.value:.1f}{half} %" + (PRELIMINARY if measured.standing == "preliminary" else "")


def share_detail(measured: Measured) -> str:
    """As ``metric_detail``, in percent."""
    return _details(measured, lambda value: f"{100 * value:.1f}")


def _details(measured: Measured, shown: Callable[[float], str]) -> str:
    seeds = "; ".join(shown(value) for value in measured.known)
    parts = [seeds] if measured.standing == "points" and len(measured.known) > 1 else []
    if measured.unknown and measured.known:
        parts.append(f"{measured.unknown} of {len(measured.values)} seeds unknown")
    return " · ".join(parts)


def detail(cell: Cell | None) -> str:
    """What is shown after the mean: each seed's value where there is no interval, the coverage where it has holes."""
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
