"""What the runs of a trial have reached so far, from their records and from what their workers say."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from mjbench.registry.lookup import Registry
from mjbench.runner.progress import read_progress
from mjbench.spec.record import RunRecord
from mjbench.spec.run import RunSpec
from mjbench.stats.returns import evaluation_points, final_mean
from mjbench.store.store import ResultStore
from mjbench_optuna.plan import StudyPlan


@dataclass(frozen=True)
class Reached:
    """What one run has reached."""

    run: RunSpec
    points: tuple[float, ...] = ()
    """Scores at its evaluation points so far."""
    final: float | None = None
    """Score of the final policy; the random return for a run that diverged."""
    status: str = ""
    """Of its record; empty without one."""
    error: str = ""


class Scores:
    """Scores of runs: mean returns where the study has one task, else normalised scores.

    Args:
        plan: the study.
        registry: knows the tasks.
        store: of the study.
    """

    def __init__(self, plan: StudyPlan, registry: Registry, store: ResultStore) -> None:
        self._tasks = {name: registry.task(name) for name in plan.tasks}
        self._store = store
        self._normalised = len(plan.tasks) > 1
        self._read: dict[str, Reached] = {}

    def of(self, runs: Sequence[RunSpec]) -> list[Reached]:
        """Of the runs on the study's tasks, in their order."""
        return [self._one(run) for run in runs if run.task in self._tasks]

    def _one(self, run: RunSpec) -> Reached:
        if run.run_id not in self._read:
            if self._store.has(run):
                self._read[run.run_id] = self._recorded(run, self._store.read(self._store.folder(run)))
            elif failures := self._store.failures(run):
                self._read[run.run_id] = self._recorded(run, self._store.read(failures[-1]))
            else:
                progress = read_progress(self._store.work(run))
                points = progress.evaluations if progress else ()
                return Reached(run, tuple(self._scaled(run.task, mean) for _, mean in points))
        return self._read[run.run_id]

    def _recorded(self, run: RunSpec, record: RunRecord) -> Reached:
        points = [point.mean for point in evaluation_points(record)]
        known = tuple(self._scaled(run.task, mean) for mean in points if mean is not None)
        final = final_mean(record)
        random = self._tasks[run.task].random_return
        if final is None and record.status != "failed" and random is not None:
            final = random.value
        scaled = None if final is None else self._scaled(run.task, final)
        return Reached(run, known, scaled, record.status, record.error)

    def _scaled(self, task: str, value: float) -> float:
        scaled = self._tasks[task].normalise(value) if self._normalised else value
        return value if scaled is None else scaled


def reports(reached: Sequence[Reached], checkpoints: int) -> list[tuple[int, float]]:
    """The scores of a trial at its evaluation points, for pruning.

    Runs count one after the other, so that the same records give the same scores, however many workers there were:
    point k of run r is the mean of the final scores of the runs before it and its own score at point k.

    Args:
        reached: of the runs in their order.
        checkpoints: evaluation points of a run.

    Returns:
        Number and score of each point, ascending, without gaps.
    """
    found: list[tuple[int, float]] = []
    before: list[float] = []
    for place, run in enumerate(reached):
        found += [
            (place * checkpoints + point, fmean([*before, score])) for point, score in enumerate(run.points, start=1)
        ]
        if run.final is None:
            break
        before.append(run.final)
    return found


def value_of(reached: Sequence[Reached]) -> float | None:
    """Score of a trial: the mean over its runs; None where one has no score."""
    finals = [run.final for run in reached]
    known = [value for value in finals if value is not None]
    return fmean(known) if finals and len(known) == len(finals) else None
