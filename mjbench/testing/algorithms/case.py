"""One algorithm under check, and its runs: in this process, or in a worker of their own."""

import contextlib
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from mjbench.api.algorithm import Algorithm
from mjbench.plan.hyperparameters import with_changes
from mjbench.registry.lookup import Registry
from mjbench.runner.command import worker_command, worker_environment
from mjbench.runner.execute import execute
from mjbench.spec.record import RunRecord
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.codec import dump_run
from mjbench.store.store import ResultStore
from mjbench.testing.algorithms.settings import small
from mjbench.testing.algorithms.tasks import POINT
from mjbench.testing.algorithms.watch import Watch
from mjbench.testing.case import Skipped, Violation

STEPS, QUICK_STEPS = 1003, 503
"""Budgets that no rollout divides."""
PROTOCOL = EvalProtocol(checkpoints=2, episodes=2, final_episodes=3)
WORKER_LIMIT_S = 300


@dataclass(frozen=True)
class Trained:
    """One run that has ended, and its folder."""

    record: RunRecord
    folder: Path
    watch: Watch = field(default_factory=Watch)

    @property
    def left(self) -> dict[str, Any]:
        """What two equal runs have in common."""
        record = self.record
        return {"policy": record.policy_sha256, "training episodes": record.training, "evaluations": record.evaluations}


@dataclass(frozen=True)
class AlgorithmCase:
    """An algorithm, and where its runs are kept."""

    name: str
    registry: Registry
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Hyperparameters with which it learns within a check."""
    quick: bool = False
    scratch: tempfile.TemporaryDirectory[str] = field(default_factory=tempfile.TemporaryDirectory)
    kept: dict[str, Trained] = field(default_factory=dict)
    """Runs that several checks look at, by a name."""

    @property
    def steps(self) -> int:
        """Budget of a run."""
        return QUICK_STEPS if self.quick else STEPS

    @property
    def algorithm(self) -> Algorithm:
        """The object that its plugin offers."""
        return self.registry.algorithm(self.name)

    def spec(
        self,
        task_id: str = POINT,
        steps: int | None = None,
        protocol: EvalProtocol = PROTOCOL,
        changes: Mapping[str, Any] | None = None,
    ) -> RunSpec:
        """A run of it.

        Raises:
            MjbenchError: hyperparameters that it does not take.
            Skipped: it trains in a simulator that has no version of the task.
        """
        simulator = getattr(self.algorithm, "simulator", "")
        if simulator and not self.registry.task(task_id).training_entry_point:
            raise Skipped(f"it trains in {simulator}, and the small tasks of this check have no version for it")
        values = small(self.name, self.algorithm, self.registry.task(task_id), self.changes)
        values = with_changes(self.name, self.algorithm, values, changes or {})
        run = RunSpec(task_id, self.name, values, seed=0, steps=steps or self.steps, protocol=protocol)
        return replace(run, simulator=simulator)

    def train(self, run: RunSpec) -> Trained:
        """Execute ``run`` in this process, as a worker would."""
        store, watch = self._store(), Watch()
        silent, calm = io.StringIO(), threadpool_limits(run.threads, user_api="blas")
        with contextlib.redirect_stderr(silent), contextlib.redirect_stdout(silent), calm:
            record = execute(run, store, self.registry, watch.attach)
        if record.status == "completed":
            record = store.read(store.folder(run))  # with the checksums of its policy
        return Trained(record, store.folder(run), watch)

    def first(self) -> Trained:
        """The run that others are compared with, trained once."""
        if "first" not in self.kept:
            self.kept["first"] = self.train(self.spec())
        return completed(self.kept["first"])

    def again(self) -> Trained:
        """The same once more, in this process."""
        if "again" not in self.kept:
            self.kept["again"] = self.train(self.spec())
        return completed(self.kept["again"])

    def elsewhere(self) -> Trained:
        """The same in a worker, trained once."""
        if "elsewhere" not in self.kept:
            run = self.spec()
            store = self.prepared(run)
            done = self.worker(run, store, worker_command(run, store.root))
            if not store.has(run):
                last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
                raise Violation(f"the run leaves no record in a worker: {last}")
            self.kept["elsewhere"] = Trained(store.read(store.folder(run)), store.folder(run))
        return completed(self.kept["elsewhere"])

    def prepared(self, run: RunSpec) -> ResultStore:
        """A store in which a worker can start on ``run``."""
        store = self._store()
        store.prepare()
        store.work(run).mkdir(parents=True, exist_ok=True)
        (store.work(run) / "run.json").write_bytes(dump_run(run))
        return store

    def worker(self, run: RunSpec, store: ResultStore, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Execute a worker's command to its end."""
        path = os.pathsep.join(part or os.getcwd() for part in sys.path)
        environment = {**os.environ, **worker_environment(run), "PYTHONPATH": path}
        return subprocess.run(
            list(command),
            cwd=store.work(run),
            env=environment,
            capture_output=True,
            text=True,
            timeout=WORKER_LIMIT_S,
        )

    def _store(self) -> ResultStore:
        return ResultStore(Path(tempfile.mkdtemp(dir=self.scratch.name)))


def completed(trained: Trained) -> Trained:
    """The same run.

    Raises:
        Violation: it did not complete.
    """
    record = trained.record
    if record.status != "completed":
        raise Violation(f"a run of {record.run.steps:,} steps is {record.status}: {' '.join(record.error.split())}")
    return trained


def difference(one: Trained, other: Trained, *what: str) -> str:
    """What differs between two runs, in words; empty where nothing does.

    Args:
        what: parts of ``Trained.left``; all of them without any.
    """
    return " and ".join(name for name in what or one.left if one.left[name] != other.left[name])
