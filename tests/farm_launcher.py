"""A cluster of one machine: workers outlive mjbench, are started together, and can be found again."""

import json
import math
import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mjbench.api.launcher import Job, Room, State
from mjbench.errors import MjbenchError
from mjbench.runner.process import started


@dataclass(frozen=True)
class FarmWorker:
    pid: int

    def state(self) -> State:
        return "unknown" if started(self.pid) is None else "running"

    def stop(self, force: bool) -> None:
        os.kill(self.pid, signal.SIGKILL if force else signal.SIGTERM)


class FarmLauncher:
    detached = True

    def __init__(self, nice: int = 0) -> None:
        self._nice = nice
        self.batches: list[int] = []

    def with_options(self, path: Path) -> "FarmLauncher":
        return FarmLauncher(int(path.read_text()))

    def room(self, jobs: int) -> Room:
        return Room(workers=1, memory=math.inf, ahead=not jobs)

    def start(self, job: Job) -> FarmWorker:
        raise NotImplementedError("start_all is there")

    def start_all(self, jobs: Sequence[Job]) -> list[FarmWorker]:
        if self._nice < 0:
            raise MjbenchError("the farm is closed")
        self.batches.append(len(jobs))
        return [self.attach(job.folder) or self._new(job) for job in jobs]

    def attach(self, folder: Path) -> FarmWorker | None:
        try:
            worker = FarmWorker(json.loads((folder / "farm.job").read_text()))
        except OSError:
            return None
        return worker if worker.state() == "running" else None

    def _new(self, job: Job) -> FarmWorker:
        assert job.seconds is None or job.seconds > 0
        command = ["nice", "-n", str(self._nice), *job.command]
        environment = {**os.environ, **job.environment}
        alone = ["sh", "-c", '"$@" >> "$0" 2>&1 & echo $!', str(job.log), *command]
        said = subprocess.run(alone, cwd=job.folder, env=environment, stdout=subprocess.PIPE, check=True).stdout
        (job.folder / "farm.job").write_text(said.decode())
        return FarmWorker(int(said))


FARM = FarmLauncher()
