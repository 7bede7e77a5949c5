"""A selection before a results folder: which runs have records, which are left, and the queue that will do them."""

from dataclasses import dataclass
from pathlib import Path

from mjbench.envs.rendering import check_backend
from mjbench.errors import RecordError
from mjbench.io.collection import no_collection
from mjbench.launch.estimate import Estimator
from mjbench.launch.jobs import configured
from mjbench.launch.leftovers import clear_leftovers
from mjbench.launch.missing import failed, to_do, unread
from mjbench.launch.queue import Queue
from mjbench.launch.sharing import exchange
from mjbench.plan.selection import Selection
from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec
from mjbench.store.presets import keep_preset
from mjbench.store.remote import open_remote, try_out
from mjbench.store.remote_api import Remote
from mjbench.store.remote_presets import publish_preset
from mjbench.store.remote_records import has_records
from mjbench.store.store import ResultStore


@dataclass(frozen=True)
class Prepared:
    """What ``mjbench run`` is about to do; nothing has been trained yet."""

    selection: Selection
    store: ResultStore
    estimator: Estimator
    """Has learned from the records in the store."""
    queue: Queue
    failed: set[str]
    """Ids of the planned runs that have failed before."""
    todo: list[RunSpec]
    """The planned runs to do now."""
    remote: Remote | None = None
    """The place that all machines share."""

    def share(self) -> None:
        """Bring the results folder and the remote up to date with each other; nothing without a remote.

        Raises:
            RemoteError: it does not answer.
        """
        if self.remote is not None:
            exchange(self.remote, self.store, self.selection.runs)


@no_collection()
def prepare(
    registry: Registry,
    selection: Selection,
    results: Path,
    launcher: str = "local",
    jobs: int | None = None,
    snapshot_every_s: float | None = None,
    retry_failed: bool = False,
    dry_run: bool = False,
    launcher_options: Path | None = None,
    remote: str | None = None,
) -> Prepared:
    """Compare ``selection`` with what ``results`` holds. The records are read once.

    Args:
        registry: where the launcher comes from.
        selection: the planned runs.
        results: the results folder; made, and tried out, unless ``dry_run``.
        launcher: name of the launcher.
        jobs: runs at once; None for as many as fit.
        snapshot_every_s: seconds between snapshots; None for the usual.
        retry_failed: do failed runs again.
        dry_run: write nothing.
        launcher_options: file with options of the launcher.
        remote: URL of a place that all machines share; None for none.

    Raises:
        MjbenchError: there is no such launcher, the folder or the remote cannot be written, a record of a planned
            run is damaged, or MUJOCO_GL is wrong.
    """
    check_backend()  # every run would fail
    store = ResultStore(results)
    launch = configured(registry.launcher(launcher), launcher, launcher_options)
    shared = None if remote is None else open_remote(remote)
    there: set[str] = set()
    if not dry_run:
        store.prepare(selection.runs)
        if selection.preset is not None:
            keep_preset(store.root, selection.preset.name, selection.preset.text)
        clear_leftovers(store, selection.runs)
    if shared is not None and dry_run:
        there = has_records(shared, selection.runs, store)
    elif shared is not None:
        try_out(shared)
        if selection.preset is not None:
            publish_preset(shared, store.root, selection.preset.name)
        exchange(shared, store, selection.runs)
    records, _ = store.current(training=False)
    if lines := list(unread(selection.runs, records, store).values()):
        more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        raise RecordError(f"{lines[0]}{more}; to train the run again, move its folder away")
    estimator = Estimator(registry)
    estimator.learn(records)
    queue = Queue(launch, store, estimator, jobs or 0, snapshot_every_s, shared)
    before = failed(selection.runs, records, store)
    todo = to_do(selection.runs, there if retry_failed else before | there, store)
    return Prepared(selection, store, estimator, queue, before, todo, shared)
