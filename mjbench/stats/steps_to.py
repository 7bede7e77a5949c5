"""Training steps that an entry takes to a threshold: the first evaluation point that reaches it."""

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from mjbench.spec.record import RunRecord
from mjbench.spec.stop import Threshold


@dataclass(frozen=True)
class StepsTo:
    """What the seeds of one entry on one task took."""

    steps: tuple[int | None, ...]
    """A number a seed; None for one that never reached the threshold, failed ones included."""

    @property
    def reached(self) -> int:
        """Seeds that reached the threshold."""
        return sum(steps is not None for steps in self.steps)

    @property
    def median(self) -> float | None:
        """Median over all seeds, of which those that never got there count as infinite; None where it is infinite."""
        if not self.steps:
            return None
        middle = statistics.median(math.inf if steps is None else steps for steps in self.steps)
        return middle if math.isfinite(middle) else None


def steps_to(records: Iterable[RunRecord], threshold: Threshold) -> StepsTo:
    """The steps of each run, in the order of ``records``.

    A run that trained on may have fallen below the threshold again: what counts is when it was there first. The
    resolution is that of the protocol's evaluation points. Each is judged by its first episodes, as many as a
    checkpoint has, also the last one: so a run that stopped at the threshold counts like one that trained on.
    """
    return StepsTo(tuple(_first(record, threshold) for record in records))


def _first(record: RunRecord, threshold: Threshold) -> int | None:
    table, episodes = record.evaluations, record.run.protocol.episodes
    for step in sorted(set(table.step)):
        success = None if table.success is None else table.final("success", step)[:episodes]
        if threshold.reached(table.final("episode_return", step)[:episodes], success):
            return step
    return None
