"""The episodes of the final evaluation: how returns, success and the task's metrics are spread over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

from mjbench.leaderboard.plots.axis import axis, tick
from mjbench.leaderboard.plots.svg import line, text
from mjbench.report.drawn import HALF, Drawn, drawn, rect, svg
from mjbench.spec.record import RunRecord
from mjbench.stats.distribution import Distribution, distribution, histogram
from mjbench.text import number, shown

SHOWN_METRICS = 12
"""Metrics that a table shows; the others fold."""
LEFT, RIGHT, TOP, PLOT, RUG, FOOT = 46.0, 18.0, 50.0, 240.0, 16.0, 58.0

Row = tuple[str, Distribution]


@dataclass(frozen=True)
class FinalEpisodes:
    """The section on the evaluation."""

    returns: Drawn
    rows: tuple[Row, ...]
    """Return, length and the first metrics."""
    more: tuple[Row, ...]
    """The other metrics."""


def final_episodes(record: RunRecord) -> FinalEpisodes | None:
    """The final evaluation of a completed run; None of any other."""
    returns = record.final_returns
    if not returns:
        return None
    table = record.evaluations
    final = [step == record.final_step for step in table.step]
    columns = {"return": table.episode_return, "episode length": table.episode_length, **table.metrics}
    rows = [
        (shown(name), found)
        for name, values in columns.items()
        if (found := distribution(list(compress(values, final)))) is not None
    ]
    first = SHOWN_METRICS + 2
    return FinalEpisodes(
        drawn(lambda width: _histogram(returns, width), HALF), tuple(rows[:first]), tuple(rows[first:])
    )


def _histogram(returns: Sequence[float], width: float) -> str:
    """Episodes by their return, a tick for each below."""
    edges, counts = histogram(returns)
    low, high, ticks = axis([edges[0], edges[-1]], ticks=5 if width > 500 else 3, margin=0.02)
    plot = PLOT if width > 500 else 0.6 * PLOT
    bottom, right = TOP + plot, width - RIGHT

    def x(value: float) -> float:
        return LEFT + (value - low) / (high - low) * (right - LEFT)

    def y(count: float) -> float:
        return bottom - count / max(counts) * plot

    parts = [
        text(16, 24, "mjb-title", "Returns of the final evaluation"),
        text(LEFT, TOP - 14, "mjb-small", "episodes"),
    ]
    for place in (place for place in axis([0.0, float(max(counts))], 4, 0.0)[2] if place == round(place)):
        parts += [line(LEFT, y(place), right, y(place), "mjb-grid")]
        parts += [text(LEFT - 7, y(place) + 4, "mjb-small", tick(place), anchor="end")]
    for left, end, count in zip(edges, edges[1:], counts, strict=False):
        tip = f"{count} of {len(returns)} episodes from {number(left)} to {number(end)}"
        if count:
            parts.append(rect(x(left) + 0.5, y(count), x(end) - x(left) - 1, bottom - y(count), "mjb-f0", tip=tip))
    for value in returns:
        parts.append(line(x(value), bottom + 4, x(value), bottom + RUG - 2, "mjb-series mjb-l0"))
    for place in ticks:
        parts.append(text(x(place), bottom + RUG + 14, "mjb-small", tick(place), anchor="middle"))
    parts.append(text((LEFT + right) / 2, bottom + RUG + 31, "mjb-small", "return of an episode", anchor="middle"))
    return svg(width, bottom + RUG + FOOT, f"Returns of {len(returns)} episodes", parts)
