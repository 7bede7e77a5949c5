"""How a worker is started: its command, its environment variables, its exit status."""

import sys
from pathlib import Path

from mjbench.spec.run import RunSpec

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
