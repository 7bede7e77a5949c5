"""``python -m mjbench.run.worker RESULTS RUN_ID``: one process, one run. What every launcher starts."""

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mjbench.algorithm import Stopped
from mjbench.errors import MjbenchError
from mjbench.registry import Registry
from mjbench.spec.record import failure
from mjbench.spec.run import RunSpec
from mjbench.store.codec import load_run
from mjbench.store.store import ResultStore

if TYPE_CHECKING:
    from mjbench.run.session import RunSession

SNAPSHOT_EVERY = "MJBENCH_SNAPSHOT_EVERY"
"""Environment variable: seconds between snapshots. How often they are taken changes no result."""
LAUNCHER = "MJBENCH_LAUNCHER_PID"
"""Environment variable: the process whose child the worker is. Without it, one that died before is not missed."""
STOPPED = 75
"""Exit status of a worker that was asked to stop: neither success nor failure (EX_TEMPFAIL)."""


def worker_environment(run: RunSpec) -> dict[str, str]:
    """Environment variables that a worker must be started with: they are read when numpy and torch are imported."""
    threads = str(run.threads)
    names = (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
    )
    return {**dict.fromkeys(names, threads), "PYTHONUNBUFFERED": "1"}


def worker_command(run: RunSpec, results: Path) -> list[str]:
    """The command that executes ``run``, whose RunSpec lies in its work folder."""
    return [sys.executable, "-m", "mjbench.run.worker", str(results.resolve()), run.run_id]


def main(results: str, run_id: str) -> int:
    """Execute the run; the exit status says whether it completed, failed or was stopped."""
    # Launchers import this module, and need neither environments nor snapshots for it.
    from mjbench.run.claim import Claim
    from mjbench.run.execute import execute

    store = ResultStore(Path(results))
    run = load_run((store.root / ".work" / run_id / "run.json").read_bytes())
    sessions: list[RunSession] = []
    stop_requested = False

    def stop(*_: object) -> None:
        nonlocal stop_requested
        stop_requested = True
        if not sessions:  # still importing: nothing to lose
            raise KeyboardInterrupt  # the one exception that the registry's guard lets through
        sessions[-1].stop_requested = True

    def started(session: "RunSession") -> None:
        sessions.append(session)
        session.stop_requested = stop_requested

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    claim = Claim(store.work(run))
    if not claim.take():
        print(f"another worker is at {run.label}", file=sys.stderr)
        return STOPPED
    try:
        if store.has(run):
            return 0
        (store.work(run) / "progress.json").unlink(missing_ok=True)
        record = execute(run, store, Registry(), started, claim)
    except (Stopped, KeyboardInterrupt):
        return STOPPED
    except MjbenchError as error:
        print(f"mjbench: {error}", file=sys.stderr)
        store.write(failure(run, str(error)))
        return 1
    finally:
        claim.release()
    return 0 if record.status == "completed" else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
