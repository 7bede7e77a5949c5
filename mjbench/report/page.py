"""A report as one page that stands alone: no scripts, no network, light and dark."""

import math
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from mjbench.leaderboard.formats.html_pages import asset
from mjbench.leaderboard.plots.style import STYLE
from mjbench.report import drawn
from mjbench.report.build import Report
from mjbench.stats.distribution import Distribution
from mjbench.text import number, score

if TYPE_CHECKING:
    import jinja2


def report_page(report: Report, disturb: str) -> str:
    """The page. Every string is escaped; the same report gives the same text.

    Args:
        report: what to show.
        disturb: command that plays the policy under disturbance.
    """
    from markupsafe import Markup

    style = "\n".join((asset("board.css").decode().rstrip(), STYLE, drawn.STYLE))
    return _template().render(
        report=report, disturb=disturb, number=number, score=score, even=_even, style=Markup(style), svg=Markup
    )


def _even(row: Distribution) -> list[str]:
    """Mean, standard deviation, lowest, median and highest, all to the same decimals."""
    size = max(abs(row.low), abs(row.high))
    if size >= 1e7 or 0 < size < 1e-4:
        return [f"{value:.3e}" for value in (row.mean, row.std, row.low, row.median, row.high)]
    decimals = max(0, 3 - math.floor(math.log10(size))) if size else 0
    if row.std == 0 and row.mean == round(row.mean):
        decimals = 0
    values = (f"{value:,.{decimals}f}" for value in (row.mean, row.std, row.low, row.median, row.high))
    return [text.removeprefix("-") if not text.strip("-0.,") else text for text in values]


@cache
def _template() -> "jinja2.Template":
    import jinja2

    source = resources.files("mjbench.report").joinpath("templates", "report.html.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source)
