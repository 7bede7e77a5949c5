"""Processor energy of runs: measured where the record has it, else estimated from processor time."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from mjbench.spec.record import RunRecord
from mjbench.text import number

KEY = "energy_j"
"""In a record's provenance: joules of the processor, measured."""
CORE_W = 12.0
"""Watts of a busy core: what Green Algorithms assumes of a processor that it does not know (Lannelongue, Grealey and
Inouye 2021, Advanced Science 8, 2100707)."""
J_PER_WH = 3600.0


@dataclass(frozen=True)
class Energy:
    """Of one run, or the mean over several."""

    joules: float
    measured: bool
    """Whether all of it was measured."""

    @property
    def wh(self) -> float:
        """Watt hours."""
        return self.joules / J_PER_WH

    @property
    def text(self) -> str:
        """``0.84 Wh``, ``about 0.84 Wh``."""
        return f"{'' if self.measured else 'about '}{number(self.wh)} Wh"


def run_energy(record: RunRecord) -> Energy | None:
    """The processor energy of a run, evaluations included; None where nothing is known of its processor time."""
    joules: Any = record.provenance.get(KEY)
    is_number = isinstance(joules, (int, float)) and not isinstance(joules, bool)
    if is_number and math.isfinite(joules) and 0 < joules < 1e15:
        return Energy(float(joules), True)
    seconds = record.resources.cpu_s
    return Energy(seconds * CORE_W, False) if seconds > 0 else None


def mean_energy(records: Iterable[RunRecord]) -> Energy | None:
    """Mean over the runs that completed; None without any whose energy is known."""
    known = [energy for record in records if record.status == "completed" and (energy := run_energy(record))]
    return Energy(fmean(each.joules for each in known), all(each.measured for each in known)) if known else None
