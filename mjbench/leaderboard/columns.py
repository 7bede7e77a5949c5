"""The columns of a board's tables: each is one object, and every format shows what stands here.

A new aggregate is an ``Aggregate`` in ``mjbench.stats.aggregates``; any other number is a ``Column`` here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from mjbench.leaderboard import column_formats as formats
from mjbench.leaderboard.board import Board, Ranked, TaskEntry
from mjbench.leaderboard.column_formats import Format, Scored
from mjbench.leaderboard.runs import RunView
from mjbench.stats.aggregates import AGGREGATES, HEADLINE
from mjbench.stats.estimate import Better
from mjbench.stats.measures import SUCCESS, Measured

Row = TypeVar("Row")
SHOWN_METRICS = 5
"""Metrics of a task that tables show, those that it lists first; CSV has all."""


@dataclass(frozen=True)
class Written(Generic[Row]):
    """One cell, ready for every format; not escaped."""

    text: str
    behind: str
    """Small print of the cell, such as its interval."""
    sort: float | None
    """What pages sort by; None goes last."""
    fields: Sequence[formats.Field]
    """In CSV."""


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column."""

    key: str
    """Begins its names in CSV."""
    title: str
    value: Callable[[Row], Any]
    """Of a row, as ``format`` takes it; None where the row has none."""
    format: Format
    better: Better = ""
    tables: bool = True
    """Whether tables for readers show it; CSV always does."""
    optional: bool = False
    """Whether CSV, too, has it only where some row has a value."""

    @property
    def heads(self) -> tuple[str, ...]:
        """Names of its fields in CSV."""
        return self.format.heads(self.key)

    def write(self, row: Row) -> Written[Row]:
        """The cell of a row."""
        value, form = self.value(row), self.format
        if value is None:
            return Written(formats.NOTHING, "", None, (None,) * len(self.heads))
        return Written(form.text(value), form.behind(value), form.sort(value), form.fields(value))


def ranking_columns() -> list[Column[Ranked]]:
    """Of the ranking, behind rank and name."""
    return [*(_aggregate(name) for name in AGGREGATES), *RANKING]


def task_columns(board: Board) -> list[Column[TaskEntry]]:
    """Of a task and an entry beside its mean return: success, then the metrics of the board's tasks."""
    shown: dict[str, None] = {}
    others: dict[str, None] = {}
    for row in board.tasks:
        metrics = [name for name in row.measures if name != SUCCESS]
        shown |= dict.fromkeys(metrics[:SHOWN_METRICS])
        others |= dict.fromkeys(metrics[SHOWN_METRICS:])
    named = {**dict.fromkeys(shown, True), **dict.fromkeys([name for name in others if name not in shown], False)}
    return [*in_csv(TASK, board.task_entries), *(_metric(name, tables) for name, tables in named.items())]


def in_tables(columns: Iterable[Column[Row]], rows: Sequence[Row]) -> list[Column[Row]]:
    """Those of ``columns`` that tables show: some row has a value."""
    return [column for column in columns if column.tables and any(column.value(row) is not None for row in rows)]


def measured(board: Board) -> tuple[list[Column[TaskEntry]], list[TaskEntry]]:
    """Columns and rows of the tables of success and metrics: those in which something was measured."""
    columns = in_tables(task_columns(board), board.measured_entries)
    rows = [row for row in board.measured_entries if any(column.value(row) is not None for column in columns)]
    return columns, rows


def in_csv(columns: Iterable[Column[Row]], rows: Sequence[Row]) -> list[Column[Row]]:
    """Those of ``columns`` that CSV has."""
    return [each for each in columns if not each.optional or any(each.value(row) is not None for row in rows)]


def run_measures(board: Board, run: RunView) -> list[tuple[str, str]]:
    """Title and text of everything that was measured of a run's final policy."""
    for entry in board.task_entries:
        if (entry.cell.entry, entry.row.task) == (run.entry, run.task):
            one = entry.of_seed(run.score.run_id)
            columns = [column for column in task_columns(board) if column.value(one) is not None]
            return [(column.title, column.write(one).text) for column in columns]
    return []


def _aggregate(name: str) -> Column[Ranked]:
    def value(row: Ranked) -> Scored | None:
        if name not in row.aggregates:
            return None
        return Scored(row.aggregates[name], row.standing, row.points if name == HEADLINE else ())

    return Column(name, AGGREGATES[name].title, value, formats.SCORE, AGGREGATES[name].better)


def _area(row: Ranked) -> Scored | None:
    return Scored(row.area, row.standing) if row.area else None


def _measure(name: str) -> Callable[[TaskEntry], Measured | None]:
    return lambda entry: entry.measures.get(name)


def _metric(name: str, tables: bool) -> Column[TaskEntry]:
    return Column(f"metric_{name}", name, _measure(name), formats.METRIC, tables=tables)


RANKING: tuple[Column[Ranked], ...] = (
    Column("area", "Area under the curve", _area, formats.SCORE, "higher"),
    Column("robustness", "Robustness", lambda row: row.robustness, formats.ROBUSTNESS, "higher", optional=True),
    Column("mean_rank", "Mean rank", lambda row: row.mean_rank, formats.MEAN_RANK, "lower"),
    Column("rank", "Rank interval", lambda row: row.ranks, formats.RANKS, "lower"),
    Column("energy", "Energy a run", lambda row: row.energy, formats.ENERGY, optional=True),
    Column("tuning", "Tuning", lambda row: row.tuning, formats.TUNING, optional=True),
    Column("tier", "Tier", lambda row: row.verified, formats.TIER, "higher"),
    Column("coverage", "Coverage", lambda row: row, formats.COVERAGE, "higher"),
)
"""Behind the aggregates."""
TASK: tuple[Column[TaskEntry], ...] = (
    Column(SUCCESS, "Success", _measure(SUCCESS), formats.SHARE, "higher"),
    Column("robustness", "Robustness", lambda row: row.robustness, formats.METRIC, "higher", optional=True),
)
"""Before the metrics, which each task names itself."""
