"""What was spent on tuning the hyperparameters of a run, where somebody has recorded it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from mjbench.errors import MjbenchError
from mjbench.plan.preset_file import read_preset_file
from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec
from mjbench.spec.tuning import Tuning
from mjbench.store.found import Found
from mjbench.store.presets import preset_paths


@dataclass(frozen=True)
class Ledgers:
    """The ledgers at hand."""

    by_name: Mapping[str, Tuning] = field(default_factory=dict)
    """By name of the preset."""
    without: frozenset[str] = frozenset()
    """Presets of files that have no ledger."""

    def of(self, run: RunSpec) -> Tuning | None:
        """The ledger of the run's preset, or of one that gives it the same hyperparameters on its task.

        So values that were tuned are known as such however they were given, also with ``--set``.
        """
        if run.preset in self.by_name:
            return self.by_name[run.preset]
        return self._by_digest.get((run.task, run.preset_id))

    def knows(self, run: RunSpec) -> bool:
        """Whether all is there that could tell; not for a preset of a file that is missing."""
        return not OF_A_FILE.search(run.preset) or run.preset in self.without or self.of(run) is not None

    @cached_property
    def _by_digest(self) -> dict[tuple[str, str], Tuning]:
        return {(task, text): each for each in self.by_name.values() for task, text in each.presets.items()}


OF_A_FILE = re.compile(r"-[0-9a-f]{8}$")
"""End of the name of a preset from a file."""
NO_LEDGERS = Ledgers()


def read_ledgers(results: Path, registry: Registry, runs: Iterable[RunSpec]) -> tuple[Ledgers, list[str]]:
    """Ledgers of the preset files in a results folder, and of the presets that plugins ship.

    Args:
        results: the results folder.
        registry: has the algorithms.
        runs: whose presets are looked up.

    Returns:
        The ledgers, and a line for each preset file that cannot be read.
    """
    ledgers: dict[str, Tuning] = {}
    without: set[str] = set()
    problems: list[str] = []
    for name in sorted({run.algorithm for run in runs}):
        try:
            ledgers |= dict(getattr(registry.algorithm(name), "tunings", dict)())
        except MjbenchError:  # not installed, or a ledger that nobody can read
            continue
    for path in preset_paths(results):
        try:
            preset = read_preset_file(path)
        except MjbenchError as error:
            problems.append(str(error))
            continue
        if preset.name != path.stem:
            problems.append(f"preset file {path}: it holds {preset.name}: rename it to {preset.name}.toml")
        elif preset.tuning is None:
            without.add(preset.name)
        else:
            ledgers[preset.name] = preset.tuning
    return Ledgers(ledgers, frozenset(without)), problems


def without_tuning_runs(found: Iterable[Found], ledgers: Ledgers) -> tuple[list[Found], list[str]]:
    """The records without those whose training seed was used to tune their own preset, and a line for each of these."""
    kept: list[Found] = []
    lines: list[str] = []
    for item in found:
        run = item.record.run
        ledger = ledgers.of(run) if ledgers.by_name else None
        if ledger is not None and run.seed in ledger.seeds:
            lines.append(f"Left out: {run.label} (run {run.run_id}): its preset was tuned with this seed.")
        else:
            kept.append(item)
    return kept, lines
