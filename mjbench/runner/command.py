"""How a worker is started: its command, its environment variables, its exit status."""

import os
import sys
from pathlib import Path

from mjbench.envs.gymnasium_ids import FOLDER
from mjbench.runner.process import Process
from mjbench.spec.run import RunSpec

STOPPED = 75
"""Exit status of a worker that had to stop, or found another one at its run: neither success nor failure
(EX_TEMPFAIL)."""
SNAPSHOT_EVERY_S = 300.0
"""Seconds between snapshots. How often they are taken changes no result."""

DROPPED = "snapshot not used: "
"""How a line of a worker's log begins that the user must see, for each run."""
REFUSED = "no snapshots: "
"""How one begins that the user must see once for each task."""
REMOTE = "remote not used: "
"""How one begins that says why a record or a snapshot is not on the remote, or did not come from it."""


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
    return {**dict.fromkeys(names, threads), "PYTHONUNBUFFERED": "1", **_surroundings()}


def _surroundings() -> dict[str, str]:
    """What a worker in another folder needs to find what the user's shell finds."""
    folder = os.environ.get(FOLDER) or str(Path.cwd())
    path = os.environ.get("PYTHONPATH")
    if not path:
        return {FOLDER: folder}
    absolute = [str(Path(part).absolute()) for part in path.split(os.pathsep)]
    return {FOLDER: folder, "PYTHONPATH": os.pathsep.join(absolute)}


def worker_command(
    run: RunSpec,
    results: Path,
    snapshot_every_s: float | None = None,
    launcher: Process | None = None,
    remote: str | None = None,
) -> list[str]:
    """The command that executes ``run``, whose RunSpec lies in its work folder.

    Args:
        run: to execute.
        results: where its record goes.
        snapshot_every_s: seconds between snapshots; None for ``SNAPSHOT_EVERY_S``.
        launcher: the process with which the worker ends, on the same machine; None where it may outlive all others.
        remote: URL of the place that all machines share; None for none.
    """
    command = [sys.executable, "-m", "mjbench.runner.worker", str(results.resolve()), run.run_id]
    if snapshot_every_s is not None:
        command += ["--snapshot-every", str(snapshot_every_s)]
    if launcher is not None:
        command += ["--launcher", str(launcher)]
    if remote is not None:
        command += ["--remote", remote]
    return command
