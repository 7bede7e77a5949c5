"""Runs on this machine: one process a run, as many at once as there are cores."""

import os
import subprocess
import time
from collections.abc import Generator, Sequence
from pathlib import Path

from mjbench.files import write_atomic
from mjbench.run.worker import STOPPED, worker_command, worker_environment
from mjbench.spec.record import failure
from mjbench.spec.run import RunSpec
from mjbench.store.codec import dump_run
from mjbench.store.store import ResultStore

POLL_S = 0.2
TELL_S = 1.0
PATIENCE_S = 30.0
"""How long a worker that was asked to stop may take before it is killed."""


class LocalLauncher:
    """Processes on this machine."""

    def launch(self, runs: Sequence[RunSpec], results: Path, jobs: int = 0) -> Generator[None, None, None]:
        """See ``mjbench.algorithm.Launcher``; ``jobs`` 0 means one a core."""
        store = ResultStore(results)
        waiting = list(runs)[::-1]
        workers: dict[str, tuple[RunSpec, subprocess.Popen[bytes]]] = {}
        told = 0.0
        try:
            while waiting or workers:
                while waiting and len(workers) < (jobs or cores()):
                    run = waiting.pop()
                    workers[run.run_id] = run, _start(run, store)
                time.sleep(POLL_S)
                for run, process in list(workers.values()):
                    if process.poll() is not None:
                        del workers[run.run_id]
                        _account(run, process.returncode, store)
                if time.monotonic() - told >= TELL_S:
                    told = time.monotonic()
                    yield
            yield
        finally:
            _stop([process for _, process in workers.values()])


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start(run: RunSpec, store: ResultStore) -> subprocess.Popen[bytes]:
    work = store.work(run)
    work.mkdir(parents=True, exist_ok=True)
    (work / "progress.json").unlink(missing_ok=True)
    write_atomic(work / "run.json", dump_run(run))
    with open(work / "log.txt", "ab") as log:
        return subprocess.Popen(
            worker_command(run, store.root),
            cwd=work,  # MuJoCo writes its log where it runs
            env={**os.environ, **worker_environment(run)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the launcher alone, which then stops its workers
        )


def _account(run: RunSpec, status: int, store: ResultStore) -> None:
    """See to it that a worker that ended has left a record, and clean up behind it."""
    if status == STOPPED:
        return
    if store.has(run):
        store.clear_work([run])
    elif status not in (0, 1) or not store.failures(run):
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
