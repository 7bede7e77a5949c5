"""How much the seeds of one entry differ, task by task: what the power of a test is computed from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mjbench.registry.preset_lookup import PresetOf, unknown_presets
from mjbench.spec.task import TaskSpec
from mjbench.stats.scores import score_table
from mjbench.stats.welch import SeedSummary
from mjbench.store.membership import custom_groups
from mjbench.store.store import Found


@dataclass(frozen=True)
class Spread:
    """One entry on one task, with at least two seeds."""

    task: str
    entry: str
    """As boards name it."""
    steps: int
    summary: SeedSummary
    """Of the seeds' scores, in units of the return."""


def spreads(
    found: Iterable[Found], tasks: Mapping[str, TaskSpec], preset_of: PresetOf = unknown_presets
) -> list[Spread]:
    """The spread of every entry on every task, by budget and protocol.

    Args:
        found: records, in any order.
        tasks: the installed tasks by id, for their random returns.
        preset_of: tells which published presets a run has; entries of older ones say so.
    """
    return [
        Spread(task, entry, group[0].record.run.steps, SeedSummary.of(cell.values))
        for group in custom_groups(found, [], tasks).values()
        for (entry, task), cell in score_table(group, tasks, preset_of=preset_of).cells.items()
        if len(cell.values) > 1
    ]
