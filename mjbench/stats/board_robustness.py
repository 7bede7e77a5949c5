"""Robustness of a board's entries: over the seeds of each task, and over tasks with the board's own resamples."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from mjbench.spec.robustness import Robustness
from mjbench.spec.task import TaskSpec
from mjbench.stats.aggregates import aggregates
from mjbench.stats.bootstrap import Draws, Sample, with_interval
from mjbench.stats.cell import Cell, Scores
from mjbench.stats.estimate import Estimate, Standing, standing
from mjbench.stats.measures import Measured
from mjbench.stats.robustness import RobustnessScore, robustness

SHOWN_SET = "standard"
"""Disturbance set that boards show, in the newest version of which any of their runs has a file."""


@dataclass(frozen=True)
class EntryRobustness:
    """One entry over the tasks on which all of its seeds are known; at least one."""

    estimate: Estimate
    """Mean over tasks of the mean over seeds."""
    standing: Standing
    tasks: int
    of_tasks: int
    """Tasks that any entry of the board has."""


@dataclass(frozen=True)
class BoardRobustness:
    """All entries of a board."""

    label: str = ""
    """``standard@1``; empty where no run has a file."""
    entries: Mapping[str, EntryRobustness] = field(default_factory=dict)
    cells: Mapping[tuple[str, str], Measured] = field(default_factory=dict)
    """By entry and task, where any seed has a file."""
    runs: Mapping[str, RobustnessScore] = field(default_factory=dict)
    """By run id."""


def board_robustness(
    scores: Scores, files: Mapping[str, Iterable[Robustness]], tasks: Mapping[str, TaskSpec], draws: Draws
) -> BoardRobustness:
    """The robustness of every entry.

    A run that did not complete keeps nothing, 0. A task on which the robustness of a completed run is unknown does not
    count for its entry.

    Args:
        scores: of the board.
        files: robustness files by run id; those of other sets are left aside.
        tasks: the installed tasks by id.
        draws: the board's resamples.
    """
    version = max((f.version for own in files.values() for f in own if f.set == SHOWN_SET), default=0)
    if not version:
        return BoardRobustness()
    label = SHOWN_SET, version
    runs = {
        run_id: robustness(file, tasks.get(file.task))
        for run_id, own in files.items()
        for file in own
        if (file.set, file.version) == label
    }
    cells: dict[tuple[str, str], Measured] = {}
    tables: dict[str, dict[str, np.ndarray]] = {}
    for (entry, task), cell in scores.cells.items():
        if not any(seed.run_id in runs for seed in cell.seeds):
            continue
        measured = Measured(tuple(_values(cell, runs)))
        if measured.known:
            cells[entry, task] = measured
        if measured.known and not measured.unknown:
            tables.setdefault(entry, {})[task] = np.array(measured.known)
    entries = {entry: _entry(Sample(entry, table, draws), scores.tasks) for entry, table in tables.items()}
    return BoardRobustness(f"{SHOWN_SET}@{version}", entries, cells, runs)


def _values(cell: Cell, runs: Mapping[str, RobustnessScore]) -> Iterable[float | None]:
    for seed in cell.seeds:
        if seed.run_id in runs:
            yield runs[seed.run_id].value
        else:
            yield None if seed.status == "completed" else 0.0


def _entry(sample: Sample, tasks: Sequence[str]) -> EntryRobustness:
    grade = standing(min(sample.sizes))
    mean = aggregates(sample.table)["mean"]
    estimate = Estimate(mean) if grade == "points" else with_interval(mean, sample.distribution("mean"))
    return EntryRobustness(estimate, grade, len(sample.scores), len(tasks))
