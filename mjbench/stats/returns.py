"""Episodes -> the score of a run: the one place where returns are averaged, and where the floor is set."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from mjbench.spec.record import RunRecord
from mjbench.spec.suite import EvalProtocol
from mjbench.spec.task import TaskSpec

LARGEST = 1e100
"""A mean beyond this counts as not finite."""


def mean_return(returns: Sequence[float | None]) -> float | None:
    """Mean over episodes; None without any, where one is missing, or where the mean is not finite."""
    if not returns:
        return None
    count = len(returns)
    try:
        mean = math.fsum([value / count for value in returns])  # pyright: ignore[reportOptionalOperand]
    except (OverflowError, ValueError, TypeError):  # infinities of both signs; None, whose search would take as long
        return None
    return mean if abs(mean) <= LARGEST else None  # false for nan


def final_mean(record: RunRecord) -> float | None:
    """Mean return of the final policy; None for a run that did not complete or whose returns are not finite."""
    if record.status != "completed":
        return None
    return mean_return(record.evaluations.final("episode_return", record.final_step))


def final_return(record: RunRecord) -> float:
    """``final_mean`` for printing: nan where there is none."""
    mean = final_mean(record)
    return math.nan if mean is None else mean


def floor(means: Iterable[float | None], task: TaskSpec | None) -> float | None:
    """What a run counts as that did not complete: the random return, or the lowest of ``means`` where that is lower.

    Crashing then never beats finishing. None where nothing is known.

    Args:
        means: of all runs of the task, None for those without one.
        task: for its random return, where it is installed.
    """
    known = [value for value in means if value is not None]
    if task is not None and task.random_return is not None:
        known.append(task.random_return.value)
    return min(known, default=None)


@dataclass(frozen=True)
class EvaluationPoint:
    """The evaluation episodes of one policy."""

    steps: int
    """Training steps behind it."""
    episodes: int
    mean: float | None
    """None where a return was not finite."""
    low: float | None
    """Lowest return of an episode."""
    high: float | None


def evaluation_points(record: RunRecord) -> tuple[EvaluationPoint, ...]:
    """Every evaluation of a run, ascending by steps."""
    return _points(_by_step(record))


def training_points(record: RunRecord, parts: int = 60) -> tuple[EvaluationPoint, ...]:
    """The episodes of training, a point for each of ``parts`` parts of the budget in which one ended. A row of the
    record that is the mean of several counts once.

    ``steps`` is the middle of the part. Exploration noise and the level of a curriculum are in these returns.
    """
    bins: dict[int, list[float | None]] = {}
    budget = record.run.steps
    parts = min(parts, budget)
    for step, value in zip(record.training.step, record.training.episode_return, strict=True):
        bins.setdefault(min(parts - 1, max(0, step - 1) * parts // budget), []).append(value)
    return _points({(2 * part + 1) * budget // (2 * parts): values for part, values in bins.items()})


def checkpoint_means(record: RunRecord, final: float | None, floor: float | None) -> tuple[float, ...]:
    """Mean return at each checkpoint of the run's protocol, K numbers; empty where one of them is not known.

    A checkpoint that a failed run never reached, and one whose returns are not finite, counts at the floor.

    Args:
        record: of the run.
        final: the score of the run.
        floor: of its task.
    """
    if final is None or (floor is None and record.status != "completed"):
        return ()
    table, due = record.evaluations, places(record.run.protocol, record.run.steps)
    if table.step == due.episodes:
        returns = {step: table.episode_return[rows] for step, rows in due.rows.items()}
    else:
        returns = _by_step(record)
    curve: list[float] = []
    for step in due.rows:
        if step == record.run.steps:
            mean: float | None = final
        elif step in returns:
            mean = mean_return(returns[step])
            mean = floor if mean is None else mean
        else:
            mean = floor if record.status != "completed" else None
        if mean is None:
            return ()
        curve.append(mean)
    return tuple(curve)


def _points(returns: Mapping[int, Sequence[float | None]]) -> tuple[EvaluationPoint, ...]:
    rows: list[EvaluationPoint] = []
    for step, values in sorted(returns.items()):
        known = [value for value in values if value is not None and math.isfinite(value)]
        low, high = min(known, default=None), max(known, default=None)
        rows.append(EvaluationPoint(step, len(values), mean_return(values), low, high))
    return tuple(rows)


def _by_step(record: RunRecord) -> dict[int, list[float | None]]:
    """Returns of the evaluation episodes by the training steps behind the policy."""
    returns: dict[int, list[float | None]] = {}
    for step, value in zip(record.evaluations.step, record.evaluations.episode_return, strict=True):
        returns.setdefault(step, []).append(value)
    return returns


@dataclass(frozen=True)
class Places:
    """Where the returns of each checkpoint stand in the table of a run that was evaluated as its protocol asks."""

    episodes: list[int]
    """Steps behind the policy of each episode."""
    rows: dict[int, slice]
    """By checkpoint, ascending."""


@lru_cache(64)
def places(protocol: EvalProtocol, steps: int) -> Places:
    """Of a run with this budget."""
    schedule = dict(sorted(protocol.schedule(steps).items()))
    ends = list(accumulate(schedule.values()))
    rows = {step: slice(end - schedule[step], end) for step, end in zip(schedule, ends, strict=True)}
    return Places([step for step, episodes in schedule.items() for _ in range(episodes)], rows)
