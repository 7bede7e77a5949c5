"""What a page of one run shows: every string is printable, every order is fixed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mjbench.spec.record import RunRecord
from mjbench.spec.tier import UNVERIFIED, Tier, Verified
from mjbench.stats.cell import Scores, SeedScore
from mjbench.stats.energy import run_energy
from mjbench.stats.returns import EvaluationPoint, evaluation_points
from mjbench.stats.robustness import RobustnessScore
from mjbench.text import number, shown

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RunView:
    """One run. What only its own page shows is made when needed."""

    entry: str
    task: str
    score: SeedScore
    record: RunRecord
    verified: Verified = UNVERIFIED
    """What was verified about its record."""

    robustness: RobustnessScore | None = None
    """Of its final policy; None where that was not played under disturbance."""

    @property
    def tier(self) -> Tier:
        """The word for what was verified."""
        return self.verified.tier

    @property
    def page(self) -> str:
        """Name of its file."""
        return f"{self.score.run_id}.html"

    @property
    def steps(self) -> int:
        """Environment steps that it was to train for."""
        return self.record.run.steps

    @property
    def hyperparameters(self) -> Facts:
        """Every hyperparameter."""
        return facts(self.record.run.hyperparameters)

    @property
    def provenance(self) -> Facts:
        """Where the numbers come from."""
        return facts(self.record.provenance)

    @property
    def cost(self) -> Facts:
        """What the run cost; empty where that is not known."""
        cost = self.record.resources
        return (
            (
                ("wall time", f"{cost.wall_s:,.0f} s"),
                ("processor time", f"{cost.cpu_s:,.0f} s"),
                ("environment steps a second", number(cost.steps_per_s)),
                ("peak memory", f"{cost.peak_memory_mib:,.0f} MiB"),
                *(
                    (("processor energy", energy.text),)
                    if (energy := run_energy(self.record)) and energy.measured
                    else ()
                ),
            )
            if cost.wall_s
            else ()
        )

    @property
    def error(self) -> str:
        """What went wrong, for a run that did not complete."""
        return shown(self.record.error, 4000)

    @cached_property
    def checkpoints(self) -> tuple[EvaluationPoint, ...]:
        """Its evaluations, ascending by steps."""
        return evaluation_points(self.record)


def used_records(records: Iterable[RunRecord]) -> dict[str, RunRecord]:
    """By run id, of the attempts at a run the one that counts."""
    by_id: dict[str, RunRecord] = {}
    for record in records:
        if record.run.run_id not in by_id or record.status == "completed":
            by_id[record.run.run_id] = record
    return by_id


def run_views(
    scores: Scores,
    records: Mapping[str, RunRecord],
    tiers: Mapping[str, Verified],
    kept: Mapping[str, RobustnessScore],
) -> tuple[RunView, ...]:
    """A view of every run with a score and a record, in the order of the cells; all mappings are by run id."""
    return tuple(
        RunView(cell.entry, shown(cell.task), score, records[score.run_id], tiers[score.run_id], kept.get(score.run_id))
        for _, cell in sorted(scores.cells.items(), key=lambda item: (item[0][1], item[0][0]))
        for score in cell.seeds
        if score.run_id in records  # an imported run has none
    )


def facts(values: Mapping[str, Any], prefix: str = "") -> Facts:
    """``values`` as names and texts, inner mappings spread out as ``outer.inner``, sorted by name."""
    rows: list[tuple[str, str]] = []
    for name, value in sorted(values.items(), key=lambda item: str(item[0])):
        if isinstance(value, Mapping) and value and prefix.count(".") < 4:
            rows += facts(value, f"{prefix}{shown(str(name))}.")
        elif value is not None:
            text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
            rows.append((f"{prefix}{shown(str(name))}", shown(text, 300)))
    return tuple(rows)
