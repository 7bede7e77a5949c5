"""What a leaderboard holds, ready to be shown: every string in it is printable, every order is fixed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import compress

from mjbench.leaderboard.runs import RunView
from mjbench.leaderboard.tuning import EntryTuning
from mjbench.spec.imported import ImportedRun
from mjbench.spec.suite import EvalProtocol
from mjbench.spec.task import Reference
from mjbench.spec.tier import UNVERIFIED, Tier, Verified
from mjbench.stats.board_robustness import EntryRobustness
from mjbench.stats.cell import Cell
from mjbench.stats.counts import RESAMPLES
from mjbench.stats.energy import Energy
from mjbench.stats.estimate import Estimate, Standing
from mjbench.stats.mean_rank import MeanRank
from mjbench.stats.measures import Measured
from mjbench.stats.ranks import RankInterval
from mjbench.stats.suite import SuiteStatistics
from mjbench.stats.tasks import TaskStatistics
from mjbench.text import short_names


@dataclass(frozen=True)
class Ranked:
    """One row of the ranking."""

    entry: str
    rank: int | None
    """1 is best and equal scores share a rank; None where there is nothing to rank by."""
    aggregates: dict[str, Estimate] = field(default_factory=dict)
    """By the names of ``AGGREGATES``; empty where no task of the entry can be normalised."""
    area: Estimate | None = None
    """Under the curve of the headline; None without curves."""
    robustness: EntryRobustness | None = None
    """Under the board's disturbance set; None where none of its policies was played under it."""
    mean_rank: MeanRank | None = None
    """Over all tasks; None where the board has one entry alone and does not rank by it."""
    points: tuple[float, ...] = ()
    """IQM over tasks of each single seed that all of the tasks have; shown where the seeds allow no interval."""
    tasks: int = 0
    """Tasks that count and that the entry has."""
    of_tasks: int = 0
    """Tasks of the board that count: the scored ones, or all where none is scored."""
    completed: int = 0
    """Runs, over all tasks of the board."""
    failed: int = 0
    expected: int = 0
    standing: Standing = "points"
    """What the smallest number of seeds on any scored task allows."""
    ranks: RankInterval | None = None
    """Where the entry stands when seeds are drawn again; None without an interval or without anyone to compare with."""
    verified: Verified = UNVERIFIED
    """What was verified about the weakest of its records."""
    energy: Energy | None = None
    """Of the processor, mean over its runs; None where it was measured for no run of the board."""
    tuning: EntryTuning | None = None
    """What was spent on its hyperparameters; None where no entry of the board was tuned."""

    @property
    def tier(self) -> Tier:
        """The word for what was verified."""
        return self.verified.tier

    @property
    def partial(self) -> bool:
        """Whether the entry lacks a task that counts."""
        return self.tasks < self.of_tasks

    @property
    def coverage(self) -> str:
        """``9/10 runs, 1 failed, 2/3 tasks``."""
        text = f"{self.completed}/{self.expected} {'run' if self.expected == 1 else 'runs'}"
        text += f", {self.failed} failed" if self.failed else ""
        return text + (f", {self.tasks}/{self.of_tasks} tasks" if self.partial else "")


@dataclass(frozen=True)
class TaskRow:
    """One task with what every entry reached on it."""

    task: str
    steps: int
    """Training budget in environment steps."""
    cells: tuple[Cell | None, ...]
    """Parallel to the board's entries; None where an entry has no run."""
    measures: tuple[str, ...] = ()
    """What is measured besides the return: success, and metrics in the order in which the task lists them."""
    measured: tuple[Mapping[str, Measured], ...] = ()
    """Parallel to ``cells``, by the names of ``measures``; empty where an entry has no run."""
    robustness: tuple[Measured | None, ...] = ()
    """Parallel to ``cells``; empty where no policy of the board was played under disturbance."""
    statistics: TaskStatistics = field(default_factory=TaskStatistics)
    """Differences, ranks, and which entries are best."""
    random: Reference | None = None
    reference: Reference | None = None
    scored: bool = False
    """Whether the task counts in the aggregates."""
    installed: bool = True
    """Whether a plugin offers the task here."""


