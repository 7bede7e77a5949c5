"""Runs as tasks of Ray. What Ray says is only used to wait: the results are the files of the workers."""

import math
import os
import sys
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mjbench.api.launcher import Job, Room, State
from mjbench.errors import MjbenchError
from mjbench.registry.lookup import Registry
from mjbench.runner.command import STOPPED
from mjbench_ray import task
from mjbench_ray.cluster import connect
from mjbench_ray.options import Options, OptionsFile, read_options

FRESH_S = 0.1
"""How long an answer of Ray's is used, at least."""
LOOK_S = 0.001
"""As much longer for each task that waits, so that looking takes a small share of the time."""
FILES = ("run.json", "trackers.json")
"""Of a run's private folder, that its worker reads."""
FIRST = 3
"""Words of a worker's command before the results folder."""
FAILED = 1


@dataclass
class Tasks:
    """The tasks that have not ended, looked at together."""

    ray: Any
    waiting: set[Any] = field(default_factory=set)
    _looked: float = -math.inf

    def ended(self, reference: Any) -> bool:
        """Whether the task is over."""
        if self.waiting and time.monotonic() - self._looked > FRESH_S + LOOK_S * len(self.waiting):
            waiting = list(self.waiting)
            done, _ = self.ray.wait(waiting, num_returns=len(waiting), timeout=0, fetch_local=False)
            self.waiting.difference_update(done)
            self._looked = time.monotonic()
        return reference not in self.waiting


@dataclass
class RayWorker:
    """A task."""

    job: Job
    reference: Any
    tasks: Tasks
    _state: State = "running"

    def state(self) -> State:
        """See ``mjbench.api.launcher.Worker``."""
        if self._state == "running" and self.tasks.ended(self.reference):
            self._state = self._outcome()
        return self._state

    def stop(self, force: bool) -> None:
        """See ``mjbench.api.launcher.Worker``."""
        self.tasks.ray.cancel(self.reference, force=force)

    def _outcome(self) -> State:
        errors = self.tasks.ray.exceptions
        try:
            outcome: task.Outcome = self.tasks.ray.get(self.reference)
        except (errors.TaskCancelledError, KeyboardInterrupt):
            return STOPPED
        except (
            errors.WorkerCrashedError,
            errors.NodeDiedError,
            errors.ObjectLostError,
            errors.RaySystemError,
        ) as error:
            return self._tell(STOPPED, f"its node was lost: {_first_line(error)}")
        except errors.RayTaskError as error:
            if isinstance(error.cause, KeyboardInterrupt):
                return STOPPED
            return self._tell(STOPPED, f"Ray could not start its worker: {_first_line(error.cause)}")
        except errors.RayError as error:
            return self._tell(STOPPED, f"Ray could not start its worker: {_first_line(error)}")
        if not _content(self.job.log).endswith(outcome.log):  # the nodes do not see this folder
            with open(self.job.log, "ab") as file:
                file.write(outcome.log)
        return self._tell(outcome.status, f"a node {outcome.problem}") if outcome.problem else outcome.status

    def _tell(self, status: int, line: str) -> int:
        print(f"mjbench: {self.job.run.label}: {line}; the same command tries again", file=sys.stderr, flush=True)
        return status


class RayLauncher:
    """Tasks of Ray.

    Args:
        options: what to request.
    """

    detached = False

    def __init__(self, options: OptionsFile | None = None) -> None:
        self._options = options or OptionsFile()
        self._tasks: Tasks | None = None
        self._registry = Registry()
        self._printed: set[str] = set()

    def with_options(self, path: Path) -> "RayLauncher":
        """One that requests what the file says."""
        return RayLauncher(read_options(path))

    def room(self, jobs: int) -> Room:
        """See ``mjbench.api.launcher.Launcher``; connects to the cluster."""
        ray = self._connected().ray
        cores = ray.cluster_resources().get("CPU", 1.0) / (self._options.common.cores or 1)
        return Room(jobs or max(1, int(cores)), math.inf, ahead=not jobs)

    def start(self, job: Job) -> RayWorker:
        """See ``mjbench.api.launcher.Launcher``."""
        tasks, options = self._connected(), self._options.of(job.run.algorithm)
        request = self._request(job, options)
        remote = tasks.ray.remote(
            **request, max_retries=options.retries, retry_exceptions=False, max_calls=0, scheduling_strategy="SPREAD"
        )(task.work)
        reference = remote.options(name=f"mjbench {job.run.label}").remote(self._order(job, options))
        tasks.waiting.add(reference)
        return RayWorker(job, reference, tasks)

    def _connected(self) -> Tasks:
        if self._tasks is None:
            ray = connect(self._options.common.address)
            from ray import cloudpickle

            cloudpickle.register_pickle_by_value(task)
            self._tasks = Tasks(ray)
        return self._tasks

    def _request(self, job: Job, options: Options) -> dict[str, float]:
        """Resources of the run's task."""
        nodes = [node["Resources"] for node in self._connected().ray.nodes() if node["Alive"]]
        largest = {name: max((node.get(name, 0.0) for node in nodes), default=0.0) for name in ("CPU", "GPU", "memory")}
        # An estimate never keeps a run from starting; what the user has set does, until such a node joins.
        memory = options.memory or min(1.5 * job.memory, largest["memory"] or math.inf)
        asked = {"CPU": options.cores or job.run.threads, "GPU": options.gpus, "memory": memory}
        for name, amount in asked.items():
            if amount > largest[name]:
                self._say(
                    f"no node of the Ray cluster has {name} {amount:g} now (the most is {largest[name]:g}); runs wait"
                )
        return {"num_cpus": asked["CPU"], "num_gpus": options.gpus, "memory": int(memory)}

    def _order(self, job: Job, options: Options) -> task.Order:
        results, run_id, *words = job.command[FIRST:]
        if "--launcher" in words:  # a process of this machine; the task puts its own in its place
            at = words.index("--launcher")
            del words[at : at + 2]
        if options.results and "--remote" not in words:
            raise MjbenchError("results in --launcher-options needs --remote, by which records come back")
        files = {name: (job.folder / name).read_bytes() for name in FILES if (job.folder / name).exists()}
        environment = {name: value for name in options.environment if (value := os.environ.get(name)) is not None}
        return task.Order(
            results=options.results or results,
            run_id=run_id,
            words=words,
            files=files,
            environment={**environment, **job.environment},
            needs=self._needs(job),
            shared="--remote" not in words,
        )

    def _needs(self, job: Job) -> dict[str, str]:
        owners = (self._registry.owner("task", job.run.task), self._registry.owner("algorithm", job.run.algorithm))
        return {"mjbench": version("mjbench"), **{owner.distribution: owner.version for owner in owners}}

    def _say(self, line: str) -> None:
        if line not in self._printed:
            self._printed.add(line)
            print(f"mjbench: {line}", file=sys.stderr, flush=True)


def _content(log: Path) -> bytes:
    return log.read_bytes() if log.exists() else b""


def _first_line(error: object) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


RAY = RayLauncher()
