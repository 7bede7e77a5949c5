"""A run whose record, snapshots and claim are on a remote too; training itself sees local files only."""

import threading
from contextlib import suppress

from mjbench.errors import StoreError
from mjbench.runner.claim import Claim
from mjbench.runner.remote_claim import RemoteClaim
from mjbench.runner.remote_snapshots import RemoteSnapshots
from mjbench.spec.run import RunSpec
from mjbench.store.remote_api import Remote, RemoteError
from mjbench.store.remote_records import download_records, download_run, upload_records
from mjbench.store.store import ResultStore

LOOK_S = 15.0
"""How often a worker looks whether there is a new snapshot to upload."""


class RemoteRun(Claim):
    """The claim on a run, here and on the remote.

    Args:
        remote: that all machines share.
        store: the local results folder.
        run: the run.
    """

    def __init__(self, remote: Remote, store: ResultStore, run: RunSpec) -> None:
        super().__init__(store.work(run))
        self._remote, self._store, self._run = remote, store, run
        self._shared = RemoteClaim(remote, run.run_id)
        self._snapshots = RemoteSnapshots(remote, run.run_id, store.snapshots(run))
        self._uploading = threading.Lock()
        self._ended = threading.Event()
        self._all_ours = False

    def take(self) -> bool:
        """As ``Claim.take``; then everything that the run needs is here: its record if it is done, the record of its
        warm start, its snapshot.

        Raises:
            RemoteError: the remote does not answer, or the disk refuses.
        """
        if not super().take() or not self._shared.take():
            return False
        self._all_ours = True
        run, store = self._run, self._store
        try:
            download_run(self._remote, store, run)
            if store.has(run):
                return True
            if run.source and store.source(run) is None:
                download_records(self._remote, store, lambda run_id: run_id == run.source)
            self._snapshots.download()
        except (StoreError, OSError) as error:
            raise RemoteError(str(error)) from error
        threading.Thread(target=self._upload_often, name="remote snapshots", daemon=True).start()
        return True

    def held(self) -> bool:
        """As ``Claim.held``, of both claims."""
        return self._shared.held() and super().held()

    def publish(self) -> None:
        """Upload the record, or a failed attempt; write-once.

        Raises:
            RemoteError: the remote has another record of this run, or does not answer.
        """
        upload_records(self._remote, self._store, self._run)

    def release(self) -> None:
        """Leave the newest snapshot of a run that is not done on the remote, and let others have the run.

        Raises:
            RemoteError: the snapshot could not be uploaded; the claim is released.
        """
        self._ended.set()
        done = self._store.has(self._run)
        try:
            if self._all_ours and self.held() and not done:
                with self._uploading:
                    self._snapshots.upload()
        finally:
            ours = self._shared.release()
            super().release()
        if ours and done:
            with suppress(RemoteError):  # what is left there harms nobody
                self._snapshots.discard()

    def _upload_often(self) -> None:
        while not self._ended.wait(LOOK_S) and self._shared.held():
            with self._uploading, suppress(RemoteError):  # tried again
                if not self._ended.is_set():
                    self._snapshots.upload()
