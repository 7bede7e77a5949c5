"""Every plot of a board as a file of its own, ready for a paper."""

from mjbench.leaderboard.board import Board
from mjbench.leaderboard.plots.charts import Chart, curve_charts, efficiency_chart, profile_chart, time_chart
from mjbench.leaderboard.plots.lines import line_drawing
from mjbench.leaderboard.plots.panels import Panel, ranking_panel, task_panels
from mjbench.leaderboard.plots.svg import drawing

Figure = tuple[Panel, ...] | tuple[Chart, ...]


def figures(board: Board) -> dict[str, Figure]:
    """By the names of their files, without the ending; what the board has no numbers for is left out."""
    ranking, profiles = ranking_panel(board), profile_chart(board)
    efficiency, time = efficiency_chart(board), time_chart(board)
    found: dict[str, Figure] = {
        "ranking": (ranking,) if ranking else (),
        "tasks": tuple(task_panels(board)),
        "performance-profiles": (profiles,) if profiles else (),
        "sample-efficiency": (efficiency,) if efficiency else (),
        "time-efficiency": (time,) if time else (),
        "learning-curves": tuple(curve_charts(board)),
    }
    return {name: figure for name, figure in found.items() if figure}


def as_svg(figure: Figure) -> str:
    """The figure as a drawing that stands alone."""
    charts = [part for part in figure if isinstance(part, Chart)]
    return (
        line_drawing(charts, style=True) if charts else drawing([p for p in figure if isinstance(p, Panel)], style=True)
    )
