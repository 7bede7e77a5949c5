"""What a node executes for a run: the worker's process. It is sent by value, so that nodes need no mjbench-ray."""

import importlib.metadata
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

STOPPED = 75
"""As ``mjbench.runner.command.STOPPED``: the node may have no mjbench to import it from."""
POLL_S = 0.02
PATIENCE_S = 30.0
"""How long a worker that must stop may take before it is killed."""
PAUSES_S = (1, 2, 4, 8, 15, *[30] * 8)
"""Between tries: the claim of a worker on a node that was lost holds for three minutes."""
TAIL_BYTES = 4000


@dataclass(frozen=True)
class Order:
    """One run, for whichever node gets it."""

    results: str
    """The results folder there."""
    run_id: str
    words: Sequence[str]
    """Further arguments of the worker."""
    files: Mapping[str, bytes]
    """Of the run's private folder, by name."""
    environment: Mapping[str, str]
    needs: Mapping[str, str]
    """Versions of the packages that the run needs."""
    shared: bool
    """Whether the nodes see the results folder of the launcher."""


@dataclass(frozen=True)
class Outcome:
    """How it went."""

    status: int
    log: bytes = b""
    """The end of the log, where the launcher does not see it."""
    problem: str = ""
    """Why this node cannot do the run."""


def work(order: Order) -> Outcome:
    """Execute the run; started again on another node where this one is lost."""
    lacking = _lacking(order)
    if lacking:
        return Outcome(STOPPED, problem=lacking)
    folder = Path(order.results, ".work", order.run_id)
    seen = _sees(folder, order)
    if order.shared and not seen:
        hint = "choose a folder that all nodes share, or use --remote"
        return Outcome(STOPPED, problem=f"does not see {order.results}; {hint}")
    if not seen:
        folder.mkdir(parents=True, exist_ok=True)
        for name, body in order.files.items():
            (folder / name).write_bytes(body)
    log = folder / "log.txt"
    begun = log.stat().st_size if log.exists() else 0
    status = STOPPED
    for pause in (*PAUSES_S, 0):
        status, signalled = _attempt(order, folder, log)
        if signalled or status != STOPPED:
            break
        time.sleep(pause)
    tail = b"" if order.shared else log.read_bytes()[begun:][-TAIL_BYTES:]
    return Outcome(status, tail)


def _sees(folder: Path, order: Order) -> bool:
    """Whether the run's private folder is there, with what the launcher has put into it."""
    try:
        return all((folder / name).read_bytes() == body for name, body in order.files.items())
    except OSError:
        return False


def _attempt(order: Order, folder: Path, log: Path) -> tuple[int, bool]:
    """The status of one worker, and whether it was stopped from outside."""
    from mjbench.runner.process import Process

    # It ends in good order when the process of Ray that waits for it is gone.
    command = [sys.executable, "-m", "mjbench.runner.worker", order.results, order.run_id, *order.words]
    command += ["--launcher", str(Process.this())]
    with open(log, "ab") as file:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **order.environment},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    try:
        while (status := process.poll()) is None:
            time.sleep(POLL_S)
        return status, False
    except KeyboardInterrupt:  # ray.cancel
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(PATIENCE_S), True
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait(), True


def _lacking(order: Order) -> str:
    """What this node does not have of what the run needs; empty where it has everything."""
    path = [*order.environment.get("PYTHONPATH", "").split(os.pathsep), *sys.path]
    for name, version in order.needs.items():
        found = next(iter(importlib.metadata.distributions(name=name, path=path)), None)
        if found is None:
            return f"has no {name}; install {name} {version} on all nodes"
        if found.version != version:
            return f"has {name} {found.version} where {version} is needed; install the same version on all nodes"
    return ""