@dataclass(frozen=True)
class TaskEntry:
    """What one entry reached on one task."""

    row: TaskRow
    cell: Cell
    measures: Mapping[str, Measured]
    robustness: Measured | None = None

    def of_seed(self, run_id: str) -> "TaskEntry":
        """The same of one seed alone."""
        seeds = [seed.run_id == run_id for seed in self.cell.seeds]
        cell = replace(self.cell, seeds=tuple(compress(self.cell.seeds, seeds)), expected=1)
        alone = {name: Measured(tuple(compress(item.values, seeds))) for name, item in self.measures.items()}
        kept = Measured(tuple(compress(self.robustness.values, seeds))) if self.robustness else None
        return TaskEntry(self.row, cell, alone, kept if kept and kept.known else None)


@dataclass(frozen=True)
class Board:
    """One leaderboard."""

    name: str
    """Folder that it is published in."""
    title: str
    description: str
    protocol: EvalProtocol
    seeds: int
    """Training seeds required."""
    ranking: tuple[Ranked, ...] = ()
    """Best first; entries that lack tasks after those that have all; those without a score last."""
    entries: tuple[str, ...] = ()
    """In the order of the ranking."""
    statistics: SuiteStatistics = field(default_factory=SuiteStatistics)
    """What holds over all scored tasks."""
    tasks: tuple[TaskRow, ...] = ()
    runs: tuple[RunView, ...] = ()
    imported: tuple[ImportedRun, ...] = ()
    """Logs of other programs behind the cells of imported entries."""
    imported_ranked: bool = False
    """Whether imported entries are ranked and tested with the others."""
    disturbance_set: str = ""
    """Behind the robustness, ``standard@1``; empty where no policy was played under it."""
    resamples: int = RESAMPLES
    """Behind the intervals."""
    notes: tuple[str, ...] = ()
    """What a reader must know to trust the numbers, a sentence or two each; plain text."""

    @property
    def steps(self) -> int | None:
        """Training budget, where all tasks have the same."""
        budgets = {row.steps for row in self.tasks}
        return budgets.pop() if len(budgets) == 1 else None

    @property
    def checkpoints(self) -> tuple[float, ...]:
        """Fractions of the budget at which policies were evaluated, the last one 1."""
        count = self.protocol.checkpoints
        return tuple((k + 1) / count for k in range(count))

    @cached_property
    def labels(self) -> dict[str, str]:
        """Entry -> its name where room is short."""
        return short_names(self.entries)

    @property
    def ranked(self) -> bool:
        """Whether there is anything to rank by."""
        return any(row.rank is not None for row in self.ranking)

    @property
    def caution(self) -> str:
        """What to know before rows of the ranking are compared; empty where every entry has every task."""
        if not any(row.partial and row.rank for row in self.ranking):
            return ""
        return (
            "An entry marked partial lacks tasks. It comes after the complete entries. Its scores are over the tasks "
            "that it has, so do not compare them with those of other rows."
        )

    @cached_property
    def task_entries(self) -> tuple[TaskEntry, ...]:
        """Every entry on every task that it has."""
        return tuple(
            TaskEntry(row, cell, measures, kept)
            for row in self.tasks
            for cell, measures, kept in zip(
                row.cells, row.measured, row.robustness or [None] * len(row.cells), strict=True
            )
            if cell is not None
        )

    @property
    def measured_entries(self) -> tuple[TaskEntry, ...]:
        """Those that tables of success and metrics show: without imported ones, of which none of these is known."""
        logs = {run.run_id for run in self.imported}
        return tuple(entry for entry in self.task_entries if entry.cell.seeds[0].run_id not in logs)

    @property
    def scored(self) -> tuple[TaskRow, ...]:
        """Tasks that count in the aggregates."""
        return tuple(row for row in self.tasks if row.scored)
