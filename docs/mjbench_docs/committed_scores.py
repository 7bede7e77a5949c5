"""The committed records, suite by suite, as the numbers of a page are computed from them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mjbench.plan.selection import find_suite
from mjbench.registry.lookup import Registry
from mjbench.registry.preset_lookup import preset_numbers
from mjbench.spec.record import RunRecord
from mjbench.spec.suite import Suite
from mjbench.stats.cell import Cell, Scores
from mjbench.stats.estimate import Estimate
from mjbench.stats.scores import score_table
from mjbench.store.membership import members
from mjbench.store.store import Found, ResultStore
from mjbench.text import number

RESULTS = Path(__file__).parents[2] / "results"


@dataclass(frozen=True)
class SuiteRecords:
    """The records of one suite."""

    suite: Suite
    scores: Scores
    records: dict[str, RunRecord]
    """By run id."""

    @property
    def complete(self) -> list[str]:
        """Entries with every task and every seed, in the order of their names."""
        return self.with_seeds(self.suite.seeds)

    def with_seeds(self, count: int) -> list[str]:
        """Entries with at least so many seeds on every task."""
        return [
            entry
            for entry in self.scores.entries
            if all(len(self._values(entry, task)) >= count for task in self.suite.tasks)
        ]

    def _values(self, entry: str, task: str) -> list[float]:
        cell = self.scores.cells.get((entry, task))
        return cell.values if cell else []

    def of(self, cell: Cell) -> list[RunRecord]:
        """The records of a cell, one a seed."""
        return [self.records[seed.run_id] for seed in cell.seeds]


@cache
def _found() -> tuple[Registry, list[Found]]:
    return Registry(), ResultStore(RESULTS).current()[0]


@cache
def committed(name: str) -> SuiteRecords:
    """What is committed of the suite ``name``, such as ``parity@1``."""
    registry, found = _found()
    suite = find_suite(registry, name)
    own = members(found, suite, registry.tasks)
    scores = score_table(own, registry.tasks, range(suite.seeds), preset_numbers(registry))
    return SuiteRecords(suite, scores, {item.record.run.run_id: item.record for item in own})


def with_interval(estimate: Estimate, text: Callable[[float], str] = number) -> str:
    """``1,741 [1,513, 1,969]``; the value alone where there is no interval."""
    if estimate.low is None or estimate.high is None:
        return text(estimate.value)
    return f"{text(estimate.value)} [{text(estimate.low)}, {text(estimate.high)}]"
