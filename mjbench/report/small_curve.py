"""A small drawing of one curve, for many of them beside each other."""

from collections.abc import Sequence
from functools import partial

from mjbench.leaderboard.plots.axis import axis, tick
from mjbench.leaderboard.plots.svg import cut, line, text
from mjbench.report.drawn import Drawn, drawn, svg

WIDE, NARROW = 270.0, 170.0
"""Widths in pixels."""
LEFT, RIGHT, TOP, PLOT, FOOT = 46.0, 12.0, 30.0, 74.0, 24.0
MOST_POINTS = 400
DOTTED = 12
"""A curve of fewer points shows them."""


def small_curve(
    title: str,
    corner: str,
    x: Sequence[float],
    y: Sequence[float],
    x_unit: str,
    marks: Sequence[float] = (),
    ends: tuple[float, float] | None = None,
) -> Drawn:
    """One curve.

    Args:
        title: above it, to the left.
        corner: above it, to the right, such as the unit of ``y``.
        x: (T,) ascending.
        y: (T,).
        x_unit: stands at the ticks of ``x``.
        marks: heights of dashed lines, drawn where they are in view.
        ends: of the axis of ``y``; empty for those of the values.
    """
    stride = max(1, -(-len(x) // MOST_POINTS))
    return drawn(partial(_draw, title, corner, x[::stride], y[::stride], x_unit, marks, ends), WIDE, NARROW)


def _draw(
    title: str,
    corner: str,
    xs: Sequence[float],
    ys: Sequence[float],
    x_unit: str,
    marks: Sequence[float],
    ends: tuple[float, float] | None,
    width: float,
) -> str:
    low, high, ticks = axis(ends or (min(ys), max(ys)), 3, 0.12)
    right, bottom = width - RIGHT, TOP + PLOT
    begin, end = xs[0], xs[-1]

    def x(value: float) -> float:
        return LEFT + (value - begin) / (end - begin or 1.0) * (right - LEFT)

    def y(value: float) -> float:
        return bottom - (value - low) / (high - low) * PLOT

    parts = [text(12, 18, "mjb-label", cut(title, int(width / 12)), title)]
    parts += [text(right, 18, "mjb-small", corner, anchor="end")]
    for place in ticks:
        parts += [line(LEFT, y(place), right, y(place), "mjb-grid")]
        parts += [text(LEFT - 6, y(place) + 4, "mjb-small", tick(place), anchor="end")]
    parts += [line(LEFT, y(mark), right, y(mark), "mjb-mark") for mark in marks if low <= mark <= high]
    for place in axis([begin, end], 3 if width > 200 else 2, 0.0)[2] if end > begin else [begin]:
        anchor = "end" if x(place) > right - 15 else "middle"
        parts.append(text(x(place), bottom + 15, "mjb-small", f"{tick(place)} {x_unit}".rstrip(), anchor=anchor))
    points = [(x(a), y(b)) for a, b in zip(xs, ys, strict=True)]
    joined = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    parts.append(f'<polyline class="mjb-series mjb-l0" points="{joined}"/>')
    if len(points) < DOTTED:
        parts += [f'<circle class="mjb-f0" cx="{a:.1f}" cy="{b:.1f}" r="3"/>' for a, b in points]
    return svg(width, bottom + FOOT, title, parts)
