"""What is compared with what: two entries of one results folder, or one entry of two folders."""

import shlex
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mjbench.errors import MjbenchError, nearest_names
from mjbench.plan.selection import find_suite, installed_suites
from mjbench.registry.lookup import Registry
from mjbench.registry.preset_lookup import preset_numbers
from mjbench.spec.imported import ImportedRun
from mjbench.spec.record import RunRecord
from mjbench.spec.suite import Suite
from mjbench.stats.cell import Scores
from mjbench.stats.compare import Side
from mjbench.stats.imported import imported_scores, together
from mjbench.stats.scores import score_table
from mjbench.store.imported import read_imported
from mjbench.store.membership import custom_groups, members
from mjbench.store.store import Found, ResultStore


@dataclass(frozen=True)
class Pair:
    """Two sides with the records of one budget and protocol."""

    heading: str
    """The suite, or the board where there is none."""
    a: Side
    b: Side
    records: tuple[Mapping[str, RunRecord], Mapping[str, RunRecord]]
    """By run id, of either side's folder."""


def pairs(
    registry: Registry,
    a: str,
    b: str,
    results: Path,
    *,
    suite: str | None = None,
    algorithms: Collection[str] = (),
    tell: Callable[[str], None],
) -> list[Pair]:
    """Every pair that ``a`` and ``b`` give, by board.

    Args:
        registry: what is installed.
        a: an entry, as boards name it, or a results folder.
        b: as ``a``; two folders compare each entry that both have with itself.
        results: folder of the records where ``a`` and ``b`` are entries.
        suite: its records only, by name or TOML file; None takes all.
        algorithms: of two folders, these entries only; empty takes all.
        tell: takes a line for each record and suite that is left out.

    Raises:
        MjbenchError: there are no records of an entry, or no such suite.
    """
    folders = [Path(name) for name in (a, b)] if Path(a).is_dir() and Path(b).is_dir() else [results]
    chosen = find_suite(registry, suite) if suite else None
    grouped = [_groups(registry, _read(folder, tell), chosen) for folder in folders]
    logs = [read_imported(folder)[0] for folder in folders]
    for folder, groups, imported in zip(folders, grouped, logs, strict=True):
        if not any(groups.values()) and not imported:
            of = f" of the suite {chosen.name}" if chosen else ""
            raise MjbenchError(f"no records{of} under {folder}; create some with: {_to_train(suite, folder)}")
    suites, unloaded = installed_suites(registry)
    for line in unloaded:
        tell(line)
    preset_of = preset_numbers(registry)
    found_pairs: list[Pair] = []
    known: set[str] = set()
    for board in sorted(set.intersection(*(set(groups) for groups in grouped))):
        found = [groups[board] for groups in grouped]
        tables = [
            _with_logs(score_table(items, registry.tasks, preset_of=preset_of), items, runs, registry)
            for items, runs in zip(found, logs, strict=True)
        ]
        records = [{item.record.run.run_id: item.record for item in items} for items in found]
        known |= {entry for scores in tables for entry in scores.entries}
        if len(tables) == 2:
            names = [n for n in tables[0].entries if n in tables[1].entries and (not algorithms or n in algorithms)]
            for name in names:
                compared = [item for pair in zip(found, tables, strict=True) for item in _of(*pair, {name})]
                heading = suite or _heading(board, compared, suites, registry)
                left, right = (Side(f"{name} in {side}", name, t) for side, t in zip((a, b), tables, strict=True))
                found_pairs.append(Pair(f"{heading}: {name}", left, right, (records[0], records[1])))
        elif a in tables[0].entries and b in tables[0].entries:
            heading = suite or _heading(board, _of(found[0], tables[0], {a, b}), suites, registry)
            found_pairs.append(Pair(heading, Side(a, a, tables[0]), Side(b, b, tables[0]), (records[0], records[0])))
    for name in (a, b) if len(folders) == 1 else algorithms:
        if name not in known:
            near = nearest_names(name, known)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(sorted(known)) or 'none'}"
            raise MjbenchError(f"no records of {name} under {', '.join(map(str, folders))}; {hint}")
    return found_pairs


def _to_train(suite: str | None, folder: Path) -> str:
    where = [] if folder == Path("results") else ["--results", str(folder)]
    return shlex.join(["mjbench", "run", "--suite", suite or "quickstart", *where])


def _read(folder: Path, tell: Callable[[str], None]) -> list[Found]:
    found, problems = ResultStore(folder).current(training=False)
    for problem in problems:
        tell(f"left out: {problem}")
    return found


def _groups(registry: Registry, found: list[Found], suite: Suite | None) -> dict[str, list[Found]]:
    """Records by board."""
    if suite:
        return {suite.name: members(found, suite, registry.tasks)}
    return custom_groups(found, [], registry.tasks)


def _with_logs(scores: Scores, found: Sequence[Found], logs: Sequence[ImportedRun], registry: Registry) -> Scores:
    """``scores`` with the imported entries that reach the budget of the records."""
    budgets = {item.record.run.task: item.record.run.steps for item in found}
    if not budgets:
        return scores
    checkpoints = found[0].record.run.protocol.checkpoints
    seeds = max(len(cell.seeds) for cell in scores.cells.values()) if scores.cells else 1
    return together(scores, imported_scores(logs, budgets, checkpoints, registry.tasks, seeds, scores.entries).scores)


def _of(found: Sequence[Found], scores: Scores, entries: set[str]) -> list[Found]:
    """The records behind the scores of ``entries``."""
    ids = {seed.run_id for (entry, _), cell in scores.cells.items() if entry in entries for seed in cell.seeds}
    return [item for item in found if item.record.run.run_id in ids]


def _heading(board: str, found: Sequence[Found], suites: Sequence[Suite], registry: Registry) -> str:
    """What runs of one budget and protocol are called: the smallest suite that holds all of them, else their board."""
    whole = [suite for suite in suites if found and len(members(found, suite, registry.tasks)) == len(found)]
    if not whole:
        return board
    suite = min(whole, key=lambda suite: (len(suite.tasks), suite.name))
    return suite.name if suite.steps else f"{suite.name}, tasks of {found[0].record.run.steps:,} steps"
