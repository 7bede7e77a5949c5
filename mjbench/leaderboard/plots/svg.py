"""Panels as SVG, written by hand: no fonts, scripts or links, so a picture looks the same wherever it is put."""

from collections.abc import Callable, Sequence
from html import escape

from mjbench.leaderboard.plots.axis import axis, tick
from mjbench.leaderboard.plots.panels import Panel, PlotRow
from mjbench.leaderboard.plots.style import FONT, STYLE

ROW = 26.0
"""Height of a row in pixels."""
HEAD, FOOT, MARGIN = 52.0, 46.0, 16.0
CHARACTER = 7.8
"""Width that is reserved for a character of a label."""
LONGEST = 34
"""Characters of a label that are drawn; the whole one is in its tooltip."""


def drawing(panels: Sequence[Panel], width: int = 760, style: bool = False) -> str:
    """Panels below one another as one ``<svg>`` element.

    Args:
        panels: at least one.
        width: of the drawing in pixels; it scales with what it is put into.
        style: put ``STYLE`` inside, for a file that stands alone.
    """
    gutter = max(_label_width(row.short) for panel in panels for row in panel.rows)
    gutter = min(max(gutter, 60.0), width * 0.42)
    parts: list[str] = []
    top = 0.0
    for panel in panels:
        parts.append(_panel(panel, top, gutter + MARGIN, width - 2 * MARGIN))
        top += _height(panel)
    label = escape("; ".join(f"{panel.title}: {panel.axis}" for panel in panels))
    sheet = f"<style>{STYLE}</style>" if style else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top:.0f}" width="{width}" height="{top:.0f}" '
        f'role="img" aria-label="{label}" font-family="{FONT}">{sheet}\n'
        f'<rect class="mjb-bg" width="{width}" height="{top:.0f}" rx="8"/>\n{"".join(parts)}</svg>\n'
    )


def _panel(panel: Panel, top: float, left: float, right: float) -> str:
    low, high, ticks = axis(_values(panel))
    bottom = top + HEAD + ROW * len(panel.rows)

    def x(value: float) -> float:
        return left + (value - low) / (high - low) * (right - left)

    lines = [text(MARGIN, top + 24, "mjb-title", cut(panel.title, 80), panel.title)]
    for place in ticks:
        lines.append(line(x(place), top + HEAD, x(place), bottom, "mjb-grid"))
        lines.append(text(x(place), bottom + 15, "mjb-small", tick(place), anchor="middle"))
    taken: list[float] = []
    for value, name in sorted(panel.marks):
        lines.append(line(x(value), top + HEAD - 4, x(value), bottom, "mjb-mark"))
        # Two names that would overlap: the second one goes to the other side of its line.
        anchor = "start" if any(abs(x(value) - other) < 60 for other in taken) else "middle"
        if x(value) > right - 30 and anchor == "middle":
            anchor = "end"
        lines.append(
            text(x(value) + (34 if anchor == "start" else 0), top + HEAD - 8, "mjb-small", name, anchor=anchor)
        )
        taken.append(x(value))
    for index, row in enumerate(panel.rows):
        lines.append(_row(row, top + HEAD + ROW * (index + 0.5), left, x))
    lines.append(text((left + right) / 2, bottom + 33, "mjb-small", panel.axis, anchor="middle"))
    return "".join(f"{line}\n" for line in lines)


def _row(row: PlotRow, y: float, left: float, x: Callable[[float], float]) -> str:
    parts = [
        text(
            left - 10,
            y + 4,
            "mjb-label",
            cut(row.short, int((left - MARGIN) / CHARACTER) - 1),
            row.label,
            anchor="end",
        )
    ]
    if row.low is not None and row.high is not None:
        parts.append(line(x(row.low), y, x(row.high), y, "mjb-interval" + (" mjb-early" if row.preliminary else "")))
    parts += [f'<circle class="mjb-seed" cx="{x(point):.1f}" cy="{y:.1f}" r="3.5"/>' for point in row.points]
    hollow = " mjb-hollow" if row.hollow else ""
    parts.append(f'<circle class="mjb-value{hollow}" cx="{x(row.value):.1f}" cy="{y:.1f}" r="4.5"/>')
    return "".join(parts)


def _values(panel: Panel) -> list[float]:
    values = [value for value, _ in panel.marks]
    for row in panel.rows:
        values += [value for value in (row.value, row.low, row.high, *row.points) if value is not None]
    return values


def _height(panel: Panel) -> float:
    return HEAD + ROW * len(panel.rows) + FOOT


def _label_width(label: str) -> float:
    return CHARACTER * (min(len(label), LONGEST) + 2)


def cut(text: str, longest: int) -> str:
    """``text`` with at most ``longest`` characters."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    """A straight line."""
    return f'<line class="{style}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def text(x: float, y: float, style: str, text: str, whole: str = "", anchor: str = "start") -> str:
    """A text, with the whole of it as tooltip where it was cut."""
    tip = f"<title>{escape(whole)}</title>" if whole and whole != text else ""
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{tip}{escape(text)}</text>'
