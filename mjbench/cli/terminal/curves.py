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


NAME = 16
"""Characters of a task that are shown at least. A narrower terminal gets fewer columns."""
DROPPED = ("left", "steps/s", "step", "curve", "state")
"""Columns that a narrow terminal does not get, the first to go first."""


def curves_table(curves: Sequence[Curve], encoding: str | None = "utf-8", room: int | None = None) -> str:
    """Task, algorithm, seed, state, steps, rate, last evaluation and a small curve of each run.

    Args:
        curves: a row each.
        encoding: of the terminal.
        room: characters of a line. Columns are left out, then tasks cut, to fit; None shows all.
    """
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
    return _fitted(head, rows, room)


def _fitted(head: list[str], rows: list[list[object]], room: int | None) -> str:
    numbers = {"seed", "step", "steps/s", "left", "return"}
    width = {name: max(len(str(row[i])) for row in [head, *rows]) for i, name in enumerate(head)}
    kept = list(head)
    for name in DROPPED:
        if room is None or sum(width[each] + 2 for each in kept[1:]) + min(NAME, width["task"]) <= room:
            break
        kept.remove(name)
    rows = [[row[head.index(name)] for name in kept] for row in rows]
    if room is not None:
        longest = max(4, room - sum(width[each] + 2 for each in kept[1:]))
        for row in rows:
            task = str(row[0])
            row[0] = task if len(task) <= longest else f"..{task[2 - longest :]}"  # the end is the name
    return table(kept, rows, right=[i for i, name in enumerate(kept) if name in numbers])


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
