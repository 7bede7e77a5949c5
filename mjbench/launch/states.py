"""Runs of a results folder that are under way, and the state that each run is in."""

from collections.abc import Collection

from mjbench.errors import RecordError
from mjbench.io.strict import read_file
from mjbench.runner.claim import is_claimed
from mjbench.spec.run import RunSpec
from mjbench.store.codec import RECORD_LIMIT, load_run
from mjbench.store.store import ResultStore

STATES = ("done", "running", "queued", "failed", "damaged", "resumable", "missing")
SELDOM = ("queued", "damaged")
"""Those that tables leave out where no run is in them."""


def begun(store: ResultStore) -> list[RunSpec]:
    """Runs that a launcher has prepared and that have no record yet."""
    runs = []
    for path in sorted((store.root / ".work").glob("*/run.json")):
        try:
            runs.append(load_run(read_file(path, RECORD_LIMIT)))
        except RecordError:
            continue
    return runs


def state_of(run: RunSpec, store: ResultStore, held: Collection[str] = ()) -> str:
    """One of ``STATES``.

    Args:
        run: whose.
        store: where its files are.
        held: ids of the runs that launchers hold, from ``mjbench.launch.jobs.held_jobs``.
    """
    if store.has(run):
        return "done"
    if is_claimed(store.work(run)):
        return "running"
    if run.run_id in held:
        return "queued"
    if store.failures(run):
        return "failed"
    return "resumable" if store.resumable(run) else "missing"
