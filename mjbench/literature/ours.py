"""Our records as they are held against published scores."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from mjbench.registry.preset_lookup import PresetOf, unknown_presets
from mjbench.spec.record import RunRecord
from mjbench.spec.suite import EvalProtocol
from mjbench.stats.entries import name_entries, one_per_seed
from mjbench.store.store import Found


@dataclass(frozen=True)
class Ours:
    """Records, and what each is called."""

    records: tuple[RunRecord, ...]
    """One an entry, task, budget, protocol and seed."""
    names: dict[str, tuple[str, ...]]
    """By run id, the entries that the run belongs to, as boards name them."""
    left_out: tuple[str, ...]
    """A line where other records are left out, or an entry was split."""


def ours(
    found: Iterable[Found],
    preset_of: PresetOf = unknown_presets,
    tasks: Collection[str] = (),
    entries: Collection[str] = (),
) -> Ours:
    """The records to compare.

    Args:
        found: records, in any order.
        preset_of: tells which published presets a run has; entries of older ones say so.
        tasks: ids to keep to; empty takes all.
        entries: names to keep to, as boards have them; empty takes all.
    """
    budgets: dict[tuple[int, EvalProtocol], list[RunRecord]] = {}
    for item in found:
        run = item.record.run
        if not tasks or run.task in tasks:
            budgets.setdefault((run.steps, run.protocol), []).append(item.record)
    kept: list[RunRecord] = []
    lines: list[str] = []
    for group in budgets.values():
        single, repeats = one_per_seed(group)
        kept += single
        lines += repeats
    every, splits = name_entries((record.run for record in kept), preset_of)
    names = {run_id: tuple(n for n in own if not entries or n in entries) for run_id, own in every.items()}
    return Ours(tuple(record for record in kept if names[record.run.run_id]), names, (*lines, *splits))
