"""A small curve: one joint over a few strides."""

import numpy as np

from mjbench.leaderboard.plots.axis import axis, tick
from mjbench.leaderboard.plots.svg import cut, line, text
from mjbench.report.drawn import svg

WIDE, NARROW = 270.0, 170.0
"""Widths in pixels."""
LEFT, RIGHT, TOP, PLOT, FOOT = 46.0, 12.0, 30.0, 74.0, 24.0
MOST_POINTS = 400


def trace(
    name: str, unit: str, times: np.ndarray, values: np.ndarray, limits: tuple[float, float] | None, width: float = WIDE
) -> str:
    """The curve as an ``<svg>`` element, with those limits that are in view.

    Args:
        name: of the joint.
        unit: of the values.
        times: (T,) s, ascending.
        values: (T,).
        limits: of the joint.
        width: of the drawing.
    """
    low, high, ticks = axis([float(values.min()), float(values.max())], 3, 0.12)
    right, bottom = width - RIGHT, TOP + PLOT
    begin, end = float(times[0]), float(times[-1])

    def x(time_s: float) -> float:
        return LEFT + (time_s - begin) / (end - begin or 1.0) * (right - LEFT)

    def y(value: float) -> float:
        return bottom - (value - low) / (high - low) * PLOT

    parts = [
        text(12, 18, "mjb-label", cut(name, int(width / 12)), name),
        text(right, 18, "mjb-small", unit, anchor="end"),
    ]
    for place in ticks:
        parts += [line(LEFT, y(place), right, y(place), "mjb-grid")]
        parts += [text(LEFT - 6, y(place) + 4, "mjb-small", tick(place), anchor="end")]
    for limit in limits or ():
        if low <= limit <= high:
            parts.append(line(LEFT, y(limit), right, y(limit), "mjb-mark"))
    for place in axis([begin, end], 3 if width > 200 else 2, 0.0)[2] if end > begin else [begin]:
        parts.append(text(x(place), bottom + 15, "mjb-small", f"{tick(place)} s", anchor="middle"))
    stride = max(1, -(-len(times) // MOST_POINTS))
    points = " ".join(
        f"{x(a):.1f},{y(b):.1f}" for a, b in zip(times[::stride].tolist(), values[::stride].tolist(), strict=True)
    )
    parts.append(f'<polyline class="mjb-series mjb-l0" points="{points}"/>')
    return svg(width, bottom + FOOT, f"{name} by time", parts)
