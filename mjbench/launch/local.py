"""Runs on this machine: one process a run, as many at once as cores and memory allow, the longest first."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mjbench.errors import MjbenchError
from mjbench.io.files import write_atomic
from mjbench.launch.estimate import WORKER_BYTES, Estimator
from mjbench.launch.memory import available, needs
from mjbench.launch.order import longest_first
from mjbench.registry.lookup import Registry
from mjbench.run.command import LAUNCHER, STOPPED, worker_command, worker_environment
from mjbench.spec.record import failure
from mjbench.spec.run import RunSpec
from mjbench.store.codec import dump_run
from mjbench.store.store import ResultStore

POLL_S = 0.2
TELL_S = 1.0
PATIENCE_S = 30.0
"""How long a worker that was asked to stop may take before it is killed."""
UNKNOWN_STEPS_PER_S = 100.0
"""Of an algorithm that tells none and has left no record; only the order of the runs rests on it."""


@dataclass(frozen=True)
class LocalLauncher:
    """Processes on this machine.

    Args:
        memory: gives the bytes that all workers together may take.
    """

    memory: Callable[[], float] = available

    def launch(self, runs: Sequence[RunSpec], results: Path, jobs: int = 0) -> Generator[None, None, None]:
        """See ``mjbench.api.launcher.Launcher``; ``jobs`` 0 means one a core."""
        store = ResultStore(results)
        jobs = jobs or cores()
        waiting, room = self._planned(runs, jobs, store)
        workers: list[_Worker] = []
        told = 0.0
        try:
            while waiting or workers:
                while len(workers) < jobs:
                    run = _next(waiting, [worker.run for worker in workers], store, room)
                    if run is None:
                        break
                    with _telling(run):
                        if run.source and store.source(run) is None:
                            _give_up(run, store)
                        else:
                            workers.append(_start(run, store))
                time.sleep(POLL_S)
                for worker in [worker for worker in workers if worker.process.poll() is not None]:
                    workers.remove(worker)
                    with _telling(worker.run):
                        _account(worker, store)
                if time.monotonic() - told >= TELL_S:
                    told = time.monotonic()
                    yield
            yield
        finally:
            _stop([worker.process for worker in workers])

    def _planned(self, runs: Sequence[RunSpec], jobs: int, store: ResultStore) -> tuple[list[RunSpec], "_Room"]:
        """The runs in the order in which to do them, and what is known of their memory."""
        estimator = Estimator(Registry())
        estimator.learn(store.current(training=False)[0])
        free = self.memory()
        try:
            ordered = longest_first(runs, lambda run: estimator.seconds(run) or run.steps / UNKNOWN_STEPS_PER_S)
            return ordered, _Room(free, needs(runs, min(jobs, len(runs)), free, estimator))
        except MjbenchError:  # something that is not installed: its workers will say so
            return list(runs), _Room(free, {})


@dataclass
class _Room:
    """Memory for the workers."""

    free: float
    """Bytes for all of them together."""
    needs: dict[str, float]
    """Bytes by run id."""
    told: set[str] = field(default_factory=set)

    def fits(self, run: RunSpec, at_work: Sequence[RunSpec]) -> bool:
        """Whether ``run`` can be started beside those at work; says so where it cannot, once."""
        need = sum(self.needs.get(other.run_id, WORKER_BYTES) for other in (*at_work, run))
        if need <= self.free:
            return True
        if not at_work:  # one alone is always tried
            self._tell(run.entry + run.task, f"{run.label} may need {_gb(need)} of memory, {_gb(self.free)} are free")
            return True
        count = len(at_work)
        now = "one" if count == 1 else count
        self._tell(
            "", f"{count + 1} at once would need {_gb(need)} of memory, {_gb(self.free)} are free: {now} at a time"
        )
        return False

    def _tell(self, what: str, line: str) -> None:
        if what not in self.told:
            self.told.add(what)
            print(f"mjbench: {line}", file=sys.stderr, flush=True)


def _gb(size: float) -> str:
    return f"{size / 1e9:.{0 if size >= 1e10 else 1}f} GB"


@dataclass(frozen=True)
class _Worker:
    run: RunSpec
    process: subprocess.Popen[bytes]
    failures: int
    """Failed attempts on record when it started."""


@contextlib.contextmanager
def _telling(run: RunSpec) -> Iterator[None]:
    """A disk that refuses is told on one line, and the other runs go on."""
    try:
        yield
    except (OSError, MjbenchError) as error:
        print(f"mjbench: {run.label}: {error}", file=sys.stderr, flush=True)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _next(waiting: list[RunSpec], at_work: Sequence[RunSpec], store: ResultStore, room: _Room) -> RunSpec | None:
    """Take the first run that need not wait for the one it starts from, nor for memory; None where all must."""
    ahead = {run.run_id for run in (*at_work, *waiting)}
    for place, run in enumerate(waiting):
        if (run.source not in ahead or store.source(run) is not None) and room.fits(run, at_work):
            return waiting.pop(place)
    return None


def _give_up(run: RunSpec, store: ResultStore) -> None:
    """A run whose source has failed fails with it; one whose source is stopped or elsewhere waits for another time."""
    failed = store.failed_sources(run)
    if not failed:
        raise MjbenchError(f"not begun: the run {run.source}, which it starts from, is not done")
    why = f"the run that it starts from has failed ({failed[-1].name}): {store.read(failed[-1]).error}"
    store.write(failure(run, why))


def _start(run: RunSpec, store: ResultStore) -> _Worker:
    work = store.work(run)
    work.mkdir(parents=True, exist_ok=True)
    write_atomic(work / "run.json", dump_run(run))
    with open(work / "log.txt", "ab") as log:
        process = subprocess.Popen(
            worker_command(run, store.root),
            cwd=work,  # MuJoCo writes its log where it runs
            env={**os.environ, **worker_environment(run), LAUNCHER: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the launcher alone, which then stops its workers
        )
    return _Worker(run, process, len(store.failures(run)))


def _account(worker: _Worker, store: ResultStore) -> None:
    """See to it that a worker that ended has left a record, and clean up behind it.

    Snapshots of a run whose worker was killed stay: done again, it goes on from there.
    """
    run, status = worker.run, worker.process.returncode
    if status == STOPPED:
        return
    if store.has(run):
        store.clear_work([run])
    elif len(store.failures(run)) == worker.failures:
        how = f"killed by signal {-status}" if status < 0 else f"exit status {status}"
        store.write(
            failure(run, f"the worker ended without a record ({how}); last words: {last_words(store.work(run))}")
        )


def last_words(work: Path, lines: int = 3) -> str:
    """The end of a worker's log, on one line."""
    try:
        tail = (work / "log.txt").read_text(errors="replace").strip().splitlines()[-lines:]
    except OSError:
        tail = []
    return " / ".join(line.strip() for line in tail) or "none"


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + PATIENCE_S
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


LOCAL = LocalLauncher()
