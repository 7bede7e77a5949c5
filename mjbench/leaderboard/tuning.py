"""What was spent on tuning each entry of a board."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from mjbench.plan.ledgers import Ledgers
from mjbench.spec.record import RunRecord
from mjbench.spec.tuning import Tuning
from mjbench.stats.cell import Scores
from mjbench.text import count

Known = Literal["tuned", "not tuned here", "unknown"]


@dataclass(frozen=True)
class EntryTuning:
    """What was spent on one entry."""

    known: Known
    """``unknown``: it has a preset from a file that is not there."""
    ledgers: tuple[Tuning, ...] = ()
    """Of its runs, each once."""
    tasks: int = 0
    """Tasks of the entry on which it has tuned hyperparameters."""
    of_tasks: int = 0

    @property
    def trials(self) -> int:
        """Sets of hyperparameters that were tried."""
        return sum(ledger.trials for ledger in self.ledgers)

    @property
    def runs(self) -> int:
        """Training runs of all trials."""
        return sum(ledger.runs for ledger in self.ledgers)

    @property
    def steps(self) -> int:
        """Environment steps of these runs."""
        return sum(ledger.steps for ledger in self.ledgers)

    @property
    def cpu_h(self) -> float:
        """Processor hours of these runs."""
        return sum(ledger.cpu_s for ledger in self.ledgers) / 3600

    @property
    def text(self) -> str:
        """``20 trials``, ``not tuned here``."""
        return count(self.trials, "trial") if self.known == "tuned" else self.known

    @property
    def behind(self) -> str:
        """``126 runs, 1,260,000 steps, 0.11 processor hours, 1 of 2 tasks``."""
        if self.known != "tuned":
            return ""
        parts = [count(self.runs, "run"), f"{self.steps:,} steps", f"{hours(self.cpu_h)} processor hours"]
        return ", ".join([*parts, *([f"{self.tasks} of {self.of_tasks} tasks"] if self.tasks < self.of_tasks else [])])


def hours(value: float) -> str:
    """Two digits at least: ``12``, ``1.3``, ``0.021``."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def entry_tunings(scores: Scores, records: Mapping[str, RunRecord], ledgers: Ledgers) -> dict[str, EntryTuning]:
    """By entry, what was spent on it; empty where no entry was tuned as far as is known, so that nothing is shown.

    Args:
        scores: of the board.
        records: of its runs, by run id.
        ledgers: those at hand.
    """
    cells: dict[str, list[list[RunRecord]]] = {}
    for (entry, _), cell in sorted(scores.cells.items()):
        cells.setdefault(entry, []).append([records[s.run_id] for s in cell.seeds if s.run_id in records])
    found = {entry: _of(rows, ledgers) for entry, rows in cells.items() if any(rows)}
    return found if any(each.known != "not tuned here" for each in found.values()) else {}


def run_tuning(record: RunRecord, ledgers: Ledgers) -> EntryTuning:
    """What was spent on the hyperparameters of one run."""
    return _of([[record]], ledgers)


def _of(cells: Iterable[list[RunRecord]], ledgers: Ledgers) -> EntryTuning:
    spent: list[Tuning] = []
    tuned = tasks = 0
    known = True
    for cell in cells:
        own = [ledgers.of(record.run) for record in cell]
        tasks += 1
        tuned += any(ledger is not None and r.run.task in ledger.presets for ledger, r in zip(own, cell, strict=True))
        for ledger in own:
            if ledger is not None and ledger not in spent:
                spent.append(ledger)
        known = known and all(ledgers.knows(record.run) for record in cell)
    if spent:
        return EntryTuning("tuned", tuple(spent), tuned, tasks)
    return EntryTuning("not tuned here" if known else "unknown", (), 0, tasks)
