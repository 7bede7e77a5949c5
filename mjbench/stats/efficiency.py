"""Sample efficiency: the IQM at every checkpoint of training, and the area under that curve.

A resample draws whole runs, so the checkpoints of one resample belong together and the area has an interval of its own.
"""

from collections.abc import Mapping

import numpy as np

from mjbench.stats.aggregates import iqm
from mjbench.stats.bootstrap import Draw, Sample, with_interval, with_intervals
from mjbench.stats.estimate import Estimate
from mjbench.stats.trimmed import iqms


def efficiency(
    entry: str, curves: Mapping[str, np.ndarray], fractions: np.ndarray, draws: Draw, interval: bool
) -> tuple[tuple[Estimate, ...], Estimate]:
    """IQM at each checkpoint, and the mean height of the curve through them.

    Args:
        entry: whose curves they are.
        curves: task -> normalised scores of its seeds at the K checkpoints, shape (K, n_m).
        fractions: of the budget at each checkpoint, ascending, shape (K,).
        draws: the board's resamples.
        interval: whether the seeds allow intervals.

    Returns:
        K estimates and the area under them, by the trapezoid rule and divided by the width: on the scale of a score.
    """
    points = np.array([iqm([task[k] for task in curves.values()]) for k in range(len(fractions))])
    factors = area_weights(fractions)
    if not interval:
        return tuple(Estimate(float(point)) for point in points), Estimate(float(factors @ points))
    sample = Sample(entry, {task: values[-1] for task, values in curves.items()}, draws)
    scores = np.concatenate([np.asarray(values, dtype=float) for values in curves.values()], axis=1)  # (K, N)
    resampled = iqms(scores, sample.sizes, sample.counts)  # (K, B)
    return with_intervals(points, resampled), with_interval(float(factors @ points), factors @ resampled)


def area_weights(fractions: np.ndarray) -> np.ndarray:
    """Weights of the checkpoints in the area, shape (K,), summing to 1; a single checkpoint is its own area."""
    if len(fractions) == 1:
        return np.ones(1)
    widths = np.diff(fractions)
    weights = np.zeros(len(fractions))
    weights[:-1] += widths / 2
    weights[1:] += widths / 2
    return weights / (fractions[-1] - fractions[0])
