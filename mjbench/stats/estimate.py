"""An estimate with its interval, and how much of an interval a number of seeds allows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

CONFIDENCE = 0.95
"""Coverage of every interval."""
MIN_SEEDS = 5
"""Fewer seeds than this show as points, without an interval."""
FULL_SEEDS = 10
"""Fewer seeds than this make an interval preliminary."""

Standing = Literal["points", "preliminary", "full"]
Better = Literal["higher", "lower", ""]
"""Which way a number is better; empty where it is unknown."""


@dataclass(frozen=True)
class Estimate:
    """A number, with its interval where the seeds allow one."""

    value: float
    low: float | None = None
    high: float | None = None


def standing(seeds: int) -> Standing:
    """What ``seeds`` training seeds allow: points only, a preliminary interval, or an interval."""
    if seeds < MIN_SEEDS:
        return "points"
    return "preliminary" if seeds < FULL_SEEDS else "full"


def mean_estimate(values: Sequence[float] | np.ndarray) -> Estimate:
    """Mean over seeds with Student's t-interval; without the interval below ``MIN_SEEDS`` values.

        mean +- t(n - 1) * s / sqrt(n)

    Args:
        values: one number a seed, shape (n,), finite.

    Raises:
        ValueError: no values.
    """
    seeds = np.asarray(values, dtype=float)
    if seeds.size == 0:
        raise ValueError("the mean of no seeds is not defined")
    mean = float(seeds.mean())
    if standing(seeds.size) == "points":
        return Estimate(mean)
    from scipy.special import stdtrit

    quantile = float(stdtrit(seeds.size - 1, 0.5 + CONFIDENCE / 2))
    half = quantile * float(seeds.std(ddof=1)) / math.sqrt(seeds.size)
    return Estimate(mean, mean - half, mean + half)
