"""The evaluation episodes of a run, as its session adds them up."""

import math

import numpy as np

from mjbench.api.session import Diverged
from mjbench.evaluation.evaluator import Episodes
from mjbench.runner.finite import too_large
from mjbench.spec.record import Evaluations
from mjbench.store.codec import LARGEST_VALUE


def check_returns(task_id: str, step: int, played: Episodes) -> None:
    """Do nothing where a record can hold the returns of an evaluation after ``step`` training steps.

    Raises:
        Diverged: one is not finite.
        EnvironmentFault: one is too large.
    """
    if not np.isfinite(played.episode_return).all():
        raise Diverged(f"after {step:,} steps: an evaluation return is not finite")
    largest = max(map(abs, played.episode_return))
    if largest > LARGEST_VALUE:
        raise too_large(task_id, f"the return of an evaluation episode after {step:,} steps", largest)


def extended(table: Evaluations, step: int, played: Episodes) -> Evaluations:
    """The table with the episodes that were played after ``step`` training steps."""
    metrics = {name: [*table.metrics.get(name, []), *values] for name, values in played.metrics.items()}
    return Evaluations(
        step=table.step + [step] * len(played.seed),
        seed=table.seed + played.seed,
        episode_return=table.episode_return + list(played.episode_return),
        episode_length=table.episode_length + played.episode_length,
        success=None if played.success is None else (table.success or []) + played.success,
        metrics=metrics,
    )


def summary(played: Episodes) -> tuple[float, float, float | None, dict[str, float]]:
    """Means of the episodes: return, length, success (None where the task defines none) and metrics."""
    return (
        float(np.mean(played.episode_return)),
        float(np.mean(played.episode_length)),
        None if played.success is None else float(np.mean(played.success)),
        {name: float(np.mean(values)) for name, values in played.metrics.items()},
    )


def means(table: Evaluations) -> list[tuple[int, float]]:
    """Step and mean return of each evaluation."""
    returns: dict[int, list[float]] = {}
    for step, value in zip(table.step, table.episode_return, strict=True):
        returns.setdefault(step, []).append(math.nan if value is None else float(value))
    return [(step, float(np.mean(values))) for step, values in returns.items()]
