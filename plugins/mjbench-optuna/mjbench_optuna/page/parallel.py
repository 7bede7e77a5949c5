"""Parallel coordinates: an axis for each hyperparameter, a line for each trial."""

from functools import partial

from mjbench.leaderboard.plots.axis import tick
from mjbench.leaderboard.plots.svg import cut, line, text
from mjbench.report.drawn import Drawn, drawn, svg
from mjbench_optuna.outcome import Outcome, Tried
from mjbench_optuna.page.places import drawn_by, place, ticks

LEFT, RIGHT, TOP, PLOT, FOOT = 50.0, 60.0, 74.0, 220.0, 22.0
NARROWEST = 64.0
"""Between two axes; a drawing with more of them than fit shows those of the most important hyperparameters."""
SHARE = 5
"""One of so many trials is drawn in colour."""


def parallel(outcome: Outcome) -> Drawn | None:
    """The complete trials, the best fifth in colour; None with fewer than two."""
    rows = [each for each in outcome.complete if drawn_by(outcome.plan.space, each)]
    return drawn(partial(_draw, outcome, rows)) if len(rows) > 1 else None


def _draw(outcome: Outcome, rows: list[Tried], width: float) -> str:
    space = outcome.plan.space
    names = list(outcome.importances or space)
    names = [name for name in names if name in space][: max(1, int((width - LEFT - RIGHT) / NARROWEST))]
    values = [row.value or 0.0 for row in rows]
    low, high = min(values), max(values)
    step, bottom = (width - LEFT - RIGHT) / len(names), TOP + PLOT

    def x(axis: int) -> float:
        return LEFT + axis * step

    def y(at: float) -> float:
        return bottom - at * PLOT

    parts = [text(16, 24, "mjb-title", "Hyperparameters of the trials")]
    for index, row in reversed(list(enumerate(rows))):  # the best one last, above the others
        heights = [place(space[name], row.changes[name]) for name in names]
        heights.append(((row.value or 0.0) - low) / (high - low or 1.0))
        points = " ".join(f"{x(axis):.1f},{y(at):.1f}" for axis, at in enumerate(heights))
        style = "mjb-l1" if index < max(1, len(rows) // SHARE) else "tune-other"
        tip = f"<title>trial {row.number}: {row.value:.4g}</title>"
        parts.append(f'<polyline class="mjb-series {style}" points="{points}">{tip}</polyline>')
    for axis, name in enumerate([*names, "score"]):
        parts.append(line(x(axis), TOP, x(axis), bottom, "mjb-mark"))
        anchor = "start" if axis == 0 and len(name) > 8 else "middle"
        parts.append(
            text(x(axis) - (30 if anchor == "start" else 0), TOP - 12 - 14 * (axis % 2), "mjb-small",
                 cut(name, 16), name, anchor=anchor)
        )  # fmt: skip
        labels = (
            ticks(space[name])
            if name in space
            else [(0.0, tick(float(f"{low:.3g}"))), (1.0, tick(float(f"{high:.3g}")))]
        )
        parts += [text(x(axis) + 4, y(at) + 4, "mjb-small tune-halo", cut(label, 9), label) for at, label in labels]
    return svg(width, bottom + FOOT, "Hyperparameters of the trials, parallel coordinates", parts)
