"""A worker at its run, and what came of it: read from the files that it left."""

import contextlib
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from mjbench.api.launcher import State, Worker
from mjbench.runner.command import DROPPED, REFUSED, REMOTE
from mjbench.spec.record import TrainingEpisodes, failure
from mjbench.spec.run import RunSpec
from mjbench.store.store import Found, ResultStore


@dataclass(frozen=True)
class Ended:
    """A run that is over, for now."""

    run: RunSpec
    found: Found | None = None
    """Its record, without training episodes; None where it left none: it was stopped, is at work elsewhere, or could
    not be written."""


@dataclass
class Attempt:
    """A worker at work on a run."""

    run: RunSpec
    worker: Worker
    failures: int
    """Failed attempts on record when it started."""
    log_from: int
    """Bytes that earlier attempts have left in the log."""
    missed_since: float | None = None
    """Clock when neither the launcher nor the files showed it any more."""
    named: bool = False
    """Whether a state of the wrong kind was named."""
    heard: int | None = None
    """Bytes of the log that have been searched for lines on snapshots."""
    vanished: bool = False
    """Whether its private folder is gone, so that it can leave no record."""

    def state(self) -> State:
        """How the worker is."""
        try:
            found = self.worker.state()
        except Exception:  # an accident of the launcher's; it may know more later
            return "unknown"
        if found in ("running", "unknown") or isinstance(found, int):
            return found
        if not self.named:
            self.named = True
            line = f"the launcher does not say how its worker is: state() gave {found!r}"
            print(f"mjbench: {self.run.label}: {line}", file=sys.stderr, flush=True)
        return "unknown"

    def stop(self, force: bool) -> None:
        """Make the worker end, in good order or at once."""
        with contextlib.suppress(Exception):  # an accident of the launcher's, or it has ended
            self.worker.stop(force)

    def record(self, store: ResultStore) -> Path | None:
        """Folder of the record that there is since it started; None without."""
        if store.has(self.run):
            return store.folder(self.run)
        failures = store.failures(self.run)
        return failures[-1] if len(failures) > self.failures else None

    def say_snapshots(self, store: ResultStore, shown: set[tuple[str, str]]) -> None:
        """Show the user the new lines of the log on snapshots that cannot be used or taken.

        Args:
            store: has the log.
            shown: (task, line) of those that are shown once for all runs of a task; new ones are added.
        """
        start = self.log_from if self.heard is None else self.heard
        try:
            with open(log_of(store.work(self.run)), "rb") as file:
                file.seek(start)
                whole = file.read().rpartition(b"\n")[0]
        except OSError:
            return
        self.heard = start + len(whole)
        for line in whole.decode(errors="replace").splitlines():
            once = (self.run.task, line)
            if line.startswith((DROPPED, REMOTE)) or (line.startswith(REFUSED) and once not in shown):
                shown.add(once)
                print(f"mjbench: {self.run.label}: {line}", file=sys.stderr, flush=True)

    def fail(self, how: str, store: ResultStore) -> Path:
        """Write the record that the worker did not write; its folder.

        Raises:
            StoreError: the disk refuses.
        """
        said = last_words(store.work(self.run), self.log_from)
        return store.write(
            failure(self.run, f"the worker ended without a record ({how}); last lines of its log: {said}")
        )


def found_at(folder: Path, store: ResultStore) -> Found:
    """The record there, without the training episodes, which nobody shows.

    Raises:
        RecordError: it is damaged.
    """
    return Found(folder, replace(store.read(folder), training=TrainingEpisodes()))


def how_it_ended(status: int) -> str:
    """For people: ``killed by signal 9``."""
    return f"killed by signal {-status}" if status < 0 else f"exit status {status}"


def log_of(work: Path) -> Path:
    """The log of a worker."""
    return work / "log.txt"


def log_size(work: Path) -> int:
    """Bytes in the log so far."""
    try:
        return log_of(work).stat().st_size
    except OSError:
        return 0


def last_words(work: Path, log_from: int = 0, lines: int = 3) -> str:
    """The end of a worker's log, on one line.

    Args:
        work: its private folder.
        log_from: bytes of earlier workers; a log that is shorter was begun anew.
        lines: how many at most.
    """
    try:
        body = log_of(work).read_bytes()
    except OSError:
        return "none"
    own = body[log_from if log_from <= len(body) else 0 :]
    tail = own.decode(errors="replace").strip().splitlines()[-lines:]
    return " / ".join(line.strip() for line in tail) or "none"
