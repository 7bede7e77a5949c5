"""A board as one page that stands alone: no script, no network, light and dark."""

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from mjbench.leaderboard import cells
from mjbench.leaderboard.board import COLUMNS, Board
from mjbench.leaderboard.panels import ranking_panel, task_panels
from mjbench.leaderboard.svg import STYLE, drawing
from mjbench.leaderboard.text import number

if TYPE_CHECKING:
    import jinja2


def render(board: Board) -> str:
    """The page. Every string is escaped; the same board gives the same text."""
    from markupsafe import Markup

    ranking = ranking_panel(board)
    return _template().render(
        board=board,
        columns=COLUMNS,
        cells=cells,
        number=number,
        ranking_plot=Markup(drawing([ranking])) if ranking else None,
        task_plots=[Markup(drawing([panel], width=520)) for panel in task_panels(board)],
        svg_style=Markup(STYLE),
    )


@cache
def _template() -> "jinja2.Template":
    import jinja2

    source = resources.files("mjbench.leaderboard").joinpath("templates/board.html.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source)
