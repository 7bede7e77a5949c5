"""Two entries side by side, as text."""

from collections.abc import Sequence

from mjbench.cli.terminal.table import table
from mjbench.leaderboard import cell_text
from mjbench.leaderboard.reaching import Reaching
from mjbench.leaderboard.sides import Pair
from mjbench.spec.stop import Threshold
from mjbench.stats.compare import Comparison, TaskComparison
from mjbench.stats.estimate import MIN_SEEDS
from mjbench.stats.steps_to import StepsTo
from mjbench.text import count, number


def comparison(pair: Pair, found: Comparison) -> str:
    """A heading, a table of the tasks, and what follows over all of them."""
    a, b = pair.a, pair.b
    rows = [
        [
            row.task,
            cell_text.mean(row.a),
            cell_text.mean(row.b),
            _difference(row),
            _p(row),
            _verdict(row, a.label, b.label),
        ]
        for row in found.tasks
    ]
    lines = [pair.heading, table(["task", a.label, b.label, "difference", "p (Holm)", ""], rows, right=range(1, 5))]
    tested = [row for row in found.tasks if row.difference.adjusted is not None]
    higher = [sum(row.difference.differs and sign * row.difference.value > 0 for row in tested) for sign in (1, -1)]
    if tested:
        lines.append(
            f"{a.label} is higher on {higher[0]}, {b.label} on {higher[1]} of {count(len(tested), 'tested task')}; "
            f"no difference shown on {len(tested) - sum(higher)}."
        )
        lines.append(correction(found))
    if found.iqm is not None and found.improvement is not None:
        lines.append(
            f"IQM of normalised scores, difference: {cell_text.value(found.iqm)} {cell_text.bounds(found.iqm)}".rstrip()
        )
        lines.append(
            f"A run of {a.label} beats a run of {b.label} with probability {cell_text.value(found.improvement)} "
            f"{cell_text.bounds(found.improvement)}".rstrip()
        )
    for side, rest in ((a, found.only_a), (b, found.only_b)):
        if rest:
            lines.append(f"Only {side.label} has: {', '.join(rest)}")
    return "\n".join(lines) + "\n"


def thresholds(pair: Pair, rows: Sequence[Reaching], threshold: Threshold) -> str:
    """A table of the steps to a threshold: the median over seeds, and how many seeds got there."""
    lines = [f"Training steps to {threshold}, median over seeds, at the evaluation points:"]
    cells = [[row.task, _steps(row.a), _steps(row.b)] for row in rows]
    lines.append(table(["task", pair.a.label, pair.b.label], cells, right=(1, 2)))
    return "\n".join(lines) + "\n"


def _steps(found: StepsTo) -> str:
    median = f"{found.median:,.0f}" if found.median is not None else "not reached"
    return f"{median} ({found.reached} of {count(len(found.steps), 'seed')})"


def correction(found: Comparison) -> str:
    """What the p-values are corrected for, and how a board's differ."""
    tested = sum(row.difference.adjusted is not None for row in found.tasks)
    tasks = "the 1 tested task" if tested == 1 else f"the {tested} tested tasks"
    return (
        f"p is corrected by Holm's method over {tasks} of this comparison. A board corrects over all pairs of its "
        "entries, so it can show fewer differences."
    )


def _difference(row: TaskComparison) -> str:
    found = row.difference
    if found.low is None or found.high is None:
        return number(found.value)
    return f"{number(found.value)} [{number(found.low)}, {number(found.high)}]"


def _p(row: TaskComparison) -> str:
    adjusted = row.difference.adjusted
    return "" if adjusted is None else "< 0.001" if adjusted < 0.001 else f"{adjusted:.3f}"


def _verdict(row: TaskComparison, a: str, b: str) -> str:
    if row.difference.adjusted is None:
        return f"fewer than {MIN_SEEDS} seeds"
    if not row.difference.differs:
        return "no difference shown"
    return f"{a if row.difference.value > 0 else b} is higher"
