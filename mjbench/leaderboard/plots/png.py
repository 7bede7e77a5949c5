"""Figures as PNG through matplotlib. Its bytes depend on its version and fonts, so these files are made on request."""

import io
from typing import TYPE_CHECKING

from mjbench.leaderboard.plots.axis import tick
from mjbench.leaderboard.plots.charts import Chart
from mjbench.leaderboard.plots.figures import Figure
from mjbench.leaderboard.plots.panels import Panel
from mjbench.leaderboard.plots.style import COLOURS, side_by_side

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DPI = 200


def as_png(figure: Figure) -> bytes:
    """The figure as a picture, its parts in a grid."""
    from matplotlib.figure import Figure as Sheet

    columns = side_by_side(len(figure))
    rows = -(-len(figure) // columns)
    sheet = Sheet(figsize=(4.6 * columns, 3.2 * rows), layout="constrained")
    for index, part in enumerate(figure):
        axes = sheet.add_subplot(rows, columns, index + 1)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_title(_plain(part.title), fontsize=10)
        if isinstance(part, Chart):
            _lines(axes, part)
        else:
            _dots(axes, part)
    buffer = io.BytesIO()
    sheet.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return buffer.getvalue()


def _lines(axes: "Axes", chart: Chart) -> None:
    for series in chart.series:
        colour = COLOURS[series.index % len(COLOURS)]
        at, values = chart.places(series), [point.value for point in series.points]
        axes.plot(at, values, color=colour, ls="--" if series.hollow else "-", label=_plain(series.label))
        band = [(x, p.low, p.high) for x, p in zip(at, series.points, strict=True) if p.low is not None]
        if band:
            places, lows, highs = zip(*band, strict=True)
            axes.fill_between(places, lows, highs, color=colour, alpha=0.15, lw=0)
    for height, _ in chart.marks:
        axes.axhline(height, color="0.6", ls=":", lw=1)
    axes.set(xlabel=_plain(chart.x_label), ylabel=_plain(chart.y_label))
    if chart.log:
        axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda value, _: tick(value))
    axes.legend(fontsize=7, frameon=False)


def _dots(axes: "Axes", panel: Panel) -> None:
    for index, row in enumerate(panel.rows):
        if row.low is not None and row.high is not None:
            axes.plot([row.low, row.high], [index, index], color=COLOURS[0], lw=2, ls=":" if row.preliminary else "-")
        axes.plot(row.points, [index] * len(row.points), "o", color=COLOURS[0], alpha=0.3, ms=4)
        axes.plot([row.value], [index], "o", color=COLOURS[0], mfc="white" if row.hollow else COLOURS[0])
    for place, _ in panel.marks:
        axes.axvline(place, color="0.6", ls=":", lw=1)
    axes.set_yticks(range(len(panel.rows)), [_plain(row.label) for row in panel.rows])
    axes.invert_yaxis()
    axes.set_xlabel(_plain(panel.axis))


def _plain(text: str) -> str:
    """``text`` without the dollar signs that matplotlib takes for mathematics."""
    return text.replace("$", r"\$")
