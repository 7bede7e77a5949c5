"""What a study has found: every trial with its scores, and what all of them cost. Read from journal and records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import fmean
from typing import Any

from optuna.trial import FrozenTrial, TrialState

from mjbench.errors import MjbenchError
from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore
from mjbench_optuna.plan import StudyPlan
from mjbench_optuna.scores import Scores
from mjbench_optuna.storage import ERROR, STOPPED, Trials, changes_of

STATES = {TrialState.COMPLETE: "complete", TrialState.PRUNED: "pruned", TrialState.FAIL: "failed"}
UNFINISHED = "unfinished"
UNTUNED = -1
"""Number of the untuned preset, which is no trial of Optuna's."""


@dataclass(frozen=True)
class Tried:
    """One set of hyperparameters."""

    number: int
    state: str
    """``complete``, ``pruned``, ``failed`` or ``unfinished``."""
    changes: Mapping[str, Any]
    """What it changes of the preset."""
    scores: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """By task, one a seed; of complete ones alone."""
    points: tuple[tuple[int, float], ...] = ()
    """Number and score of the points at which it could be pruned."""
    error: str = ""

    @property
    def name(self) -> str:
        """For people."""
        return "default" if self.number == UNTUNED else str(self.number)

    @property
    def value(self) -> float | None:
        """Mean over seeds and tasks; None where it is not complete."""
        return fmean(score for scores in self.scores.values() for score in scores) if self.scores else None


@dataclass(frozen=True)
class Cost:
    """What a study has cost so far."""

    runs: int = 0
    steps: int = 0
    cpu_s: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """A study so far."""

    plan: StudyPlan
    tried: tuple[Tried, ...]
    """The untuned preset first, then by number."""
    cost: Cost
    importances: Mapping[str, float] = field(default_factory=dict)
    """Share of the variance of the score that each hyperparameter explains, highest first; empty where unknown."""

    @cached_property
    def complete(self) -> list[Tried]:
        """Those with scores, best first; of equal ones the earlier."""
        known = [each for each in self.tried if each.value is not None]
        return sorted(known, key=lambda each: (-(each.value or 0.0), each.number))

    @property
    def untuned(self) -> Tried | None:
        """The untuned preset; None before it was trained."""
        return next((each for each in self.complete if each.number == UNTUNED), None)

    def count(self, state: str) -> int:
        """Trials in this state."""
        return sum(each.number != UNTUNED and each.state == state for each in self.tried)

    @property
    def trials(self) -> int:
        """Trials that have ended."""
        return sum(self.count(state) for state in STATES.values())

    def best_on(self, task: str) -> Tried:
        """The one with the highest mean on one task; of equal ones the earlier."""
        return max(self.complete, key=lambda each: (fmean(each.scores[task]), -each.number))


def read_outcome(plan: StudyPlan, registry: Registry, store: ResultStore, trials: Trials) -> Outcome:
    """The outcome of the study so far."""
    scores = Scores(plan, registry, store)
    runs: dict[str, RunSpec] = {}
    stopped: dict[str, tuple[int, float]] = {}
    untuned = plan.runs(registry, {})
    found = [_tried(UNTUNED, "complete", {}, untuned, scores)]
    runs |= {run.run_id: run for run in untuned}
    every = trials.all()
    for trial in every:
        own, state = _runs(plan, registry, trial), STATES.get(trial.state, UNFINISHED)
        runs |= {run.run_id: run for run in own}
        changes, error = changes_of(plan, trial), str(trial.user_attrs.get(ERROR, ""))
        points = tuple(sorted(trial.intermediate_values.items()))
        for run_id, steps, seconds in trial.user_attrs.get(STOPPED, ()):
            stopped[run_id] = (int(steps), float(seconds))
        if state == "complete":
            found.append(_tried(trial.number, state, changes, own, scores, points))
        else:
            found.append(Tried(trial.number, state, changes, points=points, error=error))
    return Outcome(plan, tuple(found), _cost(runs.values(), stopped, store), _importances(trials, every))


def _runs(plan: StudyPlan, registry: Registry, trial: FrozenTrial) -> list[RunSpec]:
    try:
        return plan.runs(registry, changes_of(plan, trial))
    except MjbenchError:  # hyperparameters that do not go together: the trial has failed
        return []


def _tried(
    number: int,
    state: str,
    changes: Mapping[str, Any],
    runs: Sequence[RunSpec],
    scores: Scores,
    points: tuple[tuple[int, float], ...] = (),
) -> Tried:
    reached = scores.of(runs)
    if any(run.final is None for run in reached):
        return Tried(number, UNFINISHED, changes, points=points)
    by_task: dict[str, list[float]] = {}
    for run in reached:
        by_task.setdefault(run.run.task, []).append(float(run.final or 0.0))
    return Tried(number, state, changes, {task: tuple(values) for task, values in by_task.items()}, points)


def _cost(runs: Any, stopped: Mapping[str, tuple[int, float]], store: ResultStore) -> Cost:
    count, steps, cpu_s = 0, 0, 0.0
    for run in runs:
        folders: list[Path] = [store.folder(run)] if store.has(run) else store.failures(run)[-1:]
        for folder in folders:
            record = store.read(folder)
            played = record.evaluations.step[-1:] or [0]
            count, steps = count + 1, steps + (record.final_step if record.status == "completed" else played[0])
            cpu_s += record.resources.cpu_s
        if not folders and run.run_id in stopped:
            count, steps = count + 1, steps + stopped[run.run_id][0]
            cpu_s += stopped[run.run_id][1]
    return Cost(count, steps, round(cpu_s, 1))


def _importances(trials: Trials, every: Sequence[FrozenTrial]) -> dict[str, float]:
    from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

    values = [trial.value for trial in every if trial.state == TrialState.COMPLETE]
    if len(values) < 4 or len(set(values)) < 2:
        return {}
    try:
        return dict(get_param_importances(trials.study, evaluator=PedAnovaImportanceEvaluator()))
    except (ValueError, RuntimeError):  # too few different values of a hyperparameter
        return {}
