"""Which planned runs have no record, and what that means for the command."""

from collections.abc import Collection, Iterable, Sequence

from mjbench.errors import RecordError
from mjbench.runner.claim import is_claimed
from mjbench.runner.command import STOPPED
from mjbench.runner.remote_claim import is_claimed_remotely
from mjbench.spec.run import RunSpec
from mjbench.store.remote_api import Remote
from mjbench.store.store import Found, ResultStore


def failed(runs: Iterable[RunSpec], records: Iterable[Found], store: ResultStore) -> set[str]:
    """Ids of those of the runs that have failed and not completed."""
    found = {item.record.run.run_id for item in records if item.record.status != "completed"}
    return {run.run_id for run in runs if run.run_id in found and not store.has(run)}


def to_do(runs: Iterable[RunSpec], skipped: Collection[str], store: ResultStore) -> list[RunSpec]:
    """Those of the runs that are not completed, without those whose ids are ``skipped``."""
    return [run for run in runs if run.run_id not in skipped and not store.has(run)]


def unread(runs: Iterable[RunSpec], records: Iterable[Found], store: ResultStore) -> dict[str, str]:
    """Those of the runs whose record is there and cannot be read: run id -> what is wrong with it.

    Args:
        runs: planned, or seen.
        records: those of ``store`` that can be read.
        store: where records are.
    """
    completed = {item.record.run.run_id for item in records if item.record.status == "completed"}
    found: dict[str, str] = {}
    for run in runs:
        if run.run_id not in completed and store.has(run):
            try:
                store.read(store.folder(run))
            except RecordError as error:
                found[run.run_id] = str(error)
    return found


def held(runs: Sequence[RunSpec], store: ResultStore, remote: Remote | None = None) -> set[str]:
    """Ids of the runs without a record that other workers are at, and of those that start from one of these.

    Args:
        runs: each behind the one that it starts from.
        store: where records are.
        remote: the place that all machines share.

    Raises:
        RemoteError: it does not answer.
    """

    def claimed(run: RunSpec) -> bool:
        return is_claimed(store.work(run)) or (remote is not None and is_claimed_remotely(remote, run.run_id))

    found: set[str] = set()
    for run in runs:
        if not store.has(run) and (run.source in found or claimed(run)):
            found.add(run.run_id)
    return found


def exit_status(planned: Sequence[RunSpec], store: ResultStore, remote: Remote | None = None) -> int:
    """0 if every planned run is completed, ``STOPPED`` (75) if other workers are at all that are not, else 1."""
    missing = {run.run_id for run in planned if not store.has(run)}
    if not missing:
        return 0
    return STOPPED if missing == held(planned, store, remote) else 1
