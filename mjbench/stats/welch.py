"""Differences between two entries on one task: Welch's test, and Holm's correction over many of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mjbench.stats.estimate import CONFIDENCE, MIN_SEEDS

LEVEL = 1 - CONFIDENCE
"""Chance of calling any difference of a family real although none is."""


@dataclass(frozen=True)
class SeedSummary:
    """What Welch's test needs of one side."""

    mean: float
    std: float
    """Over seeds, with n - 1 in the denominator."""
    seeds: int

    @classmethod
    def of(cls, values: Sequence[float] | np.ndarray) -> "SeedSummary":
        """Of one number a seed, at least one."""
        seeds = np.asarray(values, dtype=float)
        return cls(float(seeds.mean()), float(seeds.std(ddof=1)) if seeds.size > 1 else 0.0, seeds.size)


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean of one side minus mean of the other. Small, as a board of 100 entries and tasks has half a million."""

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


def difference(a: SeedSummary, b: SeedSummary, least: bool = True) -> Difference:
    """``a`` minus ``b``; see ``differences``."""
    return differences([a], [b], least)[0]


def differences(a: Sequence[SeedSummary], b: Sequence[SeedSummary], least: bool = True) -> list[Difference]:
    """Each of ``a`` minus its partner of ``b``, without the assumption of equal variances.

        t = (mean_a - mean_b) / sqrt(s_a^2 / n_a + s_b^2 / n_b), degrees of freedom by Welch and Satterthwaite

    Args:
        a, b: both sides, equally many.
        least: leave interval and p away where either side has fewer seeds than intervals need; at least two either way.
    """
    from scipy.special import stdtr, stdtrit

    value = np.array([one.mean for one in a]) - np.array([one.mean for one in b])
    needed = MIN_SEEDS if least else 2
    tested = [min(one.seeds, other.seeds) >= needed for one, other in zip(a, b, strict=True)]
    found = [Difference(number) for number in value.tolist()]
    where = np.flatnonzero(tested).tolist()
    if not where:
        return found
    std, seeds = (
        np.array([[getattr(side[index], name) for index in where] for side in (a, b)], dtype=float)
        for name in ("std", "seeds")
    )  # (2, K)
    value, parts = value[where], std**2 / seeds
    error = np.sqrt(parts.sum(axis=0))
    below = (parts**2 / (seeds - 1)).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = np.where(below > 0, error**4 / below, seeds.sum(axis=0) - 2)
        p = np.where(error > 0, 2.0 * stdtr(freedom, -np.abs(value) / error), value == 0.0)
    half = stdtrit(freedom, 0.5 + CONFIDENCE / 2) * error
    numbers = zip(*(column.tolist() for column in (value, value - half, value + half, p)), strict=True)
    for index, row in zip(where, numbers, strict=True):
        found[index] = Difference(*row)
    return found


def holm(raw: Sequence[Difference]) -> list[Difference]:
    """The same differences with p adjusted over all that have one, by Holm's step-down method."""
    tested = [index for index, d in enumerate(raw) if d.p is not None]
    p = np.array([raw[index].p for index in tested], dtype=float)
    order = np.argsort(p, kind="stable")
    reached = np.maximum.accumulate(np.minimum(1.0, p[order] * np.arange(len(p), 0, -1)))
    adjusted = list(raw)
    for place, number in zip(order.tolist(), reached.tolist(), strict=True):
        before = raw[tested[place]]
        adjusted[tested[place]] = Difference(before.value, before.low, before.high, before.p, number)
    return adjusted
