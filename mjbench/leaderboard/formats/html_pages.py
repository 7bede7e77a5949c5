"""A board as a page, and a page for each of its runs: no network, whole without scripts, light and dark."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from mjbench.leaderboard import cell_text
from mjbench.leaderboard.board import Board
from mjbench.leaderboard.columns import in_tables, measured, ranking_columns, run_measures
from mjbench.leaderboard.plots.charts import Chart, Series, curve_charts, efficiency_chart, profile_chart, time_chart
from mjbench.leaderboard.plots.figures import figures
from mjbench.leaderboard.plots.lines import line_drawing
from mjbench.leaderboard.plots.panels import ranking_panel, task_panels
from mjbench.leaderboard.plots.style import COLOURS, DARK_COLOURS, STYLE
from mjbench.leaderboard.plots.svg import drawing
from mjbench.leaderboard.runs import RunView
from mjbench.stats.estimate import Estimate
from mjbench.text import number, score

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

    from mjbench.leaderboard.summary import Summary

ASSETS = ("board.css", "board.js", "uPlot.iife.min.js", "uPlot.min.css", "uPlot.LICENSE.txt")
"""Files that the pages of a board share."""
NARROW = 390
"""Width of the ranking's drawing on a phone, in pixels."""


@dataclass(frozen=True)
class Plot:
    """A chart on a page: drawn, and as data for the script that draws it again."""

    svg: "Markup"
    data: str
    task: str = ""


def render(board: Board, videos: Collection[str] = (), runs: bool = True) -> str:
    """The page. Every string is escaped; the same board gives the same text.

    Args:
        board: what to show.
        videos: ids of the runs that have one.
        runs: whether to list all runs, with links to their pages.
    """
    from markupsafe import Markup

    measures, shown = measured(board)
    ranking, time = ranking_panel(board), time_chart(board)
    suite = [chart for chart in (profile_chart(board), efficiency_chart(board)) if chart is not None]
    return _template("board.html.j2").render(
        assets="assets",
        board=board,
        cells=cell_text,
        time_plot=Markup(line_drawing([time])) if time else None,
        curve_plots=[_plot(chart, chart.title) for chart in curve_charts(board)],
        figures=list(figures(board)),
        improving=[entry for entry in board.entries if entry in board.statistics.entries],
        measured=shown,
        measures=measures,
        number=number,
        ranking=in_tables(ranking_columns(), board.ranking),
        list_runs=runs,
        ranking_plot=Markup(drawing([ranking])) if ranking else None,
        narrow_plot=Markup(drawing([ranking], width=NARROW)) if ranking else None,
        suite_plots=[_plot(chart) for chart in suite],
        svg_style=Markup(STYLE),
        task_plots=[(panel.title, Markup(drawing([panel], width=440))) for panel in task_panels(board)],
        videos=videos,
        zip=zip,
    )


def render_run(board: Board, run: RunView, video: bool = False) -> str:
    """The page of one run of the board; with ``video`` it shows the one in ``../videos/``."""
    from markupsafe import Markup

    return _template("run.html.j2").render(
        assets="../assets",
        board=board,
        measures=run_measures(board, run),
        number=number,
        plot=_run_plot(board, run),
        run=run,
        score=score,
        svg_style=Markup(STYLE),
        video=video,
    )


def render_index(boards: "Mapping[str, Summary]") -> str:
    """The page over all boards, by the names of their folders, in this order; its style is inside: it stands alone."""
    from markupsafe import Markup

    return _template("index.html.j2").render(boards=boards, style=Markup(asset("board.css").decode().rstrip()))


def asset(name: str) -> bytes:
    """One of ``ASSETS``."""
    return resources.files("mjbench.leaderboard").joinpath("assets", name).read_bytes()


def _run_plot(board: Board, run: RunView) -> Plot | None:
    known = [point for point in run.checkpoints if point.mean is not None]
    if len(known) < 2:
        return None
    points = tuple(Estimate(point.mean or 0.0, point.low, point.high) for point in known)
    series = Series(run.entry, board.entries.index(run.entry), points, board.labels[run.entry])
    x = tuple(float(point.steps) for point in known)
    return _plot(Chart("run", "Mean, lowest and highest episode", "environment steps", "return", x, (series,)))


def _plot(chart: Chart, task: str = "") -> Plot:
    from markupsafe import Markup

    return Plot(Markup(line_drawing([chart])), chart_json(chart), task)


def chart_json(chart: Chart) -> str:
    """A chart as the script reads it; numbers to six digits."""
    series = [
        {
            "label": row.label,
            "short": row.short or row.label,
            "colours": [COLOURS[row.index % len(COLOURS)], DARK_COLOURS[row.index % len(COLOURS)]],
            "hollow": row.hollow,
            "value": [_short(point.value) for point in row.points],
            "low": [_short(point.low) for point in row.points],
            "high": [_short(point.high) for point in row.points],
        }
        for row in chart.series
    ]
    body = {
        "title": chart.title,
        "x_label": chart.x_label,
        "y_label": chart.y_label,
        "x": [_short(place) for place in chart.x],
        "series": series,
        "marks": [[_short(height), name] for height, name in chart.marks],
    }
    return json.dumps(body, separators=(",", ":"), allow_nan=False)


def _short(value: float | None) -> float | None:
    return None if value is None else float(_six_digits(value))


def _six_digits(value: float) -> str:
    """For what pages sort and draw by: the last digits of a float differ from processor to processor."""
    return f"{value:.6g}"


@cache
def _template(name: str) -> "jinja2.Template":
    import jinja2

    def source(wanted: str) -> str:
        return resources.files("mjbench.leaderboard").joinpath("templates", wanted).read_text(encoding="utf-8")

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(source),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["six_digits"] = _six_digits
    return environment.get_template(name)
