"""The results folder: write-once records and policies, and the private state of runs under way.

results/
  gymnasium/Hopper-v5/sac/0-3fa9c1d2e4b5/     one finished run: seed and run id
    record.json  policy.safetensors  policy.json
  gymnasium/Hopper-v5/sac/1-...-failed-1/     a failed attempt; kept, and superseded by a later success
  .work/3fa9c1d2e4b5/                         a run under way: run.json, progress.json, log.txt
  .tracking/gymnasium/.../0-3fa9c1d2e4b5/csv/ files of the run's trackers, a folder each
  .index/                                     what was read of the records, see mjbench.store.index
  .partial/                                   folders being written, renamed into place when whole
"""

import glob
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from mjbench.api.policy import Policy
from mjbench.errors import RecordError, StoreError
from mjbench.io.collection import no_collection
from mjbench.io.files import sync_files, sync_folder
from mjbench.io.printable import printable
from mjbench.io.strict import read_with_status
from mjbench.spec.record import RunRecord, TrainingEpisodes
from mjbench.spec.run import RunSpec
from mjbench.store import index
from mjbench.store.codec import RECORD_LIMIT, dump_record, load_record
from mjbench.store.found import Found
from mjbench.store.lean import Identity, Table, identity
from mjbench.store.walk import FAILED, RECORD, record_folders

PROBE_BYTES = 4096
"""Written to see whether a disk takes anything."""


