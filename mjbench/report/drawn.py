"""Drawings of a report: each once for a screen and once for a phone, so that its letters have one size on both."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from mjbench.leaderboard.plots.charts import Chart
from mjbench.leaderboard.plots.lines import line_drawing
from mjbench.leaderboard.plots.style import FONT

WIDE, HALF, NARROW = 1160.0, 570.0, 350.0
"""Widths of a drawing in pixels: of a page, of one of two side by side, of a phone."""
STYLE = """\
.rep-track{fill:#e9edf3}.rep-frames{fill:#c9541a;fill-opacity:.13}.rep-end{stroke:#5b6577;stroke-width:1.5}
.rep-range{stroke:#2563a8;stroke-width:1.5}.rep-bar{fill:#2563a8}
@media (prefers-color-scheme:dark){.rep-track{fill:#232c39}.rep-frames{fill:#f0925a;fill-opacity:.2}
.rep-end{stroke:#97a3b6}.rep-range{stroke:#6cb0f5}.rep-bar{fill:#6cb0f5}}
"""
"""Beside ``mjbench.leaderboard.plots.style.STYLE``."""


@dataclass(frozen=True)
class Drawn:
    """One drawing, as two ``<svg>`` elements."""

    wide: str
    narrow: str


def drawn(draw: Callable[[float], str], wide: float = WIDE, narrow: float = NARROW) -> Drawn:
    """The drawing by a function of the width."""
    return Drawn(draw(wide), draw(narrow))


def drawn_chart(chart: Chart, wide: float = WIDE) -> Drawn:
    """One chart."""
    return drawn(lambda width: line_drawing([chart], width=width), wide)


def svg(width: float, height: float, label: str, parts: list[str]) -> str:
    """An ``<svg>`` element of these parts; ``label`` says what it shows."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" aria-label="{escape(label)}" font-family="{FONT}">'
        f'<rect class="mjb-bg" width="{width:.0f}" height="{height:.0f}" rx="8"/>\n{"".join(parts)}</svg>\n'
    )


def rect(x: float, y: float, width: float, height: float, style: str, radius: float = 0.0, tip: str = "") -> str:
    """A rectangle, with a tooltip where ``tip`` has one."""
    inside = f"<title>{escape(tip)}</title>" if tip else ""
    return (
        f'<rect class="{style}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" '
        f'rx="{radius:.1f}">{inside}</rect>'
    )
