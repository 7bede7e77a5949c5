"""What a board's line plots show: series over a common axis; no drawing yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from mjbench.leaderboard.board import Board, TaskRow
from mjbench.stats.cost import training_cpu_s
from mjbench.stats.estimate import Estimate


@dataclass(frozen=True)
class Series:
    """One line."""

    label: str
    index: int
    """Place of the entry on the board: decides the colour, so that an entry has one everywhere."""
    points: tuple[Estimate, ...]
    """Parallel to the chart's ``x``."""
    short: str = ""
    """``label`` where room is short."""
    hollow: bool = False
    """Draws the line dashed: aggregates over a part of the tasks."""
    x: tuple[float, ...] = ()
    """Places of its own; empty for those of the chart."""


@dataclass(frozen=True)
class Chart:
    """Lines over a common axis."""

    key: str
    """Name of its files."""
    title: str
    x_label: str
    y_label: str
    x: tuple[float, ...]
    series: tuple[Series, ...]
    marks: tuple[tuple[float, str], ...] = ()
    """Heights with a name, drawn as horizontal lines; always in view."""
    log: bool = False
    """Whether the axis of ``x`` is logarithmic."""

    def places(self, series: Series) -> tuple[float, ...]:
        """Where the points of one of its series lie along x."""
        return series.x or self.x


def efficiency_chart(board: Board) -> Chart | None:
    """IQM of every entry at each checkpoint; None where there are no curves."""
    entries = board.statistics.entries
    series = tuple(
        Series(row.entry, index, entries[row.entry].curve, board.labels[row.entry], row.partial)
        for index, row in enumerate(board.ranking)
        if row.entry in entries and entries[row.entry].curve
    )
    if not series:
        return None
    marks = ((0.0, "random"), (1.0, "reference"))
    label, x = _progress(board.steps, board.checkpoints)
    return Chart("sample-efficiency", "Sample efficiency", label, "IQM of normalised scores", x, series, marks)


def time_chart(board: Board) -> Chart | None:
    """IQM of every entry by the processor time of training so far; None where fewer than two entries have both.

    The time at a checkpoint is its share of the budget times the mean over tasks of what a whole run takes.
    """
    entries, costs = board.statistics.entries, _costs(board)
    series: list[Series] = []
    for index, row in enumerate(board.ranking):
        known = entries.get(row.entry)
        seconds = _training_seconds(costs, row.entry, known.tasks) if known and known.curve else None
        if known and seconds is not None:
            x = tuple(fraction * seconds for fraction in board.checkpoints)
            series.append(Series(row.entry, index, known.curve, board.labels[row.entry], row.partial, x))
    if len(series) < 2:
        return None
    x = tuple(sorted({place for each in series for place in each.x}))
    label = "processor seconds of training, mean over tasks"
    marks = ((0.0, "random"), (1.0, "reference"))
    name = "IQM of normalised scores"
    return Chart("time-efficiency", "Time efficiency", label, name, x, tuple(series), marks, log=True)


def _costs(board: Board) -> dict[tuple[str, str], list[float]]:
    """Seconds of the completed runs of each entry and task."""
    costs: dict[tuple[str, str], list[float]] = {}
    for run in board.runs:
        seconds = training_cpu_s(run.record.resources) if run.record.status == "completed" else None
        if seconds is not None:
            costs.setdefault((run.entry, run.task), []).append(seconds)
    return costs


def _training_seconds(costs: dict[tuple[str, str], list[float]], entry: str, tasks: Sequence[str]) -> float | None:
    """Of a whole run, mean over tasks of the mean over seeds; None where a task has no run that says."""
    own = [costs.get((entry, task)) for task in tasks]
    return fmean(fmean(seconds) for seconds in own if seconds) if all(own) else None


def profile_chart(board: Board) -> Chart | None:
    """Share of runs above each normalised score; None where nothing is normalised."""
    entries = board.statistics.entries
    series = tuple(
        Series(row.entry, index, entries[row.entry].profile, board.labels[row.entry], row.partial)
        for index, row in enumerate(board.ranking)
        if row.entry in entries
    )
    if not series:
        return None
    x = board.statistics.thresholds
    return Chart(
        "performance-profiles", "Performance profiles", "normalised score τ", "share of runs above τ", x, series
    )


def curve_charts(board: Board) -> list[Chart]:
    """One learning curve chart for each task that has any."""
    return [chart for chart in (_curves(board, row, n) for n, row in enumerate(board.tasks)) if chart is not None]


def _curves(board: Board, row: TaskRow, number: int) -> Chart | None:
    if board.protocol.checkpoints < 2:
        return None
    series: list[Series] = []
    for index, cell in enumerate(row.cells):
        if cell is not None and cell.curve:
            series.append(Series(cell.entry, index, cell.curve, board.labels[cell.entry]))
    if not series:
        return None
    named = ((row.random, "random"), (row.reference, "reference"))
    marks = tuple((reference.value, name) for reference, name in named if reference is not None)
    label, x = _progress(row.steps, board.checkpoints)
    return Chart(f"curve-{number + 1}", row.task, label, "mean return", x, tuple(series), marks)


def _progress(steps: int | None, fractions: Sequence[float]) -> tuple[str, tuple[float, ...]]:
    """Name and values of the axis that shows how far training is."""
    if steps is None:
        return "share of the training budget", tuple(fractions)
    return "environment steps", tuple(float(max(1, round(steps * fraction))) for fraction in fractions)
