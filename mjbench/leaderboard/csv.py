"""A board as CSV files: numbers to seven digits, names made harmless to spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence

from mjbench.leaderboard.board import COLUMNS, Board

Value = str | int | float | None

# As spreadsheets read them; the last four are the full-width forms.
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")


def neutral(value: Value) -> str:
    """``value`` as a CSV field; a string, never a number, that a spreadsheet takes for a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.lstrip().startswith(_FORMULA) else value
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def ranking_csv(board: Board) -> str:
    """One line an entry: its rank, aggregates with their intervals, and coverage."""
    head = ["rank", "entry"]
    for column in COLUMNS:
        head += [column.key, f"{column.key}_low", f"{column.key}_high"]
    head += ["interval", "tasks", "scored_tasks", "runs_completed", "runs_failed", "runs_expected"]
    rows: list[list[Value]] = []
    for row in board.ranking:
        line: list[Value] = [row.rank, row.entry]
        for column in COLUMNS:
            estimate = row.aggregates.get(column.key)
            line += [estimate.value, estimate.low, estimate.high] if estimate else [None, None, None]
        interval = "none" if row.standing == "points" else row.standing
        rows.append([*line, interval, row.tasks, row.of_tasks, row.completed, row.failed, row.expected])
    return _text(head, rows)


def tasks_csv(board: Board) -> str:
    """One line a task and entry: mean return over seeds, its interval, the mean normalised score, coverage."""
    head = ["task", "entry", "steps", "mean", "low", "high", "interval", "normalised_mean"]
    head += ["seeds_completed", "seeds_failed", "seeds_expected"]
    rows: list[list[Value]] = []
    for row in board.tasks:
        for cell in row.cells:
            if cell is None:
                continue
            estimate = cell.estimate
            numbers = [estimate.value, estimate.low, estimate.high] if estimate else [None, None, None]
            interval = "none" if cell.standing == "points" else cell.standing
            normalised = float(cell.normalised.mean()) if cell.normalised.size else None
            counts = [cell.completed, cell.failed, cell.expected]
            rows.append([row.task, cell.entry, row.steps, *numbers, interval, normalised, *counts])
    return _text(head, rows)


def runs_csv(board: Board) -> str:
    """One line a run: what the means are made of, with the run ids that lead back to the records."""
    head = ["task", "entry", "seed", "status", "return", "normalised", "run_id"]
    rows = [
        [row.task, cell.entry, seed.seed, seed.status, seed.value, seed.normalised, seed.run_id]
        for row in board.tasks
        for cell in row.cells
        if cell is not None
        for seed in cell.seeds
    ]
    return _text(head, rows)


def _text(head: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([neutral(value) for value in row] for row in rows)
    return buffer.getvalue()
