"""The scores of the runs that are published, as a leaderboard computes them."""

from collections.abc import Sequence
from dataclasses import dataclass

from mjbench.errors import MjbenchError
from mjbench.registry.lookup import Registry
from mjbench.registry.preset_lookup import preset_numbers
from mjbench.spec.run import RunSpec
from mjbench.spec.task import TaskSpec
from mjbench.stats.cell import Cell
from mjbench.stats.scores import score_table
from mjbench.store.found import Found


@dataclass(frozen=True)
class Scored:
    """An entry on a task, with the runs behind its score."""

    cell: Cell
    task: TaskSpec | None
    """None where it is not installed."""
    found: tuple[Found, ...]
    """The records behind it, ascending by seed."""

    @property
    def runs(self) -> tuple[RunSpec, ...]:
        """What was run, ascending by seed."""
        return tuple(item.record.run for item in self.found)

    @property
    def half(self) -> float | None:
        """Half of the interval of the mean return; None where the seeds allow none."""
        estimate = self.cell.estimate
        return None if estimate is None or estimate.high is None else estimate.high - estimate.value


def scored(found: Sequence[Found], registry: Registry) -> tuple[list[Scored], list[str]]:
    """The score of each entry on each task, and a line for each record that does not count or makes a mixture."""
    by_budget: dict[object, list[Found]] = {}
    for item in found:
        by_budget.setdefault((item.record.run.steps, item.record.run.protocol), []).append(item)
    tasks = _tasks({item.record.run.task for item in found}, registry)
    rows: list[Scored] = []
    warnings: list[str] = []
    for items in by_budget.values():
        scores = score_table(items, tasks, preset_of=preset_numbers(registry))
        warnings += scores.warnings
        by_id = {item.record.run.run_id: item for item in items}
        for (_, task), cell in scores.cells.items():
            rows.append(Scored(cell, tasks.get(task), tuple(by_id[seed.run_id] for seed in cell.seeds)))
    return rows, warnings


def _tasks(names: set[str], registry: Registry) -> dict[str, TaskSpec]:
    found: dict[str, TaskSpec] = {}
    for name in names:
        try:
            found[name] = registry.task(name)
        except MjbenchError:
            continue
    return found
