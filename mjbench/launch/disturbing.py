"""Final policies under disturbance, one run or many at once, each with a file beside its record."""

import time
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from mjbench.errors import MjbenchError, in_words
from mjbench.evaluation.disturbed import Disturbed, Tell, play_disturbed
from mjbench.evaluation.subject import Subject, load_subject
from mjbench.registry.lookup import Registry
from mjbench.runner.provenance import provenance
from mjbench.spec.disturbance_set import DisturbanceSet
from mjbench.spec.robustness import Robustness
from mjbench.spec.suite import Suite
from mjbench.store.found import Found
from mjbench.store.membership import members
from mjbench.store.robustness import file_name, read_robustness, write_robustness
from mjbench.store.store import ResultStore

LEFT_OUT = ("finished", "git_revision", "cores")
"""Of a record's provenance: the same policy on the same machine gives the same bytes."""


@dataclass(frozen=True)
class Outcome:
    """What came of one run."""

    run_id: str
    label: str
    seconds: float = 0.0
    error: str = ""


def robustness_of(
    subject: Subject, chosen: DisturbanceSet, registry: Registry, only: Sequence[str] = (), tell: Tell = lambda *_: None
) -> tuple[Disturbed, Robustness | None]:
    """Play a policy under a set.

    Args:
        subject: the policy and its task.
        chosen: the set.
        registry: knows where task and algorithm come from.
        only: conditions; all that the task can have where there are none.
        tell: takes the progress.

    Returns:
        What was played; and what its file holds, None where it gets none: a policy without a run, another task than
        that of its run, or not all conditions.

    Raises:
        MjbenchError: the policy does not fit the task, or a condition that the set or the task does not have.
    """
    protocol = subject.protocol
    played = play_disturbed(
        subject, chosen, seed=protocol.seed, rows=protocol.final_episodes, threads=subject.threads, only=only, tell=tell
    )
    if subject.found is None or not subject.at_home or only:
        return played, None
    record = subject.found.record
    run = record.run
    further = tuple(getattr(registry.algorithm(run.algorithm), "packages", ()))
    owners = registry.owner("task", run.task), registry.owner("algorithm", run.algorithm)
    facts = provenance(subject.task, *owners, run.threads, further)
    return played, Robustness(
        run_id=run.run_id,
        task=run.task,
        policy_sha256=dict(record.policy_sha256),
        set=chosen.name,
        version=chosen.version,
        episodes=played.episodes,
        scales=played.scales,
        absent=played.absent,
        provenance={name: value for name, value in facts.items() if name not in LEFT_OUT},
    )


def read_or_none(found: Found, chosen: DisturbanceSet) -> Robustness | None:
    """The file of a run for a set; None where it has none.

    Raises:
        MjbenchError: there is one that cannot be used; the message names it.
    """
    path = found.path / file_name(chosen.name, chosen.version)
    if not path.exists() and not path.is_symlink():
        return None
    try:
        return read_robustness(path, found.record)
    except MjbenchError as error:
        raise MjbenchError(f"{path}: {error}") from error


def without_file(
    results: Path, suite: Suite, chosen: DisturbanceSet, registry: Registry
) -> tuple[list[Found], int, list[str]]:
    """The completed runs of a suite that have no file for a set, spread over tasks.

    Returns:
        These runs, how many have a file, and a line for each file that cannot be used.

    Raises:
        MjbenchError: the suite has no completed run.
    """
    found, _ = ResultStore(results).current(training=False)
    own = [item for item in members(found, suite, registry.tasks) if item.record.status == "completed"]
    if not own:
        raise MjbenchError(f"{results} holds no completed run of the suite {suite.name}")
    todo: list[Found] = []
    damaged: list[str] = []
    for item in own:
        try:
            if read_or_none(item, chosen) is None:
                todo.append(item)
        except MjbenchError as error:
            damaged.append(str(error))
    todo.sort(key=lambda item: (item.record.run.seed, item.record.run.task, item.record.run.run_id))
    return todo, len(own) - len(todo) - len(damaged), damaged


def disturb_all(todo: Sequence[Found], chosen: DisturbanceSet, jobs: int) -> Generator[Outcome]:
    """Outcomes as they come, each run's file written; close the generator to stop.

    Args:
        todo: completed runs.
        chosen: the set.
        jobs: runs at once; a single one plays in this process, several in processes of their own.
    """
    if jobs == 1:
        for item in todo:
            yield _disturb(item.path, chosen)
        return
    with ProcessPoolExecutor(min(jobs, len(todo)), mp_context=get_context("spawn")) as pool:
        try:
            for future in as_completed([pool.submit(_disturb, item.path, chosen) for item in todo]):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _disturb(folder: Path, chosen: DisturbanceSet) -> Outcome:
    start = time.perf_counter()
    found = Found(folder, ResultStore(folder).read(folder))
    run = found.record.run
    try:
        registry = Registry()
        _, played = robustness_of(load_subject(found, registry), chosen, registry)
        if played is not None:
            write_robustness(folder, played)
    except Exception as error:  # one run must not stop the others
        text = str(error) if isinstance(error, MjbenchError) else in_words(error)
        return Outcome(run.run_id, run.label, error=text)
    return Outcome(run.run_id, run.label, time.perf_counter() - start)
