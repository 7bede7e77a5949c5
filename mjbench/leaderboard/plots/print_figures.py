"""Figures for print through matplotlib, as PDF, SVG and PNG: in the width of a column, the same bytes at each build."""

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mjbench.leaderboard.plots.axis import tick
from mjbench.leaderboard.plots.charts import Chart
from mjbench.leaderboard.plots.figures import Figure
from mjbench.leaderboard.plots.panels import Panel
from mjbench.leaderboard.plots.print_style import DPI, METADATA, SMALL, STYLE, colour, line, marker
from mjbench.leaderboard.plots.svg import cut
from mjbench.text import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NARROWEST_PART = 1.5
"""Inches that a part of a figure takes at least."""
NEAR = 0.35
"""A reference line is drawn that lies within this share of the data's span beyond it; else its place is said."""
LONGEST = 30
HEAD = 1.2
"""Rows above the dots, for the names of reference lines."""


def print_files(figure: Figure, entries: Sequence[str], width: float) -> dict[str, bytes]:
    """The figure by the endings of its files.

    Args:
        figure: parts of one kind, drawn in a grid.
        entries: of the board; the place decides colour, line and marker.
        width: inches.
    """
    import matplotlib
    from matplotlib import style

    rc: Any = dict(STYLE)
    with style.context("default"), matplotlib.rc_context(rc):
        sheet = _draw(figure, entries, width)
        found: dict[str, bytes] = {}
        for ending, metadata in METADATA.items():
            buffer = io.BytesIO()
            sheet.savefig(buffer, format=ending, dpi=DPI, metadata=dict(metadata))
            found[ending] = buffer.getvalue()
    return found


