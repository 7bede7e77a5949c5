"""Performance profiles: which share of all runs scores above each threshold, every task counting equally."""

import math
from collections.abc import Iterable

import numpy as np

from mjbench.stats.bootstrap import Sample, with_intervals
from mjbench.stats.counts import linear, once
from mjbench.stats.estimate import Estimate

STEP = 0.02
"""Distance between two thresholds."""
LOWEST, HIGHEST = -0.5, 2.5
"""Thresholds never go beyond these, whatever the scores."""


def thresholds(scores: Iterable[np.ndarray]) -> np.ndarray:
    """Thresholds that show all of ``scores`` and at least 0 to 1, within ``LOWEST`` and ``HIGHEST``; shape (T,)."""
    flat = np.concatenate([np.asarray(task, dtype=float) for task in scores])
    low = max(min(float(flat.min()), 0.0), LOWEST)
    high = min(max(float(flat.max()), 1.0), HIGHEST)
    return np.arange(math.floor(low / STEP), math.ceil(high / STEP) + 1) * STEP


def profile(sample: Sample, taus: np.ndarray, interval: bool) -> tuple[Estimate, ...]:
    """Share of runs that score above each of ``taus``, shape (T,), pointwise intervals if wanted."""
    above = (sample.flat > taus[:, None]).astype(float)  # (T, N)
    points = linear(above, sample.sizes, once(len(sample.flat)))[:, 0]
    if not interval:
        return tuple(Estimate(float(point)) for point in points)
    return with_intervals(points, linear(above, sample.sizes, sample.counts))
