"""Our numbers beside published ones: consistent, differs, or not comparable, and why."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mjbench.leaderboard.published import Published
from mjbench.spec.record import RunRecord
from mjbench.stats.estimate import MIN_SEEDS
from mjbench.stats.welch import Difference, Summary, difference, holm

Verdict = Literal["consistent", "differs", "not comparable"]
EPISODES = 100
"""Training episodes behind the metric ``training``."""
LAST = 3
"""Checkpoints behind the metric ``last_3_checkpoints``."""
_VERSION = re.compile(r"(.+)-v(\d+)")


@dataclass(frozen=True)
class Check:
    """One published score beside ours."""

    task: str
    entry: str
    published: Published
    ours: Summary | None
    """By the metric of the published score; None where our records cannot give it."""
    difference: Difference | None = None
    """Ours minus theirs; p is adjusted over all checks."""
    verdict: Verdict = "not comparable"
    why: str = ""


def check(records: Iterable[RunRecord], published: Sequence[Published], any_version: bool = False) -> list[Check]:
    """Every published score of a task and algorithm that ``records`` have.

    Args:
        records: completed runs, one a task, algorithm and seed.
        published: what to hold them against; algorithms match by name.
        any_version: compare across versions of an environment, which otherwise makes a score not comparable.
    """
    cells: dict[tuple[str, str], list[RunRecord]] = {}
    for record in records:
        if record.status == "completed":
            cells.setdefault((record.run.task, record.run.entry), []).append(record)
    checks = [
        _check(task, entry, runs, row, any_version)
        for (task, entry), runs in sorted(cells.items())
        for row in published
        if row.algorithm == entry.lower() and row.task == _split(task)[0]
    ]
    tested = holm([row.difference or Difference(0.0) for row in checks])
    return [_judge(row, found) for row, found in zip(checks, tested, strict=True)]


def _split(task: str) -> tuple[str, int | None]:
    match = _VERSION.fullmatch(task)
    return (match[1], int(match[2])) if match else (task, None)


def _check(task: str, entry: str, runs: list[RunRecord], row: Published, any_version: bool) -> Check:
    values = [value for record in runs if (value := our_value(record, row)) is not None]
    made = Check(task, entry, row, Summary.of(values) if values else None)
    version = _split(task)[1]
    if row.version is not None and row.version != version and not any_version:
        return replace(made, why=f"published for v{row.version} of the environment, ours is v{version}")
    if made.ours is None:
        budgets = ", ".join(f"{steps:,}" for steps in sorted({record.run.steps for record in runs}))
        return replace(made, why=f"nothing of ours at {row.steps:,} steps; we trained for {budgets}")
    if made.ours.seeds < MIN_SEEDS:
        return replace(made, why=f"{made.ours.seeds} of our seeds reach it, fewer than {MIN_SEEDS}")
    if row.std is None or row.seeds < 2:
        return replace(made, why="published without a spread over seeds")
    theirs = Summary(row.mean, row.std, row.seeds)
    return replace(made, difference=difference(made.ours, theirs, least=False))


def _judge(row: Check, tested: Difference) -> Check:
    if row.difference is None:
        return row
    why = "" if row.published.seeds >= MIN_SEEDS else f"published from {row.published.seeds} seeds only"
    if row.published.version != _split(row.task)[1] and row.published.version is not None:
        why = f"{why}; " * bool(why) + f"across versions: v{row.published.version}"
    return replace(row, difference=tested, verdict="differs" if tested.differs else "consistent", why=why)


def our_value(record: RunRecord, row: Published) -> float | None:
    """What the record gives by the metric of ``row``; None where it has no finite number for it.

    The record must have been evaluated at just the published step: its budget, or one of its checkpoints.
    """
    if row.metric == "training":
        if record.run.steps < row.steps:
            return None
        pairs = zip(record.training.step, record.training.episode_return, strict=True)
        return _mean([value for step, value in pairs if step <= row.steps][-EPISODES:])
    table: dict[int, list[float | None]] = {}
    for step, value in zip(record.evaluations.step, record.evaluations.episode_return, strict=True):
        if step <= row.steps:
            table.setdefault(step, []).append(value)
    if row.steps not in table:
        return None
    means = [_mean(values) for _, values in sorted(table.items())]
    if row.metric == "final":
        return means[-1]
    if row.metric == "best":
        return max((value for value in means if value is not None), default=None)
    return _mean(means[-LAST:]) if len(means) >= LAST else None


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None and math.isfinite(value)]
    return math.fsum(known) / len(known) if known and len(known) == len(values) else None