def _draw(figure: Figure, entries: Sequence[str], width: float) -> Any:
    from matplotlib.figure import Figure as Sheet

    columns = 1 if len(figure) == 1 else max(1, min(len(figure), int(width / NARROWEST_PART)))
    rows = -(-len(figure) // columns)
    charts = [part for part in figure if isinstance(part, Chart)]
    panels = [part for part in figure if isinstance(part, Panel)]
    labels = [entry for entry in entries if any(row.label == entry for panel in panels for row in panel.rows)]
    each = (2.1 if len(figure) == 1 else 1.25) if charts else 0.55 + 0.17 * (max(1, len(labels)) + HEAD)
    keys = _keys(charts)
    across = max(1, int(width / (0.5 + 0.055 * max(map(len, keys), default=1))))
    sheet = Sheet(figsize=(width, rows * each + 0.14 * -(-len(keys) // across)), layout="constrained")
    layout: Any = sheet.get_layout_engine()
    layout.set(w_pad=0.02, h_pad=0.02, hspace=0.06 if rows > 1 else 0.0)
    titles = _titles([part.title for part in figure])
    for index, part in enumerate(figure):
        axes = sheet.add_subplot(rows, columns, index + 1)
        if len(figure) > 1:
            axes.set_title(_drawn(titles[index], int(22 * width / columns)))
        if isinstance(part, Chart):
            _lines(axes, part, len(figure) == 1 or index % columns == 0, index + columns >= len(figure))
        else:
            _dots(axes, part, labels, entries, index % columns == 0, index + columns >= len(figure))
    if keys:
        handles, names = list(keys.values()), [_drawn(name, LONGEST) for name in keys]
        sheet.legend(handles, names, loc="outside lower center", ncols=min(across, len(keys)))
    return sheet


def _keys(charts: Sequence[Chart]) -> Mapping[str, Any]:
    """The legend: each entry's name with its line."""
    from matplotlib.lines import Line2D

    series = {each.index: each for chart in charts for each in chart.series}
    return {
        (each.short or each.label) + (" (partial)" if each.hollow else ""): Line2D([], [], color=colour(i), ls=line(i))
        for i, each in sorted(series.items())
    }


def _titles(titles: Sequence[str]) -> list[str]:
    """Without the namespace of tasks, where they stay different."""
    short = [title.rpartition("/")[2] for title in titles]
    return short if len(set(short)) == len(short) else list(titles)


def _lines(axes: "Axes", chart: Chart, left: bool, below: bool) -> None:
    for series in chart.series:
        shade, points = colour(series.index), series.points
        axes.plot(chart.places(series), [point.value for point in points], color=shade, ls=line(series.index))
        band = [(x, p.low, p.high) for x, p in zip(chart.places(series), points, strict=True) if p.low is not None]
        if band:
            places, lows, highs = zip(*band, strict=True)
            axes.fill_between(places, lows, highs, color=shade, alpha=0.15, lw=0)
    values = [v for s in chart.series for p in s.points for v in (p.value, p.low, p.high) if v is not None]
    low, high, near, far = _limits(values, chart.marks)
    if chart.log:
        axes.set_xscale("log")
    axes.set(ylim=(low, high), xlim=_seen(chart))
    for height, name in near:
        axes.axhline(height, color="0.45", ls=(0, (1, 1.5)), lw=0.7, zorder=1)
        higher = height > (low + high) / 2
        place = {"x": 0.02 if higher else 0.98, "ha": "left" if higher else "right"}
        _small(axes, name, y=height, transform=axes.get_yaxis_transform(), va="bottom", **place)
    for place, text in far:  # curves rise: they leave room at the upper left and the lower right
        upper = place > high
        x, y, ha, va = (0.02, 0.98, "left", "top") if upper else (0.98, 0.02, "right", "bottom")
        _small(axes, text, x=x, y=y, ha=ha, va=va, transform=axes.transAxes)
    axes.xaxis.set_major_formatter(lambda value, _: tick(value))
    axes.yaxis.set_major_formatter(lambda value, _: tick(value))
    axes.locator_params(axis="y" if chart.log else "both", nbins=4)
    axes.set(xlabel=chart.x_label if below else "", ylabel=chart.y_label if left else "")


def _seen(chart: Chart) -> tuple[float, float]:
    """Both ends of the horizontal axis: a profile ends where no run is above the score."""
    if chart.key != "performance-profiles":
        return min(chart.x), max(chart.x)
    ends = [x for i, x in enumerate(chart.x) if any(series.points[i].value > 0 for series in chart.series)]
    last = chart.x.index(max(ends, default=chart.x[-1])) + 1
    return min(chart.x), chart.x[min(last, len(chart.x) - 1)]


def _dots(axes: "Axes", panel: Panel, labels: Sequence[str], entries: Sequence[str], left: bool, below: bool) -> None:
    names = {row.label: row.short for row in panel.rows}
    for row in panel.rows:
        index, y = entries.index(row.label), labels.index(row.label)
        shade, shape = colour(index), marker(index)
        if row.low is not None and row.high is not None:
            axes.plot([row.low, row.high], [y, y], color=shade, lw=1.4, ls=":" if row.preliminary else "-")
        axes.plot(row.points, [y] * len(row.points), "|", color=shade, alpha=0.6, ms=5, mew=0.8)
        axes.plot([row.value], [y], shape, color=shade, mfc="white" if row.hollow else shade)
    values = [v for row in panel.rows for v in (row.value, row.low, row.high, *row.points) if v is not None]
    low, high, near, far = _limits(values, panel.marks)
    axes.set(xlim=(low, high), ylim=(len(labels) - 0.4, -0.4 - HEAD))
    for place, name in near:
        axes.axvline(place, color="0.45", ls=(0, (1, 1.5)), lw=0.7, zorder=1)
        side = (
            "left" if place < low + 0.2 * (high - low) else "right" if place > high - 0.2 * (high - low) else "center"
        )
        _small(axes, name, x=place, y=-0.45, ha=side, va="bottom")
    for index, (place, text) in enumerate(far):
        side, x = ("right", 1.0) if place > high else ("left", 0.0)
        y = -0.45 if len(far) == 1 and not near else -0.45 - 0.6 * (1 - index if len(far) > 1 else 1)
        _small(axes, text, x=x, y=y, ha=side, va="bottom", transform=axes.get_yaxis_transform())
    texts = [_drawn(names.get(label, label), LONGEST) for label in labels] if left else [""] * len(labels)
    axes.set_yticks(range(len(labels)), texts)
    axes.xaxis.set_major_formatter(lambda value, _: tick(value))
    axes.locator_params(axis="x", nbins=4)
    axes.set_xlabel(panel.axis.partition(" after ")[0] if below else "")


def _limits(
    values: Sequence[float], marks: Sequence[tuple[float, str]]
) -> tuple[float, float, list[tuple[float, str]], list[tuple[float, str]]]:
    """Both ends of an axis that fits the data, the reference lines in view, and words for those far away."""
    low, high = min(values), max(values)
    span = (high - low) or abs(high) or 1.0
    near = [(at, name) for at, name in marks if low - NEAR * span <= at <= high + NEAR * span]
    far = [(at, f"{name}: {_short(at)}") for at, name in marks if (at, name) not in near]
    low, high = min([low, *(at for at, _ in near)]), max([high, *(at for at, _ in near)])
    span = (high - low) or abs(high) or 1.0
    return low - 0.05 * span, high + (0.14 if near else 0.06) * span, near, far


def _drawn(text: str, longest: int) -> str:
    """``text`` with at most ``longest`` letters, those that the font lacks as their number."""
    from matplotlib.font_manager import findfont, get_font

    font = get_font(findfont("DejaVu Sans"))
    return "".join(each if font.get_char_index(ord(each)) else f"U+{ord(each):04X}" for each in cut(text, longest))


def _short(value: float) -> str:
    if value == round(value):
        return f"{value:,.0f}"
    return number(value) if abs(value) >= 0.1 else f"{value:.1g}"


def _small(axes: "Axes", text: str, **where: Any) -> None:
    box = {"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.7}
    axes.text(s=text, fontsize=SMALL, color="0.3", bbox=box, clip_on=True, **where)
