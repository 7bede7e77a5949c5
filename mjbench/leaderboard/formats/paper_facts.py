"""What the records of a board say about hyperparameters, compute and versions, by entry."""

import json
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mjbench.leaderboard.board import Board
from mjbench.leaderboard.runs import RunView
from mjbench.text import shown

Values = dict[str, dict[str, str]]
"""Entry -> name -> text."""
SEVERAL = "differs by task"


@dataclass(frozen=True)
class Cost:
    """Of all runs of an entry, of which ``unknown`` have no cost in their record."""

    runs: int
    unknown: int
    processor_h: float
    wall_h: float
    steps_per_s: float
    """Median over runs."""
    memory_mib: float
    """Largest."""
    machines: tuple[str, ...]


def own_entries(board: Board) -> list[str]:
    """Entries with records, in the order of the board; imported ones have none."""
    there = {run.entry for run in board.runs}
    return [entry for entry in board.entries if entry in there]


def hyperparameters(board: Board) -> tuple[list[str], Values, list[tuple[str, str, dict[str, str]]]]:
    """Names, values by entry (``SEVERAL`` where tasks differ), and of those that differ: task, entry, values."""
    found: dict[str, dict[str, dict[str, str]]] = {}  # entry -> name -> task -> text
    for run in board.runs:
        for name, value in run.record.run.hyperparameters.items():
            found.setdefault(run.entry, {}).setdefault(shown(name), {})[run.task] = _text(value)
    names = list(dict.fromkeys(name for entry in own_entries(board) for name in found.get(entry, {})))
    values = {
        entry: {name: texts.pop() if len(texts := set(tasks.values())) == 1 else SEVERAL for name, tasks in own.items()}
        for entry, own in found.items()
    }
    varied = [
        (
            row.task,
            entry,
            {name: tasks[row.task] for name, tasks in found[entry].items() if values[entry][name] == SEVERAL},
        )
        for row in board.tasks
        for entry in own_entries(board)
        if any(row.task in tasks and values[entry][name] == SEVERAL for name, tasks in found.get(entry, {}).items())
    ]
    return names, values, varied


def costs(board: Board) -> dict[str, Cost]:
    """By entry."""
    return {entry: _cost([run for run in board.runs if run.entry == entry]) for entry in own_entries(board)}


def versions(board: Board) -> dict[str, str]:
    """Software -> its versions in the records, the plugins and revisions of mjbench among them."""
    found: dict[str, dict[str, None]] = {}
    for run in board.runs:
        provenance = run.record.provenance
        packages = provenance.get("packages")
        named = dict(packages) if isinstance(packages, Mapping) else {}
        for key, name in (("python", "Python"), ("platform", "platform"), ("git_revision", "git revision")):
            named[name] = provenance.get(key)
        for key in ("task_plugin", "algorithm_plugin"):
            plugin, _, version = str(provenance.get(key) or "").partition(" ")
            if plugin:
                named[plugin] = version
        for name, version in named.items():
            if version:
                text = str(version)[:10] if name == "git revision" else str(version)
                found.setdefault(shown(str(name)), {})[shown(text)] = None
    return {name: ", ".join(sorted(texts)) for name, texts in sorted(found.items(), key=lambda item: item[0].lower())}


def machines(runs: Iterable[RunView]) -> tuple[str, ...]:
    """Processors, with their cores, that the records name."""
    known = (run.record.provenance for run in runs)
    return tuple(
        sorted(
            {
                shown(f"{each.get('processor') or 'unknown processor'}, {each.get('cores') or '?'} cores")
                for each in known
            }
        )
    )


def _cost(runs: list[RunView]) -> Cost:
    known = [run.record.resources for run in runs if run.record.resources.wall_s]
    return Cost(
        runs=len(runs),
        unknown=len(runs) - len(known),
        processor_h=sum(cost.cpu_s for cost in known) / 3600,
        wall_h=sum(cost.wall_s for cost in known) / 3600,
        steps_per_s=statistics.median(cost.steps_per_s for cost in known) if known else 0.0,
        memory_mib=max((cost.peak_memory_mib for cost in known), default=0.0),
        machines=machines(runs),
    )


def _text(value: Any) -> str:
    return shown(value if isinstance(value, str) else json.dumps(value, sort_keys=True), 60)
