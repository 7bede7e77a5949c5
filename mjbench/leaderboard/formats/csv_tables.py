"""A board as CSV files: numbers to seven digits, names made harmless to spreadsheets."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from mjbench.leaderboard.board import Board
from mjbench.leaderboard.column_formats import Field, bounds
from mjbench.leaderboard.columns import Column, Row, in_csv, ranking_columns, task_columns
from mjbench.leaderboard.plots.charts import curve_charts, efficiency_chart, profile_chart
from mjbench.spec.tier import IMPORTED

# As spreadsheets read them; the last four are the full-width forms.
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
_BEHIND = re.compile(rf"([;\t]\s*)(?=[{re.escape(''.join(_FORMULA))}])")


def neutral(value: Field) -> str:
    """``value`` as a CSV field; a string, never a number, that a spreadsheet takes for a formula gets an apostrophe,
    and so does what it takes for one behind a semicolon or a tab, where it divides lines at these."""
    if value is None:
        return ""
    if isinstance(value, str):
        value = _BEHIND.sub(r"\1'", value)
        return f"'{value}" if value.lstrip().startswith(_FORMULA) else value
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def tables(board: Board) -> dict[str, str]:
    """Every table by its name."""
    return {
        "ranking": ranking_csv(board),
        "tasks": tasks_csv(board),
        "pairs": pairs_csv(board),
        "improvement": improvement_csv(board),
        "curves": curves_csv(board),
        "runs": runs_csv(board),
    }


def ranking_csv(board: Board) -> str:
    """One line an entry: its rank, and every column of the ranking."""
    columns = in_csv(ranking_columns(), board.ranking)
    rows = [[row.rank, row.entry, *_fields(columns, row)] for row in board.ranking]
    return _text(["rank", "entry", *_heads(columns)], rows)


def tasks_csv(board: Board) -> str:
    """One line a task and entry: mean return over seeds, its interval, the mean normalised score, coverage, and every
    column of the tasks."""
    columns = task_columns(board)
    head = ["task", "entry", "steps", "mean", "low", "high", "interval", "normalised_mean"]
    head += ["seeds_completed", "seeds_failed", "seeds_expected"]
    rows: list[list[Field]] = []
    for entry in board.task_entries:
        row, cell = entry.row, entry.cell
        interval = "none" if cell.standing == "points" else cell.standing
        counts = [cell.completed, cell.failed, cell.expected]
        line = [row.task, cell.entry, row.steps, *bounds(cell.estimate), interval, cell.normalised_mean, *counts]
        rows.append([*line, *_fields(columns, entry)])
    return _text([*head, *_heads(columns)], rows)


def runs_csv(board: Board) -> str:
    """One line a run: what the means are made of, with the run ids that lead back to the records, and its tier."""
    head = ["task", "entry", "seed", "status", "return", "normalised", "run_id", "tier"]
    tiers = dict.fromkeys((run.run_id for run in board.imported), IMPORTED)
    tiers |= {run.score.run_id: run.tier for run in board.runs}
    rows = [
        [row.task, cell.entry, seed.seed, seed.status, seed.value, seed.normalised, seed.run_id, tiers[seed.run_id]]
        for row, cell in ((entry.row, entry.cell) for entry in board.task_entries)
        for seed in cell.seeds
    ]
    return _text(head, rows)


def pairs_csv(board: Board) -> str:
    """One line a task and pair: difference of the means, its interval, Welch's p, and p after Holm's correction."""
    head = ["task", "a", "b", "a_minus_b", "low", "high", "p", "p_holm"]
    rows = [
        [row.task, a, b, found.value, found.low, found.high, found.p, found.adjusted]
        for row in board.tasks
        for (a, b), found in row.statistics.differences.items()
    ]
    return _text(head, rows)


def improvement_csv(board: Board) -> str:
    """One line an ordered pair: how likely a run of x beats a run of y."""
    rows = [[x, y, *bounds(found)] for (x, y), found in sorted(board.statistics.improvement.items())]
    return _text(["x", "y", "probability", "low", "high"], rows)


def curves_csv(board: Board) -> str:
    """One line a point of every line plot: learning curves by task, sample efficiency and performance profiles."""
    charts = [profile_chart(board), efficiency_chart(board), *curve_charts(board)]
    rows = [
        [chart.title, chart.x_label, chart.y_label, series.label, x, *bounds(point)]
        for chart in charts
        if chart is not None
        for series in chart.series
        for x, point in zip(chart.x, series.points, strict=True)
    ]
    return _text(["plot", "x_axis", "y_axis", "entry", "x", "y", "low", "high"], rows)


def _heads(columns: Iterable[Column[Any]]) -> list[str]:
    return [head for column in columns for head in column.heads]


def _fields(columns: Iterable[Column[Row]], row: Row) -> list[Field]:
    return [field for column in columns for field in column.write(row).fields]


def _text(head: Sequence[str], rows: Iterable[Sequence[Field]]) -> str:
    return "".join(",".join(map(_written, row)) + "\n" for row in (head, *rows))


def _written(value: Field) -> str:
    return _quoted(value) if isinstance(value, str) else neutral(value)  # a number needs no quotes


@lru_cache(2**16)
def _quoted(text: str) -> str:
    """As a CSV writer does, and also where another program divides lines at semicolons or tabs."""
    field = neutral(text)
    return '"' + field.replace('"', '""') + '"' if re.search('[,;"\t\r\n]', field) else field
