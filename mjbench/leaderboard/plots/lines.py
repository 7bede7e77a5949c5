"""Charts as SVG: lines with their bands, a legend below all of them."""

from collections.abc import Callable, Sequence
from html import escape
from math import log10

from mjbench.leaderboard.plots.axis import axis, log_axis, tick
from mjbench.leaderboard.plots.charts import Chart, Series
from mjbench.leaderboard.plots.style import COLOURS, FONT, STYLE, side_by_side
from mjbench.leaderboard.plots.svg import CHARACTER, cut, line, text

LEFT, RIGHT, TOP, BOTTOM = 66.0, 18.0, 56.0, 46.0
WIDTH, PLOT = 560.0, 240.0
"""Of a chart that stands alone, and the height of its axes."""
SMALL_WIDTH, SMALL_PLOT = 348.0, 150.0
"""Of charts that stand together."""
LEGEND = 20.0
"""Height of a row of the legend."""
LONGEST = 30

Place = Callable[[float], float]


def line_drawing(charts: Sequence[Chart], style: bool = False, width: float | None = None) -> str:
    """One chart, or a grid of several, as one ``<svg>`` element; see ``mjbench.leaderboard.plots.svg.drawing``.

    Several with a ``width``, in pixels, stand below one another.
    """
    columns = 1 if width else side_by_side(len(charts))
    width = width or (WIDTH if columns == 1 else SMALL_WIDTH)
    plot = SMALL_PLOT if width < WIDTH else PLOT
    parts: list[str] = []
    for index, chart in enumerate(charts):
        row, column = divmod(index, columns)
        parts.append(_chart(chart, column * width, row * (TOP + plot + BOTTOM), width, plot))
    top, whole = -(-len(charts) // columns) * (TOP + plot + BOTTOM), columns * width
    for keys in _legend(charts, whole):
        parts += [_key(series, x, top) for series, x in keys]
        top += LEGEND
    top += 8
    label = escape("; ".join(f"{chart.title}: {chart.y_label} by {chart.x_label}" for chart in charts))
    sheet = f"<style>{STYLE}</style>" if style else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole:.0f} {top:.0f}" width="{whole:.0f}" '
        f'height="{top:.0f}" role="img" aria-label="{label}" font-family="{FONT}">{sheet}\n'
        f'<rect class="mjb-bg" width="{whole:.0f}" height="{top:.0f}" rx="8"/>\n{"".join(parts)}</svg>\n'
    )


def _chart(chart: Chart, start: float, top: float, width: float, plot: float) -> str:
    """The chart in a cell that begins at (start, top)."""
    heights = [height for height, _ in chart.marks]
    for series in chart.series:
        for point in series.points:
            heights += [value for value in (point.value, point.low, point.high) if value is not None]
    low, high, ticks = axis(heights)
    first, last, marks = log_axis(chart.x) if chart.log else axis(chart.x, margin=0.0)
    scale = log10 if chart.log else float
    left, right, upper, lower = start + LEFT, start + width - RIGHT, top + TOP, top + TOP + plot

    def x(value: float) -> float:
        return left + (scale(value) - scale(first)) / (scale(last) - scale(first)) * (right - left)

    def y(value: float) -> float:
        return lower - (value - low) / (high - low) * plot

    lines = [text(start + 16, top + 22, "mjb-title", cut(chart.title, int(width / 9)), chart.title)]
    for place in ticks:
        lines.append(line(left, y(place), right, y(place), "mjb-grid"))
        lines.append(text(left - 7, y(place) + 4, "mjb-small", tick(place), anchor="end"))
    for place in marks:
        lines.append(line(x(place), lower, x(place), lower + 4, "mjb-grid"))
        lines.append(text(x(place), lower + 17, "mjb-small", tick(place), anchor="middle"))
    lines += [line(left, y(height), right, y(height), "mjb-mark") for height, _ in chart.marks]
    lines += [_band(series, chart.places(series), x, y) for series in chart.series]
    lines += [_line(series, chart.places(series), x, y) for series in chart.series]
    highest = max((height for height, _ in chart.marks), default=0.0)
    for height, name in chart.marks:
        # Curves rise: they leave room at the upper left and the lower right.
        place, anchor = (right - 2, "end") if height < highest else (left + 2, "start")
        lines.append(text(place, y(height) - 4, "mjb-small", name, anchor=anchor))
    lines.append(text((left + right) / 2, lower + 36, "mjb-small", chart.x_label, anchor="middle"))
    lines.append(text(left, upper - 14, "mjb-small", chart.y_label))
    return "".join(f"{each}\n" for each in lines if each)


def _band(series: Series, at: Sequence[float], x: Place, y: Place) -> str:
    rows = [
        (place, p.low, p.high)
        for place, p in zip(at, series.points, strict=True)
        if p.low is not None and p.high is not None
    ]
    if not rows:
        return ""
    there = [f"{x(place):.1f},{y(low):.1f}" for place, low, _ in rows]
    back = [f"{x(place):.1f},{y(high):.1f}" for place, _, high in reversed(rows)]
    return f'<polygon class="mjb-band mjb-f{_colour(series)}" points="{" ".join(there + back)}"/>'


def _line(series: Series, at: Sequence[float], x: Place, y: Place) -> str:
    places = [f"{x(place):.1f},{y(point.value):.1f}" for place, point in zip(at, series.points, strict=True)]
    part = " mjb-part" if series.hollow else ""
    return f'<polyline class="mjb-series mjb-l{_colour(series)}{part}" points="{" ".join(places)}"/>'


def _legend(charts: Sequence[Chart], width: float) -> list[list[tuple[Series, float]]]:
    """Rows of the legend: each entry with where it starts."""
    entries = {series.index: series for chart in charts for series in chart.series}
    rows: list[list[tuple[Series, float]]] = [[]]
    x = LEFT
    for _, series in sorted(entries.items()):
        space = 44 + CHARACTER * min(len(series.short or series.label), LONGEST)
        if rows[-1] and x + space > width - RIGHT:
            rows.append([])
            x = LEFT
        rows[-1].append((series, x))
        x += space
    return rows


def _key(series: Series, x: float, top: float) -> str:
    part = " mjb-part" if series.hollow else ""
    stroke = line(x, top + 8, x + 20, top + 8, f"mjb-series mjb-l{_colour(series)}{part}")
    return stroke + text(x + 26, top + 12, "mjb-label", cut(series.short or series.label, LONGEST), series.label) + "\n"


def _colour(series: Series) -> int:
    return series.index % len(COLOURS)
