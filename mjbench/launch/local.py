"""Workers on this machine: a process each."""

import os
import signal
import subprocess
from dataclasses import dataclass

from mjbench.api.launcher import Job, Room, State


@dataclass(frozen=True)
class LocalLauncher:
    """Processes on this machine, by default one a core.

    Args:
        memory: bytes that all workers together may take; None for what is free.
    """

    memory: float | None = None
    detached = False

    def room(self, jobs: int) -> Room:
        """See ``mjbench.api.launcher.Launcher``."""
        return Room(jobs or cores(), self.memory)

    def start(self, job: Job) -> "LocalWorker":
        """See ``mjbench.api.launcher.Launcher``."""
        with open(job.log, "ab") as log:
            process = subprocess.Popen(
                job.command,
                cwd=job.folder,
                env={**os.environ, **job.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches mjbench alone, which then stops the workers
            )
        return LocalWorker(process)


@dataclass(frozen=True)
class LocalWorker:
    """A process."""

    process: subprocess.Popen[bytes]

    def state(self) -> State:
        """See ``mjbench.api.launcher.Worker``."""
        status = self.process.poll()
        return "running" if status is None else status

    def stop(self, force: bool) -> None:
        """See ``mjbench.api.launcher.Worker``."""
        self.process.send_signal(signal.SIGKILL if force else signal.SIGTERM)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


LOCAL = LocalLauncher()
