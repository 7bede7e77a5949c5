"""Short runs on this machine: workers forked from a process that has imported what they need."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mjbench.api.launcher import Job, State
from mjbench.runner.process import Process, started

SHORT_S = 10.0
"""Runs that take no longer are forked: start-up takes one to five seconds."""
PATIENCE_S = 60.0
"""For an answer; the server may be importing."""


def is_short(job: Job) -> bool:
    """Whether the worker's start would be a large part of the run; fork servers need Linux."""
    return job.seconds is not None and job.seconds <= SHORT_S and Path("/proc/self/task").is_dir()


class ForkServer:
    """One ``mjbench.runner.forkserver``; for runs of one kind alone, as what they import ends up in their records."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mjbench.runner.forkserver"],
            cwd=folder,
            env={**environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # workers write to their logs
            start_new_session=True,
        )
        self._end = weakref.finalize(self, _end, self._process)
        self._rest = b""
        self._statuses: dict[int, int] = {}

    def start(self, job: Job) -> "ForkedWorker | None":
        """A worker; None where the server has ended."""
        line = {"arguments": list(job.command[3:]), "folder": str(job.folder), "log": str(job.log)}
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(line).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            return None
        while (answers := self._answers(PATIENCE_S)) is not None:
            for pid in answers:
                return ForkedWorker(self, Process(pid, started(pid) or ""))
        self.close()
        return None

    def status(self, pid: int) -> int | None:
        """The exit status of a worker that has ended; None before."""
        self._answers(0.0)
        return self._statuses.get(pid)

    def close(self) -> None:
        """End the server, not its workers. This also happens when nothing holds it any more."""
        self._end()

    def _answers(self, patience_s: float) -> list[int] | None:
        """Processes that were started since the last call; None where the server is gone or silent for too long."""
        assert self._process.stdout is not None
        if self._process.stdout.closed:
            return None
        descriptor, fresh = self._process.stdout.fileno(), []
        while not fresh and select.select([descriptor], [], [], patience_s)[0]:
            data = os.read(descriptor, 2**16)
            if not data:
                return None
            *lines, self._rest = (self._rest + data).split(b"\n")
            for line in lines:
                answer: dict[str, Any] = json.loads(line)
                if "status" in answer:
                    self._statuses[answer["pid"]] = answer["status"]
                else:
                    self._statuses.pop(answer["pid"], None)
                    fresh.append(answer["pid"])
        return fresh if fresh or not patience_s else None


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):  # what was not sent cannot be any more
            assert pipe is not None
            pipe.close()
    process.wait()


class ForkedWorker:
    """A process that the server has forked."""

    def __init__(self, server: ForkServer, process: Process) -> None:
        self._server, self._process = server, process
        self._status: int | None = None

    def state(self) -> State:
        """See ``mjbench.api.launcher.Worker``."""
        if self._status is None:
            self._status = self._server.status(self._process.pid)
            if self._status is None and not self._process.alive():  # its server may be gone, and the status with it
                self._status = self._server.status(self._process.pid) if self._answering() else 1
        return "running" if self._status is None else self._status

    def stop(self, force: bool) -> None:
        """See ``mjbench.api.launcher.Worker``."""
        if self._process.alive():
            os.kill(self._process.pid, signal.SIGKILL if force else signal.SIGTERM)

    def _answering(self) -> bool:
        return self._server._process.poll() is None
