"""Drawings of the score of every trial, and of how much each hyperparameter matters."""

from functools import partial

from mjbench.leaderboard.plots.axis import axis, tick
from mjbench.leaderboard.plots.svg import cut, line, text
from mjbench.report.drawn import HALF, Drawn, drawn, rect, svg
from mjbench_optuna.outcome import UNTUNED, Outcome

LEFT, RIGHT, TOP, PLOT, FOOT = 62.0, 18.0, 50.0, 220.0, 46.0
BAR = 26.0
GUTTER = 150.0


def history(outcome: Outcome) -> Drawn:
    """The score of each complete trial, the best one so far, and the untuned preset."""
    return drawn(partial(_history, outcome), HALF)


def importance(outcome: Outcome) -> Drawn | None:
    """Bars, the highest first; None where it is not known."""
    return drawn(partial(_importance, outcome), HALF) if outcome.importances else None


def _history(outcome: Outcome, width: float) -> str:
    ended = [(each.number, each.value) for each in outcome.tried if each.value is not None and each.number != UNTUNED]
    untuned = outcome.untuned.value if outcome.untuned else None
    values = [value for _, value in ended] + ([untuned] if untuned is not None else [])
    low, high, heights = axis(values)
    last = max((number for number, _ in ended), default=0)
    right, bottom = width - RIGHT, TOP + PLOT

    def x(number: float) -> float:
        return LEFT + (number + 0.5) / (last + 1) * (right - LEFT)

    def y(value: float) -> float:
        return bottom - (value - low) / (high - low) * PLOT

    parts = [text(16, 24, "mjb-title", "Score of each trial")]
    for height in heights:
        parts += [line(LEFT, y(height), right, y(height), "mjb-grid")]
        parts += [text(LEFT - 7, y(height) + 4, "mjb-small", tick(height), anchor="end")]
    if untuned is not None:
        parts += [line(LEFT, y(untuned), right, y(untuned), "mjb-mark")]
        parts += [text(right - 2, y(untuned) - 4, "mjb-small", "default preset", anchor="end")]
    best, steps = untuned, []
    for number, value in ended:
        steps += [f"{x(number):.1f},{y(best):.1f}"] if best is not None else []
        best = value if best is None or value > best else best
        steps.append(f"{x(number):.1f},{y(best):.1f}")
    parts.append(f'<polyline class="mjb-series mjb-l1" points="{" ".join(steps)}"/>')
    parts += [_dot(x(number), y(value), f"trial {number}: {value:.4g}") for number, value in ended]
    for number in axis([0.0, float(max(last, 1))], 6, 0.0)[2]:
        if number == int(number) and number <= last:
            parts.append(text(x(number), bottom + 17, "mjb-small", f"{number:.0f}", anchor="middle"))
    parts.append(text((LEFT + right) / 2, bottom + 36, "mjb-small", "trial; line: the best so far", anchor="middle"))
    return svg(width, bottom + FOOT, "Score of each trial", parts)


def _dot(x: float, y: float, tip: str) -> str:
    return f'<circle class="mjb-f0" cx="{x:.1f}" cy="{y:.1f}" r="3.5"><title>{tip}</title></circle>'


def _importance(outcome: Outcome, width: float) -> str:
    rows = list(outcome.importances.items())
    span = width - GUTTER - RIGHT - 40
    highest = max(outcome.importances.values()) or 1.0
    parts = [text(16, 24, "mjb-title", "Importance of each hyperparameter")]
    for index, (name, share) in enumerate(rows):
        top = TOP + BAR * index
        parts.append(text(GUTTER - 10, top + 13, "mjb-label", cut(name, 18), name, anchor="end"))
        parts.append(rect(GUTTER, top + 2, share / highest * span, 14, "rep-bar", 2, f"{name}: {share:.3f}"))
        parts.append(text(GUTTER + share / highest * span + 6, top + 13, "mjb-small", f"{share:.2f}"))
    return svg(width, TOP + BAR * len(rows) + 16, "Importance of each hyperparameter", parts)
