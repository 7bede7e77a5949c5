"""What a run reached besides its return: success, and the task's own metrics, over the seeds of a cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

from mjbench.spec.record import RunRecord
from mjbench.spec.task import TaskSpec
from mjbench.stats.cell import Cell
from mjbench.stats.estimate import Estimate, Standing, mean_estimate, standing
from mjbench.stats.returns import mean_return

SUCCESS = "success"
"""Name of the measure that counts successful episodes; no metric takes it away."""


@dataclass(frozen=True)
class Measured:
    """One measure of one entry on one task."""

    values: tuple[float | None, ...]
    """Mean over the final policy's episodes, one a seed, parallel to the seeds of the cell; None where unknown."""

    @property
    def known(self) -> list[float]:
        """Those that are known."""
        return [value for value in self.values if value is not None]

    @property
    def unknown(self) -> int:
        """Seeds without a number."""
        return len(self.values) - len(self.known)

    @property
    def standing(self) -> Standing:
        """What the number of known seeds allows to show."""
        return standing(len(self.known))

    @cached_property
    def estimate(self) -> Estimate | None:
        """Mean over the known seeds with its t-interval; None where nothing is known."""
        return mean_estimate(self.known) if self.known else None


def measure_names(task: TaskSpec | None, records: Sequence[RunRecord]) -> tuple[str, ...]:
    """Measures of a task: success first where it has one, then its metrics in the order in which it lists them.

    Args:
        task: what is installed; of a task that is not, the records say what there is.
        records: of the task.
    """
    succeeds = task.success is not None if task else any(record.evaluations.success is not None for record in records)
    listed = [metric.name for metric in task.metrics] if task else sorted({m for r in records for m in _metrics(r)})
    return ((SUCCESS,) if succeeds else ()) + tuple(name for name in listed if name != SUCCESS)


def measure(cell: Cell, names: Sequence[str], records: Mapping[str, RunRecord]) -> dict[str, Measured]:
    """The measures ``names`` of a cell.

    A run that did not complete has no success, 0, and its metrics are unknown: nobody saw its final policy.

    Args:
        cell: with the seeds that count.
        names: from ``measure_names``.
        records: by run id, of these seeds.
    """
    rows = [_of_run(records[seed.run_id], names, seed.status == "completed") for seed in cell.seeds]
    return {name: Measured(tuple(row[name] for row in rows)) for name in names}


def _of_run(record: RunRecord, names: Sequence[str], completed: bool) -> dict[str, float | None]:
    if not completed:
        return {name: 0.0 if name == SUCCESS else None for name in names}
    if not names:
        return {}
    table, last = record.evaluations, record.final_step
    final = [step == last for step in table.step]
    columns = {**table.metrics, SUCCESS: table.success or ()}
    return {name: mean_return(list(compress(columns.get(name, ()), final))) for name in names}


def _metrics(record: RunRecord) -> Mapping[str, Sequence[float | None]]:
    return record.evaluations.metrics
