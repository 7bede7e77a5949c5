"""Logs of other programs -> imported runs in a results folder."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mjbench.errors import MjbenchError
from mjbench.imports.gather import gather
from mjbench.imports.guess import Guess, from_folder
from mjbench.imports.log import Format, Log, LogError, Options
from mjbench.spec.imported import MOST_POINTS, NEVER_KNOWN, ImportedRun, Returns
from mjbench.store.imported import write_imported
from mjbench.text import count

TaskOf = Callable[[str], str]
"""Name of an environment as a log has it -> task id; empty where that is not clear."""


@dataclass(frozen=True)
class Request:
    """What the user asks for."""

    paths: Sequence[Path]
    task: str = ""
    """Task id; empty to take what the logs name."""
    algorithm: str = ""
    seed: int | None = None
    """Of the first run without a seed; the next ones count on."""
    format: str = ""
    returns: Returns | None = None
    """What the user knows about the returns."""
    metric: str = ""
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Imported:
    """What came of it."""

    runs: list[ImportedRun]
    written: list[Path]
    same: list[Path]
    """Held the same runs before."""
    lines: list[str]
    """What was recognised and what was left out."""


def import_logs(request: Request, results: Path, task_of: TaskOf) -> Imported:
    """Read every log, then write all of them; nothing is written where one cannot be read.

    Raises:
        MjbenchError: a log cannot be read or its task or algorithm is not known, or another log has its place.
    """
    groups, lines = gather(request.paths, request.format)
    logs: list[tuple[Format, Log]] = []
    for group in groups:
        found = group.format.read(group.sources, Options(request.metric, request.where))
        logs += [(group.format, log) for log in found]
        names = ", ".join(str(source.path) for source in group.sources[:3]) + (
            ", ..." if len(group.sources) > 3 else ""
        )
        lines.append(f"{names}: {group.format.title}, {count(len(found), 'run')}, metric {found[0].metric}")
    taken: dict[tuple[str, str], set[int]] = {}
    runs: list[ImportedRun] = []
    for form, log in logs:
        guess = from_folder(log.sources[0].path)
        named = log.seed if log.seed is not None else guess.seed
        task, algorithm = _task(request, log, guess, task_of), _algorithm(request, log, guess)
        if request.task and log.environment and log.environment not in (task, task.partition("/")[2]):
            lines.append(f"{_place(log)}: its environment is called {log.environment}; it is imported as {task}")
        seeds = taken.setdefault((task, algorithm), set())
        seed = _seed(request, named, seeds, len(logs), log)
        seeds.add(seed)
        runs.append(
            _run(form, log, task, algorithm, seed, named is not None or request.seed is not None, request.returns)
        )
    written, same = write_imported(results, runs)
    return Imported(runs, written, same, lines)


def _task(request: Request, log: Log, guess: Guess, task_of: TaskOf) -> str:
    if request.task:
        return request.task
    name = log.environment or guess.environment
    task = task_of(name) if name else ""
    if not task:
        why = f"the log's environment {name!r} is no installed task" if name else "the log does not name its task"
        raise LogError(f"{_place(log)}: {why}; say it with --task ID, such as --task gymnasium/Hopper-v5")
    return task


def _algorithm(request: Request, log: Log, guess: Guess) -> str:
    name = request.algorithm or log.algorithm or guess.algorithm
    if not name:
        raise LogError(f"{_place(log)}: the log does not name its algorithm; say it with --algo NAME")
    return name


def _seed(request: Request, named: int | None, taken: set[int], logs: int, log: Log) -> int:
    """The seed that the user or the log names, else the next free number."""
    if request.seed is None and named is not None:
        if named in taken:
            raise LogError(
                f"{_place(log)}: another log is seed {named} too; give seeds with --seed N, or import them apart"
            )
        return named
    if request.seed is not None and named is not None and logs > 1:
        raise LogError(f"{_place(log)}: the log names its seed, {named}; leave out --seed")
    seed = request.seed or 0
    while seed in taken:
        seed += 1
    return seed


def _run(
    form: Format, log: Log, task: str, algorithm: str, seed: int, seed_known: bool, returns: Returns | None
) -> ImportedRun:
    order = np.argsort(log.step, kind="stable")
    if not 1 <= len(order) <= MOST_POINTS:
        raise LogError(f"{_place(log)}: {len(order):,} points; a run may have 1 to {MOST_POINTS:,}")
    returns = returns or log.returns
    unknown = [
        *NEVER_KNOWN,
        *([] if seed_known else ["seed"]),
        *([] if log.steps_known else ["environment steps"]),
        *([] if returns != "unknown" else ["training or evaluation returns"]),
        *([] if returns == "training" or log.episodes else ["evaluation episodes"]),
    ]
    values: list[float | None] = log.value[order].tolist()
    for place in np.flatnonzero(~np.isfinite(log.value[order])).tolist():
        values[place] = None
    try:
        return ImportedRun(
            task=task,
            algorithm=algorithm,
            seed=seed,
            format=form.name,
            files={source.path.name: hashlib.sha256(source.data).hexdigest() for source in log.sources},
            metric=log.metric,
            returns=returns,
            step=log.step[order].tolist(),
            value=values,
            unknown=unknown,
            episodes=log.episodes,
        )
    except MjbenchError as error:
        raise LogError(f"{_place(log)}: {error}") from None


def _place(log: Log) -> str:
    return f"{log.sources[0].path}" + (f" ({log.name})" if log.name else "")
