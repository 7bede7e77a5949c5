"""A board as CSV files: numbers to seven digits, names made harmless to spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence

from mjbench.leaderboard.board import COLUMNS, Board
from mjbench.leaderboard.plots.charts import curve_charts, efficiency_chart, profile_chart
from mjbench.stats.estimate import Estimate

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
    """One line an entry: its rank, aggregates with their intervals, coverage and tier."""
    head = ["rank", "entry"]
    for column in COLUMNS:
        head += [column.key, f"{column.key}_low", f"{column.key}_high"]
    head += ["area", "area_low", "area_high", "rank_low", "rank_high", "best_share"]
    head += ["interval", "tasks", "scored_tasks", "runs_completed", "runs_failed", "runs_expected", "tier"]
    rows: list[list[Value]] = []
    for row in board.ranking:
        line: list[Value] = [row.rank, row.entry]
        for column in COLUMNS:
            estimate = row.aggregates.get(column.key)
            line += _bounds(estimate)
        found = board.statistics.entries.get(row.entry)
        line += _bounds(found.area if found else None)
        line += [row.ranks.low, row.ranks.high, row.ranks.best] if row.ranks else [None, None, None]
        interval = "none" if row.standing == "points" else row.standing
        counts = [row.completed, row.failed, row.expected]
        rows.append([*line, interval, row.tasks, row.of_tasks, *counts, row.tier])
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
            numbers = _bounds(cell.estimate)
            interval = "none" if cell.standing == "points" else cell.standing
            normalised = float(cell.normalised.mean()) if cell.normalised.size else None
            counts = [cell.completed, cell.failed, cell.expected]
            rows.append([row.task, cell.entry, row.steps, *numbers, interval, normalised, *counts])
    return _text(head, rows)


def runs_csv(board: Board) -> str:
    """One line a run: what the means are made of, with the run ids that lead back to the records, and its tier."""
    head = ["task", "entry", "seed", "status", "return", "normalised", "run_id", "tier"]
    tiers = {run.score.run_id: run.tier for run in board.runs}
    rows = [
        [row.task, cell.entry, seed.seed, seed.status, seed.value, seed.normalised, seed.run_id, tiers[seed.run_id]]
        for row in board.tasks
        for cell in row.cells
        if cell is not None
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
    rows = [[x, y, *_bounds(found)] for (x, y), found in sorted(board.statistics.improvement.items())]
    return _text(["x", "y", "probability", "low", "high"], rows)


def curves_csv(board: Board) -> str:
    """One line a point of every line plot: learning curves by task, sample efficiency and performance profiles."""
    charts = [profile_chart(board), efficiency_chart(board), *curve_charts(board)]
    rows = [
        [chart.title, chart.x_label, chart.y_label, series.label, x, *_bounds(point)]
        for chart in charts
        if chart is not None
        for series in chart.series
        for x, point in zip(chart.x, series.points, strict=True)
    ]
    return _text(["plot", "x_axis", "y_axis", "entry", "x", "y", "low", "high"], rows)


def _bounds(estimate: Estimate | None) -> list[Value]:
    return [estimate.value, estimate.low, estimate.high] if estimate else [None, None, None]


def _text(head: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([neutral(value) for value in row] for row in rows)
    return buffer.getvalue()
