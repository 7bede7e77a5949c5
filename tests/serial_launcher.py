"""One worker after the other, each with the lowest priority that the machine gives."""

import os
import subprocess

from mjbench.api.launcher import Job, Room, State


class SerialLauncher:
    detached = False  # workers end when mjbench is gone

    def room(self, jobs: int) -> Room:
        return Room(workers=1)

    def start(self, job: Job) -> "SerialWorker":
        with open(job.log, "ab") as log:
            return SerialWorker(
                ["nice", "-n", "19", *job.command],
                cwd=job.folder,
                env={**os.environ, **job.environment},
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for mjbench, which then stops the worker
            )


class SerialWorker(subprocess.Popen[bytes]):
    def state(self) -> State:
        status = self.poll()
        return "running" if status is None else status

    def stop(self, force: bool) -> None:
        self.kill() if force else self.terminate()


SERIAL = SerialLauncher()
