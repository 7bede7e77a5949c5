"""How many training steps the two sides of a comparison take to a threshold."""

from collections.abc import Mapping
from dataclasses import dataclass

from mjbench.leaderboard.sides import Pair
from mjbench.spec.record import RunRecord
from mjbench.spec.stop import Threshold
from mjbench.stats.cell import Cell
from mjbench.stats.compare import Comparison
from mjbench.stats.steps_to import StepsTo, steps_to


@dataclass(frozen=True)
class Reaching:
    """One task that both sides have."""

    task: str
    a: StepsTo
    b: StepsTo


def reaching(pair: Pair, found: Comparison, threshold: Threshold) -> list[Reaching]:
    """The steps of both sides on the tasks of a comparison; runs of imported logs are left out."""
    return [
        Reaching(
            row.task,
            steps_to(_records(row.a, pair.records[0]), threshold),
            steps_to(_records(row.b, pair.records[1]), threshold),
        )
        for row in found.tasks
    ]


def _records(cell: Cell, records: Mapping[str, RunRecord]) -> list[RunRecord]:
    return [records[seed.run_id] for seed in cell.seeds if seed.run_id in records]