class ResultStore:
    """Records under one folder. Finished runs are never changed, only added."""

    def __init__(self, root: Path, index: bool = True) -> None:
        """Records under ``root``; without ``index`` each of them is read again, whatever the index holds."""
        self.root = Path(root)
        self._index = index
        self.untraced: list[str] = []
        """Folders whose record the last scan without an index found changed, though nothing of its file showed it."""

    # -- places

    def folder(self, run: RunSpec) -> Path:
        """Where the finished run lies, or will lie."""
        return self.root / run.task / run.algorithm / f"{run.seed}-{run.run_id}"

    def work(self, run: RunSpec) -> Path:
        """Private folder of a run under way."""
        return self.root / ".work" / run.run_id

    def snapshots(self, run: RunSpec) -> Path:
        """Where the run's snapshots lie."""
        return self.work(run) / "snapshots"

    def tracking(self, run: RunSpec) -> Path:
        """Where the run's trackers keep their files; it stays when the run is done."""
        return self.root / ".tracking" / self.folder(run).relative_to(self.root)

    def source(self, run: RunSpec) -> Path | None:
        """Folder of the completed run that ``run`` starts from; None where there is none yet."""
        return next((folder for folder in self._sources(run) if folder.name == f"{run.seed}-{run.source}"), None)

    def failed_sources(self, run: RunSpec) -> list[Path]:
        """Folders of failed attempts at the run that ``run`` starts from, oldest first."""
        return _by_attempt(self._sources(run))

    # -- reading

    def has(self, run: RunSpec) -> bool:
        """Whether the run has completed."""
        return os.path.isfile(self.folder(run) / RECORD)  # noqa: PTH113  a Path's raises where none may look

    def begun(self) -> set[str]:
        """Ids of the runs that have a private folder."""
        try:
            return set(os.listdir(self.root / ".work"))  # noqa: PTH208  no Path of each is wanted
        except OSError:
            return set()

    def resumable(self, run: RunSpec) -> bool:
        """Whether there is a snapshot to continue from, unchecked."""
        return any(self.snapshots(run).glob("*.json"))

    def failures(self, run: RunSpec) -> list[Path]:
        """Folders of the run's failed attempts, oldest first."""
        home = self.folder(run)
        try:
            names = os.listdir(home.parent)  # noqa: PTH208  a Path of each would take longer than the rest
        except OSError:
            return []
        found = (home.parent / name for name in names if name.startswith(f"{home.name}-failed-"))
        return _by_attempt(path for path in found if os.path.isfile(path / RECORD))  # noqa: PTH113

    def read(self, folder: Path) -> RunRecord:
        """The record of one run's folder.

        Raises:
            RecordError: damaged or from a newer mjbench; the message names the file.
        """
        return _read(str(folder))

    def scan(self, training: bool = True) -> tuple[list[Found], list[str]]:
        """Every record, in a stable order, and a line for each that cannot be read. Nothing is deleted.

        Args:
            training: keep the training episodes, most of a record's bytes, which no ranking looks at.
        """
        problems: list[str] = []
        with no_collection():
            if not training:
                return self._scan_lean(problems), problems
            found: list[Found] = []
            for folder in record_folders(str(self.root), problems):
                try:
                    found.append(Found(Path(folder), _read(folder)))
                except RecordError as error:
                    problems.append(str(error))
            return found, problems

    def _scan_lean(self, problems: list[str]) -> list[Found]:
        """Every record without its training episodes, from the index where that has it."""
        root, begun = str(self.root), time.monotonic_ns()
        old, fresh = index.load(self.root), Table()
        rows = {folder: row for row, folder in enumerate(old.folders)} if old else {}
        found: list[Found] = []
        used: list[tuple[Table, int]] = []
        self.untraced = []
        for folder in record_folders(root, problems):
            name, place = folder[len(root) + 1 :], None
            row = rows.get(name)
            if old and row is not None and old.identity(row) == _identity(folder):
                if self._index:
                    found.append(old.found(root, row))
                    used.append((old, row))
                    continue
                place = old.sha256(row)
            try:
                data, status = _bytes(folder)
                record, sha256 = _load(folder, data), hashlib.sha256(data).digest()
            except RecordError as error:
                problems.append(str(error))
                continue
            if place not in (None, sha256):
                self.untraced.append(folder)
            row = fresh.add(name, record, identity(status), sha256)
            if row is None:
                found.append(Found(Path(folder), replace(record, training=TrainingEpisodes())))
            else:
                found.append(fresh.found(root, row))
                used.append((fresh, row))
        index.update(self.root, old, fresh, used, begun)
        return found

    def current(self, training: bool = True) -> tuple[list[Found], list[str]]:
        """As ``scan``, one record a run: the completed one, else the latest failure."""
        found, problems = self.scan(training)
        best: dict[str, Found] = {}
        for item in found:
            before = best.get(item.record.run.run_id)
            if before is None or before.record.status != "completed":
                best[item.record.run.run_id] = item
        return list(best.values()), problems

    # -- writing

    def prepare(self, runs: Iterable[RunSpec] = ()) -> None:
        """Make the folder, and try to write into it and to where the records of ``runs`` will go.

        Raises:
            StoreError: it cannot be made or written.
        """
        folder = self.root
        try:
            self._make()
            homes = dict.fromkeys(_nearest(home) for home in dict.fromkeys(self.folder(run).parent for run in runs))
            for folder in (self.root / ".work", self.root / ".partial", *homes):
                with tempfile.TemporaryFile(dir=folder) as file:
                    file.write(bytes(PROBE_BYTES))
        except OSError as error:
            raise StoreError(
                f"cannot write results to {folder}: {error.strerror or error}; choose another folder with --results"
            ) from error

    def write(self, record: RunRecord, policy: Policy | None = None) -> Path:
        """Add a record, with the final policy of a completed run; both become visible at once.

        Raises:
            StoreError: the run has completed before, or the disk refuses.
        """
        home = self.folder(record.run)
        if record.status != "completed":
            before = (FAILED.fullmatch(path.name) for path in home.parent.glob(f"{glob.escape(home.name)}-failed-*"))
            home = home.with_name(
                f"{home.name}-failed-{1 + max((int(match[2]) for match in before if match), default=0)}"
            )
        if home.exists():
            raise StoreError(f"{home} exists; finished runs are never overwritten")
        partial = self.root / ".partial"
        try:
            self._make()
            partial = Path(tempfile.mkdtemp(prefix=f"{record.run.run_id}-", dir=partial))
            partial.chmod(0o755)
            if policy is not None:
                policy.save(partial)
                sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(partial.iterdir())}
                record = replace(record, policy_sha256=sums)
            (partial / RECORD).write_bytes(dump_record(record))
            sync_files(partial)
            home.parent.mkdir(parents=True, exist_ok=True)
            os.rename(partial, home)
            for folder in (home.parent, *home.parent.parents):
                sync_folder(folder)
                if folder == self.root:
                    break
        except OSError as error:
            raise StoreError(
                f"cannot write the record of {record.run.label} to {home}: {error.strerror or error}"
            ) from error
        finally:
            if partial.name != ".partial":
                shutil.rmtree(partial, ignore_errors=True)
        return home

    def clear_work(self, runs: Iterable[RunSpec]) -> None:
        """Remove the private folders of runs that are done."""
        for run in runs:
            for folder in (self.work(run), *(self.root / ".partial").glob(f"{run.run_id}-*")):
                shutil.rmtree(folder, ignore_errors=True)

    def _make(self) -> None:
        for name in (".work", ".partial"):
            (self.root / name).mkdir(parents=True, exist_ok=True)

    def _sources(self, run: RunSpec) -> list[Path]:
        pattern = f"*/*/{glob.escape(run.algorithm)}/{run.seed}-{run.source}*/{RECORD}"
        return [path.parent for path in self.root.glob(pattern)] if run.source else []


def _nearest(folder: Path) -> Path:
    """``folder``, or what there is of the folders around it."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _read(folder: str) -> RunRecord:
    return _load(folder, _bytes(folder)[0])


def _bytes(folder: str) -> tuple[bytes, os.stat_result]:
    path = f"{folder}/{RECORD}"  # a Path takes longer to make than the file to open
    try:
        return read_with_status(path, RECORD_LIMIT)
    except RecordError as error:
        raise RecordError(f"{printable(path)}: {error}") from error


def _load(folder: str, data: bytes) -> RunRecord:
    try:
        return load_record(data)
    except RecordError as error:
        raise RecordError(f"{printable(f'{folder}/{RECORD}')}: {error}") from error


def _identity(folder: str) -> Identity | None:
    try:
        return identity(os.stat(f"{folder}/{RECORD}", follow_symlinks=False))  # noqa: PTH116
    except OSError:
        return None


def _by_attempt(failures: Iterable[Path]) -> list[Path]:
    """In the order of their numbers; what has none is no failed attempt."""
    numbered = ((match, path) for path in failures if (match := FAILED.fullmatch(path.name)))
    return [path for _, path in sorted((int(match[2]), path) for match, path in numbered)]
