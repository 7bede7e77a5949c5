"""Records between a results folder and a remote, which has them under the same names. A record's file comes last."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mjbench.errors import RecordError, StoreError
from mjbench.io.files import sync_files, sync_folder
from mjbench.spec.run import RunSpec
from mjbench.store.codec import load_record
from mjbench.store.remote_api import Occupied, Remote, RemoteError
from mjbench.store.store import ResultStore
from mjbench.store.walk import RECORD, attempt_number

AT_ONCE = 16
"""Records that are downloaded at the same time."""


def upload_records(remote: Remote, store: ResultStore, run: RunSpec) -> None:
    """Write the record of ``run`` with its policy, or else its failed attempts, to the remote.

    Raises:
        RemoteError: the remote has another record of this run, or does not answer.
    """
    if store.has(run):
        _upload(remote, store, store.folder(run))
        return
    home = store.folder(run).relative_to(store.root).as_posix()
    for folder in store.failures(run):
        _upload_failure(remote, home, (folder / RECORD).read_bytes())


def download_records(
    remote: Remote,
    store: ResultStore,
    wanted: Callable[[str], bool] = lambda run_id: True,
    tell: Callable[[str], None] = lambda line: None,
) -> int:
    """Fetch the records that ``store`` does not have; each becomes visible at once, whole.

    Args:
        remote: where from.
        store: where to.
        wanted: given a run id, whether it matters.
        tell: takes a line for each record that is damaged, and is left out.

    Returns:
        How many were fetched.

    Raises:
        RemoteError: the remote does not answer.
        StoreError: the disk refuses.
    """
    return _download(remote, store, record_folders(remote), wanted, tell)


def download_run(remote: Remote, store: ResultStore, run: RunSpec) -> None:
    """``download_records`` of one run, without a look at the others.

    Raises:
        RemoteError: the remote does not answer.
        StoreError: the disk refuses.
    """
    home = store.folder(run).relative_to(store.root).as_posix()
    _download(remote, store, record_folders(remote, home), lambda run_id: True, lambda line: None)


def record_folders(remote: Remote, prefix: str = "") -> list[str]:
    """Where the remote has whole records."""
    keys = remote.listed(prefix)
    return [key.removesuffix(f"/{RECORD}") for key in keys if key.endswith(f"/{RECORD}") and not key.startswith(".")]


def run_id_of(folder: str) -> str:
    """The run id in the name of a record's folder."""
    return Path(folder).name.partition("-failed-")[0].rpartition("-")[2]


def _download(
    remote: Remote,
    store: ResultStore,
    folders: Iterable[str],
    wanted: Callable[[str], bool],
    tell: Callable[[str], None],
) -> int:
    missing = [each for each in folders if wanted(run_id_of(each)) and not (store.root / each / RECORD).exists()]
    missing += [
        each for each in folders if each not in missing and attempt_number(Path(each).name) and wanted(run_id_of(each))
    ]

    def fetch(folder: str) -> int:
        try:
            return _fetch(remote, store, folder)
        except RecordError as error:
            tell(f"left out: {remote.url}/{folder}: {error}")
            return 0

    if not missing:
        return 0
    store.prepare()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(fetch, missing))


def _fetch(remote: Remote, store: ResultStore, folder: str) -> int:
    """1 where the record is new here, else 0.

    Raises:
        RecordError: it is damaged, or not where it should be.
    """
    body = _read(remote, f"{folder}/{RECORD}")
    record = load_record(body)
    home = store.folder(record.run)
    if folder.partition("-failed-")[0] != home.relative_to(store.root).as_posix() or ".." in folder.split("/"):
        raise RecordError(f"it belongs into {home.relative_to(store.root).as_posix()}")
    if record.status != "completed":
        there = store.failures(record.run)
        if any((path / RECORD).read_bytes() == body for path in there):
            return 0
        number = 1 + max((attempt_number(path.name) for path in there), default=0)
        home = home.with_name(f"{home.name}-failed-{number}")
    elif store.has(record.run):
        return 0
    partial = Path(tempfile.mkdtemp(prefix=f"{record.run.run_id}-", dir=store.root / ".partial"))
    try:
        partial.chmod(0o755)
        for name, expected in record.policy_sha256.items():
            data = _read(remote, f"{folder}/{name}")
            if hashlib.sha256(data).hexdigest() != expected:
                raise RecordError(f"{name} is not what its record says: another SHA-256")
            (partial / name).write_bytes(data)
        (partial / RECORD).write_bytes(body)
        sync_files(partial)
        home.parent.mkdir(parents=True, exist_ok=True)
        os.rename(partial, home)
        sync_folder(home.parent)
    except OSError as error:
        if store.has(record.run):  # a worker here has just written it
            return 0
        raise StoreError(f"cannot write the record of {record.run.label} to {home}: {error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return 1


def _read(remote: Remote, key: str) -> bytes:
    seen = remote.look(key)
    if seen is None:
        raise RecordError(f"{Path(key).name} is missing")
    return seen.data


def _upload(remote: Remote, store: ResultStore, folder: Path) -> None:
    home = folder.relative_to(store.root).as_posix()
    names = sorted(path.name for path in folder.iterdir() if path.name != RECORD)
    for name in (*names, RECORD):
        key, data = f"{home}/{name}", (folder / name).read_bytes()
        try:
            remote.create(key, data)
        except Occupied:
            seen = remote.look(key)
            if seen is not None and seen.data == data:
                continue
            if seen is not None and remote.look(f"{home}/{RECORD}") is None:
                remote.replace(key, data, seen.tag)  # of a worker that was killed before it could write its record
                continue
            where = f"{remote.url}/{key}"
            raise RemoteError(f"{where} is there with other bytes; records are never overwritten") from None


def _upload_failure(remote: Remote, home: str, body: bytes) -> None:
    """Under the first free number, unless the remote has these bytes."""
    while True:
        there = record_folders(remote, f"{home}-failed-")
        if any(seen.data == body for folder in there if (seen := remote.look(f"{folder}/{RECORD}"))):
            return
        number = 1 + max((attempt_number(Path(folder).name) for folder in there), default=0)
        try:
            remote.create(f"{home}-failed-{number}/{RECORD}", body)
        except Occupied:
            continue
        return


def has_records(remote: Remote, runs: Sequence[RunSpec], store: ResultStore) -> set[str]:
    """Ids of those of the runs that the remote has completed."""
    there = set(record_folders(remote))
    return {run.run_id for run in runs if store.folder(run).relative_to(store.root).as_posix() in there}
