"""What a board's plots show: panels of rows, each a point with its interval and its seeds; no drawing yet."""

from dataclasses import dataclass

from mjbench.leaderboard.board import Board, TaskRow


@dataclass(frozen=True)
class PlotRow:
    """One entry in a panel."""

    label: str
    short: str
    """``label`` where room is short."""
    value: float
    low: float | None = None
    high: float | None = None
    points: tuple[float, ...] = ()
    """Single seeds, drawn small behind the value."""
    preliminary: bool = False
    """Draws the interval dashed."""
    hollow: bool = False
    """Draws the value hollow: aggregates over a part of the tasks."""


@dataclass(frozen=True)
class Panel:
    """One plot with a common axis."""

    title: str
    axis: str
    rows: tuple[PlotRow, ...]
    marks: tuple[tuple[float, str], ...] = ()
    """Positions with a name, drawn as vertical lines; always in view."""


def ranking_panel(board: Board) -> Panel | None:
    """IQM of every entry that has one, best first; None where none has."""
    rows = tuple(
        PlotRow(
            label=row.entry,
            short=board.labels[row.entry],
            value=row.aggregates["iqm"].value,
            low=row.aggregates["iqm"].low,
            high=row.aggregates["iqm"].high,
            points=row.points,
            preliminary=row.standing == "preliminary",
            hollow=row.partial,
        )
        for row in board.ranking
        if row.aggregates
    )
    if not rows:
        return None
    return Panel(board.title, "IQM of normalised scores", rows, ((0.0, "random"), (1.0, "reference")))


def task_panel(board: Board, task: TaskRow) -> Panel | None:
    """Mean return of every entry on one task with all of its seeds, in the order of the ranking; None without runs."""
    rows = tuple(
        PlotRow(
            label=cell.entry,
            short=board.labels[cell.entry],
            value=cell.estimate.value,
            low=cell.estimate.low,
            high=cell.estimate.high,
            points=tuple(cell.values),
            preliminary=cell.standing == "preliminary",
        )
        for cell in task.cells
        if cell is not None and cell.estimate is not None
    )
    if not rows:
        return None
    named = ((task.random, "random"), (task.reference, "reference"))
    marks = tuple((reference.value, name) for reference, name in named if reference is not None)
    return Panel(task.task, "mean return" if board.steps else f"mean return after {task.steps:,} steps", rows, marks)


def task_panels(board: Board) -> list[Panel]:
    """One panel for each task that has runs."""
    return [panel for panel in (task_panel(board, task) for task in board.tasks) if panel is not None]


def picture_panels(board: Board) -> list[Panel]:
    """The whole board in one picture: the ranking, or the tasks if nothing ranks."""
    ranking = ranking_panel(board)
    return [ranking] if ranking else task_panels(board)
