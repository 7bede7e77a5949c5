"""Works off the trials of a study: each is a set of runs in mjbench's queue, pruned on its evaluations."""

import contextlib
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

from optuna.trial import Trial, TrialState

from mjbench.api.launcher import Launcher
from mjbench.errors import MjbenchError
from mjbench.launch.estimate import Estimator
from mjbench.launch.missing import to_do
from mjbench.launch.queue import Queue
from mjbench.registry.lookup import Registry
from mjbench.runner.progress import read_progress
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore
from mjbench_optuna.plan import StudyPlan
from mjbench_optuna.scores import Scores, reports, value_of
from mjbench_optuna.storage import ERROR, STOPPED, Trials, changes_of

RESULTS = "results"
DEFAULT = "default"
POLL_S = 2.0
"""Between two looks at what another worker of the study does."""


@dataclass
class Work:
    """A trial that is at work; without ``trial`` the untuned preset."""

    trial: Trial | None
    runs: list[RunSpec]
    queue: Queue
    steps: Generator[None, None, None]
    began: float = field(default_factory=time.monotonic)

    @property
    def name(self) -> str:
        """For people."""
        return "default preset" if self.trial is None else f"trial {self.trial.number}"


@dataclass(frozen=True)
class Ended:
    """What came of a trial."""

    name: str
    state: str
    """``complete``, ``pruned`` or ``failed``."""
    value: float | None
    error: str
    seconds: float


class Tuner:
    """One worker of a study.

    Args:
        folder: of the study.
        plan: what it is.
        registry: what is installed.
        launcher: where runs execute.
        jobs: runs at once; 0 for as many as fit by the launcher.
    """

    def __init__(self, folder: Path, plan: StudyPlan, registry: Registry, launcher: Launcher, jobs: int = 0) -> None:
        self.plan, self.registry = plan, registry
        self.store = ResultStore(folder / RESULTS)
        self.estimator = Estimator(registry)
        self.trials = Trials(folder, plan)
        self.scores = Scores(plan, registry, self.store)
        self.at_work: list[Work] = []
        self._launcher, self._jobs = launcher, jobs
        untuned = plan.runs(registry, {})
        self.store.prepare(untuned)
        self.estimator.learn(self.store.current(training=False)[0])
        self._untuned = untuned

    def work(self, most: int, on_end: Callable[[Ended], None]) -> Generator[None, None, None]:
        """Work until the study has ``most`` trials, yielding about once a second.

        Closing the generator stops the workers; the same call continues with the trials that were left.

        Args:
            most: trials of the study, over all of its workers.
            on_end: receives each trial that ends.

        Raises:
            MjbenchError: runs left no record.
        """
        try:
            with self.trials.exclusively(DEFAULT) as ours:
                if ours and to_do(self._untuned, (), self.store):
                    yield from self._default(on_end)
            while True:
                self._fill(most, on_end)
                if not self.at_work:
                    return
                for work in list(self.at_work):
                    if self._step(work, on_end):
                        self.at_work.remove(work)
                    yield
        finally:
            for work in self.at_work:
                work.steps.close()
                if work.trial is not None:
                    self.trials.release(work.trial.number)
            self.at_work = []

    def _default(self, on_end: Callable[[Ended], None]) -> Generator[None, None, None]:
        """The untuned preset, which every trial has to beat."""
        work = self._begin(None, self._untuned)
        self.at_work = [work]
        while not self._step(work, on_end):
            yield
        self.at_work = []

    def _fill(self, most: int, on_end: Callable[[Ended], None]) -> None:
        """As many trials at once as the launcher has room for."""
        while len(self.at_work) < self._at_once():
            trial = self.trials.next(most)
            if trial is None:
                return
            try:
                runs = self.plan.runs(self.registry, changes_of(self.plan, trial))
            except MjbenchError as error:
                self._fail(trial, str(error), on_end, 0.0)
                continue
            self.at_work.append(self._begin(trial, runs))

    def _at_once(self) -> int:
        if not self.at_work:
            return 1
        room, runs = self.at_work[0].queue.at_once, len(self.at_work[0].runs)
        return min(64, max(1, room // runs))

    def _begin(self, trial: Trial | None, runs: list[RunSpec]) -> Work:
        queue = Queue(self._launcher, self.store, self.estimator, self._jobs)
        todo = [run for run in to_do(runs, (), self.store) if not self.store.failures(run)]
        return Work(trial, runs, queue, queue.work(todo))

    def _step(self, work: Work, on_end: Callable[[Ended], None]) -> bool:
        """Work on the trial for about a second; whether it is over."""
        over = next(work.steps, StopIteration) is StopIteration
        self.estimator.learn(each.found for each in work.queue.ended if each.found is not None)
        reached = self.scores.of(work.runs)
        trial = work.trial
        if trial is not None:
            known = trial.study.get_trials(deepcopy=False)[trial.number].intermediate_values
            for step, value in reports(reached, self.plan.protocol.checkpoints):
                if step not in known:
                    trial.report(value, step)
                    if not over and self._prunes(work, trial):
                        on_end(Ended(work.name, "pruned", value, "", time.monotonic() - work.began))
                        return True
        if not over:
            return False
        seconds = time.monotonic() - work.began
        failed = next((run for run in reached if run.status == "failed"), None)
        value = value_of(reached)
        if failed is not None or (value is None and all(run.status for run in reached)):
            error = failed.error if failed else "a run has no score"
            if trial is None:
                raise MjbenchError(f"the default preset failed: {error.splitlines()[-1] if error else 'unknown'}")
            self._fail(trial, error, on_end, seconds)
            return True
        if value is None:
            raise MjbenchError(f"{work.name}: runs left no record; the same command tries again")
        if trial is not None:
            trial.study.tell(trial, value)
            self.trials.release(trial.number)
        on_end(Ended(work.name, "complete", value, "", seconds))
        return True

    def _prunes(self, work: Work, trial: Trial) -> bool:
        if not trial.should_prune():
            return False
        work.queue.stop()
        work.steps.close()
        left = [run for run in work.runs if not self.store.has(run) and not self.store.failures(run)]
        spent = [
            [run.run_id, progress.step, round(progress.elapsed_s, 3)]
            for run in left
            if (progress := read_progress(self.store.work(run)))
        ]
        trial.set_user_attr(STOPPED, spent)
        trial.study.tell(trial, state=TrialState.PRUNED)
        self.trials.release(trial.number)
        self.store.clear_work(left)
        return True

    def _fail(self, trial: Trial, error: str, on_end: Callable[[Ended], None], seconds: float) -> None:
        last = error.strip().splitlines()[-1] if error.strip() else "unknown"
        trial.set_user_attr(ERROR, last[:500])
        with contextlib.suppress(ValueError):
            trial.study.tell(trial, state=TrialState.FAIL)
        self.trials.release(trial.number)
        on_end(Ended(f"trial {trial.number}", "failed", None, last, seconds))
