"""Starting workers: what a launcher needs for each of them, and what keeps one from starting."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mjbench.api.launcher import Job, Launcher, Worker
from mjbench.errors import MjbenchError
from mjbench.io.files import write_atomic
from mjbench.launch.attempt import Attempt, Ended, found_at, log_of, log_size
from mjbench.launch.one_line import of_the_launcher, one_line
from mjbench.runner.command import worker_command, worker_environment
from mjbench.runner.process import Process
from mjbench.spec.record import failure
from mjbench.spec.run import RunSpec
from mjbench.store.codec import dump_run
from mjbench.store.store import ResultStore


@dataclass(frozen=True)
class Need:
    """What a run is expected to take."""

    memory: float
    """Bytes."""
    seconds: float | None
    """Wall time; None where it is unknown."""


@dataclass
class Started:
    """What came of starting some runs: each is in one of the two."""

    attempts: list[Attempt] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)


@dataclass(frozen=True)
class Starter:
    """Starts workers through a launcher, together where it can."""

    launcher: Launcher
    store: ResultStore
    snapshot_every_s: float | None
    remote: str | None = None
    """URL of the place that all machines share."""

    def start(self, runs: Sequence[tuple[RunSpec, Need]]) -> Started:
        """Start a worker for each run; one that cannot be started is named on one line.

        Raises:
            MjbenchError: a launcher that starts all of them together cannot.
        """
        result, ready = Started(), []
        for run, need in runs:
            with one_line(run):
                if run.source and self.store.source(run) is None:
                    result.ended.append(self._give_up(run))
                else:
                    ready.append((self._job(run, need), len(self.store.failures(run)), log_size(self.store.work(run))))
                continue
            result.ended.append(Ended(run))
        start_all = getattr(self.launcher, "start_all", None)
        if start_all is not None and ready:
            with of_the_launcher("cannot start the workers"):
                workers = [_checked(worker) for worker in start_all([job for job, _, _ in ready])]
                result.attempts += [
                    Attempt(job.run, worker, failures, size)
                    for (job, failures, size), worker in zip(ready, workers, strict=True)
                ]
            return result
        for job, failures, size in ready:
            with one_line(job.run):
                with of_the_launcher("cannot start a worker"):
                    worker = _checked(self.launcher.start(job))
                result.attempts.append(Attempt(job.run, worker, failures, size))
                continue
            result.ended.append(Ended(job.run))
        return result

    def _job(self, run: RunSpec, need: Need) -> Job:
        work = self.store.work(run)
        work.mkdir(parents=True, exist_ok=True)
        write_atomic(work / "run.json", dump_run(run))
        launcher = None if self.launcher.detached else Process.this()
        command = worker_command(run, self.store.root, self.snapshot_every_s, launcher, self.remote)
        # MuJoCo writes its log where it runs: into the private folder.
        work = work.resolve()
        return Job(run, command, work, worker_environment(run), log_of(work), need.memory, need.seconds)

    def _give_up(self, run: RunSpec) -> Ended:
        """A run whose source has failed fails with it; one whose source is stopped or elsewhere is left out."""
        failed = self.store.failed_sources(run)
        if not failed:
            raise MjbenchError(f"not started: its warm start, run {run.source}, is not finished")
        why = f"the run for its warm start failed ({failed[-1].name}): {self.store.read(failed[-1]).error}"
        return Ended(run, found_at(self.store.write(failure(run, why)), self.store))


def _checked(worker: Worker) -> Worker:
    if not callable(getattr(worker, "state", None)) or not callable(getattr(worker, "stop", None)):
        raise TypeError(f"start() gave {worker!r}, which has no state() and stop()")
    return worker
