"""The launcher's side of a remote: its records come into the results folder, and ours go there."""

from collections.abc import Sequence

from mjbench.launch.one_line import tell
from mjbench.spec.run import RunSpec
from mjbench.store.remote_api import Remote
from mjbench.store.remote_presets import exchange_presets
from mjbench.store.remote_records import download_records, has_records, upload_records
from mjbench.store.store import ResultStore


def exchange(remote: Remote, store: ResultStore, runs: Sequence[RunSpec]) -> None:
    """Download the records and preset files that are missing here, and upload those of ``runs`` that are missing there.

    Raises:
        RemoteError: the remote does not answer.
        StoreError: the disk refuses.
    """
    download_records(remote, store, tell=tell)
    there = has_records(remote, runs, store)
    for run in runs:
        if store.has(run) and run.run_id not in there:
            upload_records(remote, store, run)
    exchange_presets(remote, store.root, (run.preset for run in runs))
