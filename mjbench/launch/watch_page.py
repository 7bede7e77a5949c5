"""Learning curves as one page without scripts, which reloads itself while runs are under way."""

from collections.abc import Callable, Sequence
from html import escape

from mjbench.io.printable import printable
from mjbench.launch.watching import Curve
from mjbench.leaderboard.plots.axis import axis, tick
from mjbench.leaderboard.plots.style import COLOURS, FONT, STYLE
from mjbench.leaderboard.plots.svg import cut, line, text
from mjbench.text import number, shown

Place = Callable[[float], float]
WIDTH, PLOT, LEFT, RIGHT, TOP, BOTTOM, ROW = 480.0, 190.0, 66.0, 30.0, 44.0, 40.0, 18.0
"""Of a drawing, in pixels; ROW is a row of its legend."""
HEAD = ("task", "algorithm", "seed", "state", "step", "steps/s", "last return")
SHEET = """
body{margin:0 auto;max-width:76rem;padding:1rem;background:#fff;color:#1c2330;font:15px/1.4 system-ui,sans-serif}
h1{font-size:1.2rem;overflow-wrap:anywhere}.plots{display:flex;flex-wrap:wrap;align-items:flex-start;gap:1rem}
svg{max-width:100%;min-width:0;height:auto}
.wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
td,th{padding:.2rem .7rem .2rem 0;text-align:left;white-space:nowrap;border-bottom:1px solid #e3e7ee}
.n{text-align:right}
@media (prefers-color-scheme:dark){body{background:#151a22;color:#e6eaf1}td,th{border-color:#2a3240}}
"""


def watch_page(curves: Sequence[Curve], title: str, reload_s: float | None) -> str:
    """A whole page: a plot for each task and budget, and a table with a row for each run.

    Args:
        curves: of the runs.
        title: of the page.
        reload_s: after which the browser reads the page again; None for never.
    """
    groups: dict[tuple[str, int], list[Curve]] = {}
    for curve in sorted(curves, key=lambda curve: (curve.run.task, curve.run.steps, curve.run.entry, curve.run.seed)):
        groups.setdefault((curve.run.task, curve.run.steps), []).append(curve)
    entries = list(dict.fromkeys(curve.run.entry for curve in sorted(curves, key=lambda curve: curve.run.entry)))
    plots = [_plot(task, steps, group, entries) for (task, steps), group in groups.items()]
    head = "".join(f"<th{_number(column)}>{name}</th>" for column, name in enumerate(HEAD))
    rows = "".join(f"<tr>{_row(curve)}</tr>\n" for curve in curves)
    again = f'<meta http-equiv="refresh" content="{reload_s:g}">' if reload_s else ""
    name = escape(printable(title))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">{again}'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{name}</title><style>{SHEET}{STYLE}</style></head>\n<body><h1>{name}</h1>\n"
        f'<div class="plots">{"".join(plots) or "<p>No runs yet.</p>"}</div>\n'
        f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table></div></body></html>\n'
    )


def _number(column: int) -> str:
    return ' class="n"' if column in (2, 4, 5, 6) else ""


def _row(curve: Curve) -> str:
    run = curve.run
    cells = (
        shown(run.task),
        shown(run.entry),
        str(run.seed),
        curve.phase or curve.state,
        f"{curve.step:,} / {run.steps:,}",
        f"{curve.rate:,.0f}" if curve.rate else "",
        "" if curve.latest is None else number(curve.latest),
    )
    return "".join(f"<td{_number(column)}>{escape(cell)}</td>" for column, cell in enumerate(cells))


def _plot(task: str, steps: int, curves: Sequence[Curve], entries: Sequence[str]) -> str:
    """Mean return by training steps, a line for each run, a colour for each algorithm."""
    values = [value for curve in curves for _, value in curve.points]
    low, high, ticks = axis(values or [0.0, 1.0])
    right, bottom = WIDTH - RIGHT, TOP + PLOT

    def x(step: float) -> float:
        return LEFT + step / steps * (right - LEFT)

    def y(value: float) -> float:
        return bottom - (value - low) / (high - low) * PLOT

    parts = [
        text(16, 20, "mjb-title", cut(shown(task), 52), shown(task)),
        text(LEFT, TOP - 8, "mjb-small", "mean return"),
    ]
    for place in ticks:
        parts += [line(LEFT, y(place), right, y(place), "mjb-grid")]
        parts += [text(LEFT - 7, y(place) + 4, "mjb-small", tick(place), anchor="end")]
    for place in axis([0.0, float(steps)], margin=0.0)[2]:
        parts += [line(x(place), bottom, x(place), bottom + 4, "mjb-grid")]
        parts += [text(x(place), bottom + 16, "mjb-small", tick(place), anchor="middle")]
    parts.append(text((LEFT + right) / 2, bottom + 32, "mjb-small", "environment steps", anchor="middle"))
    for curve in curves:
        parts += _curve(curve, entries.index(curve.run.entry) % len(COLOURS), x, y)
    top = bottom + BOTTOM
    for entry in dict.fromkeys(curve.run.entry for curve in curves):
        colour = entries.index(entry) % len(COLOURS)
        parts.append(line(LEFT, top + 6, LEFT + 20, top + 6, f"mjb-series mjb-l{colour}"))
        parts.append(text(LEFT + 26, top + 10, "mjb-label", cut(shown(entry), 44), shown(entry)))
        top += ROW
    height, label = top + 6, escape(f"Learning curves on {shown(task)}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" width="{WIDTH:.0f}" '
        f'height="{height:.0f}" role="img" aria-label="{label}" font-family="{FONT}">'
        f'<rect class="mjb-bg" width="{WIDTH:.0f}" height="{height:.0f}"/>\n{"".join(parts)}</svg>\n'
    )


def _curve(curve: Curve, colour: int, x: Place, y: Place) -> list[str]:
    places = [(x(step), y(value)) for step, value in curve.points]
    if not places:
        return []
    joined = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
    name = escape(f"{curve.run.label}: {number(curve.points[-1][1])} after {curve.points[-1][0]:,} steps")
    drawn = f'<polyline class="mjb-series mjb-l{colour}" points="{joined}"><title>{name}</title></polyline>'
    a, b = places[-1]
    return [drawn, f'<circle class="mjb-f{colour}" cx="{a:.1f}" cy="{b:.1f}" r="2.5"/>']
