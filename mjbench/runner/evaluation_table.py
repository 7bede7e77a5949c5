"""The evaluation episodes of a run, as its session adds them up."""

import math

import numpy as np

from mjbench.evaluation.evaluator import Episodes
from mjbench.spec.record import Evaluations


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


def means(table: Evaluations) -> list[tuple[int, float]]:
    """Step and mean return of each evaluation."""
    returns: dict[int, list[float]] = {}
    for step, value in zip(table.step, table.episode_return, strict=True):
        returns.setdefault(step, []).append(math.nan if value is None else float(value))
    return [(step, float(np.mean(values))) for step, values in returns.items()]
