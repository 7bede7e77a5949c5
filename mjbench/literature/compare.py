"""Our numbers beside published ones: consistent, differs, or not comparable, and why."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mjbench.literature.scores import Published
from mjbench.spec.record import RunRecord
from mjbench.spec.suite import EvalProtocol
from mjbench.spec.task import TaskSpec
from mjbench.stats.estimate import MIN_SEEDS
from mjbench.stats.returns import floor, mean_return
from mjbench.stats.welch import Difference, SeedSummary, difference, holm

Verdict = Literal["consistent", "differs", "not comparable"]
EPISODES = 100
"""Training episodes behind the metric ``training``."""
OTHER_VERSION = "another version of the environment"
LAST = 3
"""Checkpoints behind the metric ``last_3_checkpoints``."""
_VERSION = re.compile(r"(.+)-v(\d+)")


@dataclass(frozen=True)
class Check:
    """One published score beside ours."""

    task: str
    entry: str
    published: Published
    ours: SeedSummary | None
    """By the metric of the published score; None where our records cannot give it."""
    difference: Difference | None = None
    """Ours minus theirs; p is adjusted over all checks."""
    verdict: Verdict = "not comparable"
    why: str = ""
    obstacle: str = ""
    """What keeps it from being comparable, in a few words that are the same for all such scores."""
    floored: int = 0
    """Our runs that did not complete, or whose returns are not finite, and so count at the floor."""
    alias: bool = False
    """Whether ours is another implementation of the published algorithm, such as ``fast-ppo`` of ``ppo``."""
    budget: int = 0
    """Environment steps that the compared runs of ours were to train for."""
    other_budgets: tuple[int, ...] = ()
    """Of runs of ours that are not used, as their budget is further from the published steps."""


def check(
    records: Iterable[RunRecord],
    published: Sequence[Published],
    any_version: bool = False,
    tasks: Mapping[str, TaskSpec] | None = None,
    names: Mapping[str, Sequence[str]] | None = None,
) -> list[Check]:
    """Every published score of a task and algorithm that ``records`` have.

    A run that did not complete counts at the floor as on a board: the random return, or the lowest value that any of
    our runs has on the task where that is lower. What it had reached before it failed counts as it is.

    Of an entry that was trained with several budgets, the runs whose budget is nearest the published number of steps
    are compared, among those that were evaluated there.

    Args:
        records: one a task, algorithm, budget and seed, with their training episodes where a score asks for those.
        published: what to hold them against; algorithms match by name, or by its part behind the last hyphen.
        any_version: compare across versions of an environment, which otherwise makes a score not comparable.
        tasks: the installed tasks by id, for their random returns.
        names: by run id, the entries that a run belongs to, so that presets are not mixed; see ``ours``. None takes the
            name of each run alone.
    """
    own: dict[str, list[RunRecord]] = {}
    cells: dict[tuple[str, str], list[RunRecord]] = {}
    for record in records:
        own.setdefault(record.run.task, []).append(record)
        for entry in names[record.run.run_id] if names is not None else (record.run.entry,):
            cells.setdefault((record.run.task, entry), []).append(record)
    checks = [
        _check(
            task,
            entry,
            runs,
            row,
            any_version,
            floor((our_value(record, row) for record in own[task]), (tasks or {}).get(task)),
        )
        for (task, entry), runs in sorted(cells.items())
        for row in published
        if row.algorithm in (_plain(runs), family(_plain(runs))) and row.task == _split(task)[0]
    ]
    tested = holm([row.difference or Difference(0.0) for row in checks])
    return [_judge(row, found) for row, found in zip(checks, tested, strict=True)]


def family(entry: str) -> str:
    """The algorithm that an entry implements: ``ppo`` of ``fast-ppo``."""
    return entry.lower().rpartition("-")[2]


def _plain(runs: Sequence[RunRecord]) -> str:
    """The entry without the number of its preset, in small letters; the same for all runs of one cell."""
    return runs[0].run.entry.lower()


def _nearest(runs: Iterable[RunRecord], row: Published) -> tuple[list[RunRecord], tuple[int, ...]]:
    """The runs of one budget and protocol, and the budgets of the others."""
    groups: dict[tuple[int, EvalProtocol], list[RunRecord]] = {}
    for record in runs:
        groups.setdefault((record.run.steps, record.run.protocol), []).append(record)

    def distance(key: tuple[int, EvalProtocol]) -> tuple[bool, int, int, bool, tuple[int, ...]]:
        steps, protocol = key
        there = any(our_value(record, row) is not None or _failed(record, row) for record in groups[key])
        return not there, abs(steps - row.steps), -steps, protocol != EvalProtocol(), tuple(vars(protocol).values())

    chosen, *others = sorted(groups, key=distance)
    return groups[chosen], tuple(sorted(steps for steps, _ in others))


def _split(task: str) -> tuple[str, int | None]:
    match = _VERSION.fullmatch(task)
    return (match[1], int(match[2])) if match else (task, None)


def _check(
    task: str, entry: str, runs: list[RunRecord], row: Published, any_version: bool, lowest: float | None
) -> Check:
    runs, others = _nearest(runs, row)
    values = [value for record in runs if (value := our_value(record, row)) is not None]
    floored = sum(_failed(record, row) for record in runs) if lowest is not None else 0
    values += [lowest] * floored if lowest is not None else []
    made = Check(
        task,
        entry,
        row,
        SeedSummary.of(values) if values else None,
        floored=floored,
        alias=row.algorithm != _plain(runs),
        budget=runs[0].run.steps,
        other_budgets=others,
    )
    version = _split(task)[1]
    if row.version is not None and row.version != version and not any_version:
        why = f"published for v{row.version} of the environment, ours is v{version}"
        return replace(made, obstacle=OTHER_VERSION, why=why)
    if row.action_repeat != 1:
        repeat = "an unknown action repeat" if row.action_repeat is None else f"action repeat {row.action_repeat}"
        return replace(made, obstacle="another action repeat", why=f"published with {repeat}, ours is 1")
    if made.ours is None:
        budgets = ", ".join(f"{steps:,}" for steps in sorted({made.budget, *others}))
        why = f"we have no evaluation at {row.steps:,} steps; our budgets: {budgets}"
        return replace(made, obstacle="no evaluation of ours at that step", why=why)
    if made.ours.seeds < MIN_SEEDS:
        why = f"{made.ours.seeds} of our seeds have one, fewer than {MIN_SEEDS}"
        return replace(made, obstacle="too few seeds of ours", why=why)
    if row.std is None or row.seeds < 2:
        why = "published without a spread over seeds"
        return replace(made, obstacle=why, why=why)
    theirs = SeedSummary(row.mean, row.std, row.seeds)
    return replace(made, difference=difference(made.ours, theirs, least=False))


def _judge(row: Check, tested: Difference) -> Check:
    if row.difference is None:
        return replace(row, why="; ".join([row.why, *_asides(row)]))
    whys = [] if row.published.seeds >= MIN_SEEDS else [f"published from {row.published.seeds} seeds only"]
    if row.published.version != _split(row.task)[1] and row.published.version is not None:
        whys.append(f"across versions: v{row.published.version}")
    if row.floored:
        whys.append(f"{row.floored} of our runs failed and {'counts' if row.floored == 1 else 'count'} at the floor")
    verdict = "differs" if tested.differs else "consistent"
    return replace(row, difference=tested, verdict=verdict, why="; ".join([*whys, *_asides(row)]))


def _asides(row: Check) -> list[str]:
    """What was chosen for the comparison, where there was a choice."""
    notes = [f"as an implementation of {row.published.algorithm}"] if row.alias else []
    if row.other_budgets and row.ours is not None:
        rest = ", ".join(f"{steps:,}" for steps in row.other_budgets)
        notes.append(f"our runs of {row.budget:,} steps, the nearest budget; not used: {rest}")
    return notes


def _failed(record: RunRecord, row: Published) -> bool:
    """Whether the record was due to give a value for ``row`` and has none, as it failed or is not finite."""
    if our_value(record, row) is not None:
        return False
    if row.metric == "training":
        singly = record.training.episodes is None and bool(record.training.step)
        return record.run.steps >= row.steps and (record.status != "completed" or singly)
    marks = sorted(step for step in record.run.protocol.schedule(record.run.steps) if step <= row.steps)
    due = row.steps in marks and (row.metric != "last_3_checkpoints" or len(marks) >= LAST)
    return due and (record.status != "completed" or row.steps in record.evaluations.step)


def our_value(record: RunRecord, row: Published) -> float | None:
    """What the record gives by the metric of ``row``; None where it has no finite number for it.

    The record must have been evaluated at just the published step: its budget, or one of its checkpoints. One that did
    not complete has a value where it got there, and none at its budget.
    """
    if record.status != "completed" and not _reached(record, row):
        return None
    if row.metric == "training":
        if record.run.steps < row.steps or record.training.episodes is not None:
            return None
        pairs = zip(record.training.step, record.training.episode_return, strict=True)
        return mean_return([value for step, value in pairs if step <= row.steps][-EPISODES:])
    table: dict[int, list[float | None]] = {}
    for step, value in zip(record.evaluations.step, record.evaluations.episode_return, strict=True):
        if step <= row.steps:
            table.setdefault(step, []).append(value)
    if row.steps not in table:
        return None
    means = [mean_return(values) for _, values in sorted(table.items())]
    if row.metric == "final":
        return means[-1]
    if row.metric == "best":
        return max((value for value in means if value is not None), default=None)
    return mean_return(means[-LAST:]) if len(means) >= LAST else None


def _reached(record: RunRecord, row: Published) -> bool:
    if row.metric == "training":
        return max(record.training.step, default=0) >= row.steps
    return row.steps < record.run.steps
