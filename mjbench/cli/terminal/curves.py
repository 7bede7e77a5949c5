"""Learning curves in the terminal: a line for each run."""

from collections.abc import Sequence

from mjbench.cli.terminal.table import duration, table
from mjbench.launch.watching import Curve
from mjbench.text import number

WIDTH = 20
"""Characters of a curve, from step 0 to the budget."""
BLOCKS = "▁▂▃▄▅▆▇█"
PLAIN = "_.-=+*%#"
"""Where the terminal has no blocks."""


def curves_table(curves: Sequence[Curve], encoding: str | None = "utf-8") -> str:
    """Task, algorithm, seed, state, steps, rate, last evaluation and a small curve of each run."""
    marks = BLOCKS if "utf" in (encoding or "").lower() else PLAIN
    rows = []
    for curve in curves:
        run = curve.run
        state = curve.phase if curve.phase == "evaluating" else curve.state
        left = "" if curve.remaining_s is None else duration(curve.remaining_s)
        rows.append(
            [
                run.task,
                run.entry,
                run.seed,
                state,
                f"{curve.step:,}/{run.steps:,}",
                f"{curve.rate:,.0f}" if curve.rate else "",
                left,
                "" if curve.latest is None else number(curve.latest),
                sparkline(curve.points, run.steps, marks),
            ]
        )
    head = ["task", "algorithm", "seed", "state", "step", "steps/s", "left", "return", "curve"]
    return table(head, rows, right=(2, 4, 5, 6, 7))


def sparkline(points: Sequence[tuple[int, float]], steps: int, marks: str = BLOCKS) -> str:
    """The returns as a line of blocks, from the lowest to the highest; WIDTH characters once the budget is used up.

    A character shows the evaluation at its place, or the next one.
    """
    if not points:
        return ""
    low, high = min(value for _, value in points), max(value for _, value in points)
    line = ""
    for column in range(WIDTH):
        place = (column + 1) / WIDTH * steps
        value = next((value for step, value in points if step >= place - 1e-9 * steps), None)
        if value is None:
            break
        level = (value - low) / (high - low) if high > low else 0.5
        line += marks[min(int(level * len(marks)), len(marks) - 1)]
    return line
