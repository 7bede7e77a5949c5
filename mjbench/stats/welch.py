"""Differences between two entries on one task: Welch's test, and Holm's correction over many of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mjbench.stats.estimate import CONFIDENCE, standing

LEVEL = 1 - CONFIDENCE
"""Chance of calling any difference of a family real although none is."""


@dataclass(frozen=True)
class Summary:
    """What Welch's test needs of one side."""

    mean: float
    std: float
    """Over seeds, with n - 1 in the denominator."""
    seeds: int

    @classmethod
    def of(cls, values: Sequence[float] | np.ndarray) -> "Summary":
        """Of one number a seed, at least one."""
        seeds = np.asarray(values, dtype=float)
        return cls(float(seeds.mean()), float(seeds.std(ddof=1)) if seeds.size > 1 else 0.0, seeds.size)


@dataclass(frozen=True)
class Difference:
    """Mean of one side minus mean of the other."""

    value: float
    low: float | None = None
    high: float | None = None
    """95 % interval of this one difference, not corrected; None where the seeds allow none."""
    p: float | None = None
    """Two-sided."""
    adjusted: float | None = None
    """``p`` after Holm's correction over the family."""

    @property
    def differs(self) -> bool:
        """Whether the difference is real at the level of the family."""
        return self.adjusted is not None and self.adjusted < LEVEL


def difference(a: Summary, b: Summary, least: bool = True) -> Difference:
    """``a`` minus ``b`` without the assumption of equal variances.

        t = (mean_a - mean_b) / sqrt(s_a^2 / n_a + s_b^2 / n_b), degrees of freedom by Welch and Satterthwaite

    Args:
        a, b: both sides.
        least: leave interval and p away where either side has fewer seeds than intervals need; at least two either way.
    """
    value = a.mean - b.mean
    if min(a.seeds, b.seeds) < 2 or (least and "points" in (standing(a.seeds), standing(b.seeds))):
        return Difference(value)
    error, freedom = welch_error(a, b)
    if error == 0.0:
        return Difference(value, value, value, 1.0 if value == 0.0 else 0.0)
    from scipy.special import stdtr, stdtrit

    half = float(stdtrit(freedom, 0.5 + CONFIDENCE / 2)) * error
    p = 2.0 * float(stdtr(freedom, -abs(value) / error))
    return Difference(value, value - half, value + half, p)


def welch_error(a: Summary, b: Summary) -> tuple[float, float]:
    """Standard error of the difference of two means and its degrees of freedom."""
    parts = (a.std**2 / a.seeds, b.std**2 / b.seeds)
    error = math.sqrt(sum(parts))
    below = parts[0] ** 2 / (a.seeds - 1) + parts[1] ** 2 / (b.seeds - 1)
    return error, (error**4 / below if below > 0 else float(a.seeds + b.seeds - 2))


def holm(differences: Sequence[Difference]) -> list[Difference]:
    """The same differences with p adjusted over all that have one, by Holm's step-down method."""
    order = sorted((d.p, index) for index, d in enumerate(differences) if d.p is not None)
    adjusted = list(differences)
    reached = 0.0
    for place, (p, index) in enumerate(order):
        reached = max(reached, min(1.0, p * (len(order) - place)))
        adjusted[index] = replace(differences[index], adjusted=reached)
    return adjusted
