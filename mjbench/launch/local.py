"""Workers on this machine: a process each."""

import os
import signal
import subprocess
from dataclasses import dataclass, field

from mjbench.api.launcher import Job, Room, State, Worker
from mjbench.launch.forked import ForkServer, is_short


@dataclass(frozen=True)
class LocalLauncher:
    """Processes on this machine, by default one a core.

    Args:
        memory: bytes that all workers together may take; None for what is free.
    """

    memory: float | None = None
    detached = False
    servers: dict[tuple[object, ...], ForkServer | None] = field(default_factory=dict, repr=False, compare=False)
    """By what their workers share; None for what cannot be forked."""

    def room(self, jobs: int) -> Room:
        """See ``mjbench.api.launcher.Launcher``."""
        return Room(jobs or cores(), self.memory)

    def start(self, job: Job) -> Worker:
        """See ``mjbench.api.launcher.Launcher``; short runs are forked from one that has imported their packages."""
        return self._forked(job) if is_short(job) else self._process(job)

    def _forked(self, job: Job) -> Worker:
        environment = {**os.environ, **job.environment}
        kind = job.run.algorithm, job.run.task.partition("/")[0], *sorted(environment.items())
        for _ in range(2):  # an idle server ends; the second is a fresh one
            if kind not in self.servers:
                self.servers[kind] = ForkServer(environment, job.folder)
            server = self.servers[kind]
            if server is None:
                return self._process(job)
            if worker := server.start(job):
                return worker
            server.close()
            del self.servers[kind]
        self.servers[kind] = None  # of these packages one does not allow to fork
        return self._process(job)

    def _process(self, job: Job) -> Worker:
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
