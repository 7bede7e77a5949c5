"""Trains submitted runs again and compares: the same RunSpec must give the same policy, byte by byte."""

import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from mjbench.errors import RecordError
from mjbench.launch.local import LOCAL
from mjbench.launch.queue import Queue
from mjbench.runner.provenance import elsewhere
from mjbench.spec.record import RunRecord
from mjbench.store.codec import dump_record
from mjbench.store.store import Found, ResultStore
from mjbench.store.walk import RECORD
from mjbench.verify.limits import Limits, memory_limited
from mjbench.verify.private import copy_policy


@dataclass(frozen=True)
class Retraining:
    """What training one run again has shown."""

    run_id: str
    problem: str = ""
    """How it differs; empty where it gives the same bytes."""
    undecided: str = ""
    """Why it says nothing about the record: another processor, or a limit."""


def draw(found: Sequence[Found]) -> list[RunRecord]:
    """One completed run of every entry on every task, drawn so that nobody can prepare for it; of a task that others
    start from, the run that one of them starts from."""
    cells: dict[tuple[str, str], list[RunRecord]] = {}
    for item in found:
        if item.record.status == "completed":
            cells.setdefault((item.record.run.entry, item.record.run.task), []).append(item.record)
    drawn = {cell: random.SystemRandom().choice(records) for cell, records in cells.items()}
    by_id = {record.run.run_id: record for records in cells.values() for record in records}
    for record in list(drawn.values()):
        while (source := by_id.get(record.run.source)) is not None:
            drawn[source.run.entry, source.run.task] = record = source
    return list(drawn.values())


def retrain(record: RunRecord, source: Found | None = None, limits: Limits = Limits()) -> Retraining:  # noqa: B008
    """Train the run of ``record`` again on this machine, in a folder that is removed afterwards.

    Args:
        record: what to compare with.
        source: the run that it starts from.
        limits: of time and memory.
    """
    run = record.run
    with tempfile.TemporaryDirectory() as scratch:
        store = ResultStore(Path(scratch))
        if source is not None:
            try:
                _put(source, store)
            except RecordError as error:
                return Retraining(run.run_id, f"the run that it starts from: {error}")
        end = time.monotonic() + limits.hours * 3600
        with memory_limited(limits.memory_bytes), closing(Queue(LOCAL, store, jobs=1).work([run])) as training:
            for _ in training:
                if time.monotonic() > end:
                    text = f"it did not end within {limits.hours:g} hours, the limit of one run (--hours changes it)"
                    return Retraining(run.run_id, undecided=text)
        everything, problems = store.current()
    found = [item for item in everything if item.record.run.run_id == run.run_id]
    if not found:
        return Retraining(run.run_id, f"trained again it leaves no record: {'; '.join(problems) or 'stopped'}")
    again = found[0].record
    if again.status != record.status:
        if "memory" in again.error.lower():
            text = f"trained again it needs more than {limits.memory_gib:g} GiB, the limit (--memory changes it)"
            return Retraining(run.run_id, undecided=f"{text}: {again.error}")
        return Retraining(run.run_id, f"trained again it is {again.status}: {again.error}")
    differ = [
        what
        for what, one, other in (
            ("policy", record.policy_sha256, again.policy_sha256),
            ("training episodes", record.training, again.training),
            ("evaluations", record.evaluations, again.evaluations),
        )
        if one != other
    ]
    if not differ:
        return Retraining(run.run_id)
    text = f"trained again it differs in its {', '.join(differ)}"
    other = elsewhere(record.provenance, list(again.provenance["packages"]))
    if record.provenance.get("simulator") != again.provenance.get("simulator"):
        other.append("another device or simulator")
    if other:
        return Retraining(run.run_id, undecided=f"{text}, as it may: it was made with {'; '.join(other)}")
    return Retraining(run.run_id, f"{text} with the same packages on the same processor")


def _put(source: Found, store: ResultStore) -> None:
    """The run in the store, as it was checked."""
    folder = store.folder(source.record.run)
    copy_policy(source, folder)
    (folder / RECORD).write_bytes(dump_record(source.record))
