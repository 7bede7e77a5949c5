"""Panels as SVG, written by hand: no fonts, scripts or links, so a picture looks the same wherever it is put."""

import math
from collections.abc import Callable, Sequence
from html import escape

from mjbench.leaderboard.panels import Panel, PlotRow

ROW = 26.0
"""Height of a row in pixels."""
HEAD, FOOT, MARGIN = 52.0, 46.0, 16.0
CHARACTER = 7.8
"""Width that is set aside for a character of a label."""
LONGEST = 34
"""Characters of a label that are drawn; the whole one is in its tooltip."""

STYLE = """\
.mjb-bg{fill:#fff}.mjb-title{font-size:14px;font-weight:600;fill:#1c2330}.mjb-label{font-size:12.5px;fill:#1c2330}
.mjb-small{font-size:11px;fill:#5b6577}.mjb-grid{stroke:#e3e7ee}.mjb-mark{stroke:#9aa5b8;stroke-dasharray:3 3}
.mjb-interval{stroke:#2563a8;stroke-width:2.5;stroke-linecap:round}.mjb-early{stroke-dasharray:1 5}
.mjb-seed{fill:#2563a8;fill-opacity:.35}.mjb-value{fill:#2563a8;stroke:#2563a8;stroke-width:2}.mjb-hollow{fill:#fff}
@media (prefers-color-scheme:dark){.mjb-bg{fill:#151a22}.mjb-title,.mjb-label{fill:#e6eaf1}.mjb-small{fill:#97a3b6}
.mjb-grid{stroke:#2a3240}.mjb-mark{stroke:#64708a}.mjb-interval{stroke:#6cb0f5}.mjb-seed{fill:#6cb0f5}
.mjb-value{fill:#6cb0f5;stroke:#6cb0f5}.mjb-hollow{fill:#151a22}}
"""
"""Style of every drawing; a page that inlines drawings includes it once."""

_FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"


def drawing(panels: Sequence[Panel], width: int = 760, style: bool = False) -> str:
    """Panels below one another as one ``<svg>`` element.

    Args:
        panels: at least one.
        width: of the drawing in pixels; it scales with what it is put into.
        style: put ``STYLE`` inside, for a file that stands alone.
    """
    gutter = max(_label_width(row.label) for panel in panels for row in panel.rows)
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
        f'role="img" aria-label="{label}" font-family="{_FONT}">{sheet}\n'
        f'<rect class="mjb-bg" width="{width}" height="{top:.0f}" rx="8"/>\n{"".join(parts)}</svg>\n'
    )


def _panel(panel: Panel, top: float, left: float, right: float) -> str:
    low, high, ticks = _axis(panel)
    bottom = top + HEAD + ROW * len(panel.rows)

    def x(value: float) -> float:
        return left + (value - low) / (high - low) * (right - left)

    lines = [_text(MARGIN, top + 24, "mjb-title", _cut(panel.title, 80), panel.title)]
    for tick in ticks:
        lines.append(_line(x(tick), top + HEAD, x(tick), bottom, "mjb-grid"))
        lines.append(_text(x(tick), bottom + 15, "mjb-small", _tick(tick), anchor="middle"))
    taken: list[float] = []
    for value, name in sorted(panel.marks):
        lines.append(_line(x(value), top + HEAD - 4, x(value), bottom, "mjb-mark"))
        # Two names that would overlap: the second one goes to the other side of its line.
        anchor = "start" if any(abs(x(value) - other) < 60 for other in taken) else "middle"
        if x(value) > right - 30 and anchor == "middle":
            anchor = "end"
        lines.append(
            _text(x(value) + (34 if anchor == "start" else 0), top + HEAD - 8, "mjb-small", name, anchor=anchor)
        )
        taken.append(x(value))
    for index, row in enumerate(panel.rows):
        lines.append(_row(row, top + HEAD + ROW * (index + 0.5), left, x))
    lines.append(_text((left + right) / 2, bottom + 33, "mjb-small", panel.axis, anchor="middle"))
    return "".join(f"{line}\n" for line in lines)


def _row(row: PlotRow, y: float, left: float, x: Callable[[float], float]) -> str:
    parts = [
        _text(
            left - 10,
            y + 4,
            "mjb-label",
            _cut(row.label, int((left - MARGIN) / CHARACTER) - 1),
            row.label,
            anchor="end",
        )
    ]
    if row.low is not None and row.high is not None:
        parts.append(_line(x(row.low), y, x(row.high), y, "mjb-interval" + (" mjb-early" if row.preliminary else "")))
    parts += [f'<circle class="mjb-seed" cx="{x(point):.1f}" cy="{y:.1f}" r="3.5"/>' for point in row.points]
    hollow = " mjb-hollow" if row.hollow else ""
    parts.append(f'<circle class="mjb-value{hollow}" cx="{x(row.value):.1f}" cy="{y:.1f}" r="4.5"/>')
    return "".join(parts)


def _axis(panel: Panel) -> tuple[float, float, list[float]]:
    """Both ends of the axis and its ticks, at 1, 2 or 5 times a power of ten."""
    values = [value for value, _ in panel.marks]
    for row in panel.rows:
        values += [value for value in (row.value, row.low, row.high, *row.points) if value is not None]
    low, high = min(values), max(values)
    span = high - low or abs(high) or 1.0
    low, high = low - 0.04 * span, high + 0.04 * span
    raw = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first, last = math.ceil(low / step), math.floor(high / step)
    return low, high, [index * step for index in range(first, last + 1)]


def _tick(value: float) -> str:
    if abs(value) >= 1e6:
        return f"{value:.3g}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{round(value, 10):g}"


def _height(panel: Panel) -> float:
    return HEAD + ROW * len(panel.rows) + FOOT


def _label_width(label: str) -> float:
    return CHARACTER * (min(len(label), LONGEST) + 2)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<line class="{style}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, style: str, text: str, whole: str = "", anchor: str = "start") -> str:
    tip = f"<title>{escape(whole)}</title>" if whole and whole != text else ""
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{tip}{escape(text)}</text>'
