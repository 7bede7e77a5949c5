"""Trains one submitted run again and compares: the same RunSpec must give the same policy, byte by byte."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mjbench.launch.local import LOCAL
from mjbench.launch.queue import Queue
from mjbench.run.provenance import elsewhere
from mjbench.spec.record import RunRecord
from mjbench.store.store import ResultStore


@dataclass(frozen=True)
class Retraining:
    """What training one run again has shown."""

    run_id: str
    problem: str = ""
    """How it differs; empty where it gives the same bytes."""


def retrain(record: RunRecord, source: Path | None = None) -> Retraining:
    """Train the run of ``record`` again on this machine, in a folder that is removed afterwards.

    Args:
        record: what to compare with.
        source: folder of the run that it starts from.
    """
    run = record.run
    with tempfile.TemporaryDirectory() as scratch:
        if source is not None:
            shutil.copytree(source, Path(scratch, *source.parts[-4:]))  # task (two parts), algorithm, run
        store = ResultStore(Path(scratch))
        for _ in Queue(LOCAL, store, jobs=1).work([run]):
            pass
        everything, problems = store.current()
    found = [item for item in everything if item.record.run.run_id == run.run_id]
    if not found:
        return Retraining(run.run_id, f"trained again it leaves no record: {'; '.join(problems) or 'stopped'}")
    again = found[0].record
    if again.status != record.status:
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
    other = elsewhere(record.provenance, list(again.provenance["packages"]))
    cause = f" (it was made with {'; '.join(other)})" if other else " with the same packages on the same processor"
    return Retraining(run.run_id, f"trained again it differs in its {', '.join(differ)}{cause}")
