"""Runs as tasks of job arrays. What Slurm says is only used to wait: the results are the files of the workers."""

import fcntl
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mjbench.api.launcher import Job, Room, State
from mjbench.errors import MjbenchError
from mjbench.io.files import write_atomic
from mjbench.runner.command import STOPPED
from mjbench_slurm import commands
from mjbench_slurm.options import OptionsFile, read_options, request
from mjbench_slurm.script import UNSEEN, script
from mjbench_slurm.shared import check_shared
from mjbench_slurm.times import in_words, minutes

FILE = "slurm.job"
LOCK = "slurm.lock"
LARGEST = 500
"""Tasks of an array; Slurm allows 1,000 where nobody has changed that."""
FRESH_S = 5.0
"""How long an answer of Slurm's is used."""

SETTLE_S = 60.0
"""How long jobs that are ending are waited for; Slurm kills them after ``KillWait``, mostly 30 s."""


@dataclass
class Jobs:
    """The jobs of one results folder, as Slurm has them; asked for at most every ``FRESH_S`` seconds."""

    name: str
    _states: dict[str, tuple[str, int]] = field(default_factory=dict)
    _asked: float | None = None

    def state(self, job: str) -> tuple[str, int]:
        """How a job is, for ``commands.state_of``; an empty word where Slurm does not know it any more.

        Raises:
            SlurmError: Slurm does not answer.
        """
        if self._asked is None or time.monotonic() - self._asked > FRESH_S:
            self._states = commands.states(self.name)
            self._asked = time.monotonic()
        return self._states.get(job, ("", 0))

    def forget(self) -> None:
        """Ask again at the next call."""
        self._asked = None


@dataclass(frozen=True)
class SlurmWorker:
    """A task of an array."""

    id: str
    jobs: Jobs
    folder: Path

    def state(self) -> State:
        """See ``mjbench.api.launcher.Worker``."""
        word, status = self.jobs.state(self.id)
        state = commands.state_of(word, status) if word else "unknown"
        if state == UNSEEN:
            line = f"a node does not see {self.folder}; choose a folder that all nodes share with --results"
            print(f"mjbench: {line}", file=sys.stderr, flush=True)
            return STOPPED
        return state

    @property
    def ending(self) -> bool:
        """Whether it has ended, or is stopped, and Slurm does not say yet what comes of it."""
        return self.jobs.state(self.id)[0] == "COMPLETING"

    def stop(self, force: bool) -> None:
        """See ``mjbench.api.launcher.Worker``."""
        commands.cancel([self.id], force)
        self.jobs.forget()


class SlurmLauncher:
    """Job arrays of Slurm.

    Args:
        options: what to request.
    """

    detached = True

    def __init__(self, options: OptionsFile | None = None) -> None:
        self._options = options or OptionsFile()
        self._jobs: dict[str, Jobs] = {}

    def with_options(self, path: Path) -> "SlurmLauncher":
        """One that requests what the file says."""
        return SlurmLauncher(read_options(path))

    def room(self, jobs: int) -> Room:
        """See ``mjbench.api.launcher.Launcher``; looks at the options before anything is queued."""
        if not commands.installed():
            raise MjbenchError("no Slurm here: sbatch is not on PATH; --launcher local trains on this machine")
        try:
            there, processors = commands.partitions(), 0
        except commands.SlurmError as error:
            raise MjbenchError(f"Slurm does not answer: {error}; --launcher local trains on this machine") from None
        for options in self._options.all:
            partition = commands.choose(there, options.partition)
            if partition is None:
                continue
            if options.time and minutes(options.time) > partition.minutes:
                most = in_words(partition.minutes)
                raise MjbenchError(f"partition {partition.name} allows {most} at most, not time = {options.time!r}")
            processors = max(processors, partition.processors // (options.cores or 1))
        return Room(jobs or max(1, processors), float("inf"), ahead=not jobs)

    def start(self, job: Job) -> SlurmWorker:
        """See ``mjbench.api.launcher.Launcher``."""
        return self.start_all([job])[0]

    def start_all(self, jobs: Sequence[Job]) -> list[SlurmWorker]:
        """See ``mjbench.api.launcher.Launcher``; runs that are in the queue already are not submitted again."""
        there = commands.partitions()
        with _lock(jobs[0].folder.parent / LOCK):
            self._settle([job.folder for job in jobs])
            found = {job.run.run_id: worker for job in jobs if (worker := self.attach(job.folder))}
            arrays: dict[tuple[str, ...], list[Job]] = {}
            for job in jobs:
                if job.run.run_id not in found:
                    options = self._options.of(job.run.algorithm)
                    partition = commands.choose(there, options.partition)
                    if partition is not None:
                        check_shared(job.folder, partition)
                    asked = request(options, job, partition.minutes if partition else float("inf"))
                    limit = [f"%{options.at_once}"] if options.at_once else [""]
                    arrays.setdefault((*limit, *asked), []).append(job)
            parts = [(key, own[at : at + LARGEST]) for key, own in arrays.items() for at in range(0, len(own), LARGEST)]
            for key, own in parts:
                commands.try_out(script(own), self._sbatch(key, own))
            for key, own in parts:
                array = commands.submit(script(own), self._sbatch(key, own))
                for number, job in enumerate(own):
                    found[job.run.run_id] = self._leave(job, f"{array}_{number}")
        return [found[job.run.run_id] for job in jobs]

    def attach(self, folder: Path) -> SlurmWorker | None:
        """See ``mjbench.api.launcher.Launcher``."""
        worker = self._left(folder)
        return worker if worker and worker.state() == "running" and not worker.ending else None

    def _settle(self, folders: Sequence[Path]) -> None:
        """Wait for jobs that are ending: they go back into the queue, or have to be submitted again."""
        workers = [worker for folder in folders if (worker := self._left(folder))]
        deadline = time.monotonic() + SETTLE_S
        while any(worker.ending for worker in workers) and time.monotonic() < deadline:
            time.sleep(1)
            self._of(folders[0]).forget()

    def _left(self, folder: Path) -> SlurmWorker | None:
        """The worker that was last started for the run, whatever became of it."""
        try:
            job = json.loads((folder / FILE).read_bytes())["job"]
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return SlurmWorker(str(job), self._of(folder), folder)

    def _leave(self, job: Job, number: str) -> SlurmWorker:
        write_atomic(job.folder / FILE, (json.dumps({"job": number}) + "\n").encode())
        jobs = self._of(job.folder)
        jobs.forget()
        return SlurmWorker(number, jobs, job.folder)

    def _of(self, folder: Path) -> Jobs:
        name = job_name(folder.parent)
        return self._jobs.setdefault(name, Jobs(name))

    def _sbatch(self, key: tuple[str, ...], jobs: Sequence[Job]) -> list[str]:
        array = f"--array=0-{len(jobs) - 1}{key[0]}"
        name = f"--job-name={job_name(jobs[0].folder.parent)}"
        return [array, name, "--requeue", "--chdir=/", "--output=/dev/null", *key[1:]]


def job_name(work: Path) -> str:
    """Name of all jobs of one results folder, whose private folders lie in ``work``."""
    return f"mjbench-{hashlib.sha256(os.fsencode(work.resolve())).hexdigest()[:10]}"


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Alone among the commands of all machines that submit for one results folder."""
    with open(path, "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


SLURM = SlurmLauncher()
