"""Differences between two entries on one task: Welch's test, and Holm's correction over many of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
    return made(*columns(np.stack([numbers(a), numbers(b)], axis=1), least))


def numbers(sides: Sequence[SeedSummary]) -> np.ndarray:
    """Mean, standard deviation and number of seeds of K sides, shape (3, K)."""
    return np.array([(side.mean, side.std, side.seeds) for side in sides], dtype=float).reshape(-1, 3).T


def columns(pairs: np.ndarray, least: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """As ``differences``, of the ``numbers`` of both sides, shape (3, 2, K).

    Returns:
        Value, low, high and p, shape (4, K), and whether there is more than the value, shape (K,).
    """
    from scipy.special import stdtr, stdtrit

    mean, std, seeds = pairs
    found = np.empty((4, pairs.shape[2]))
    found[0] = mean[0] - mean[1]
    tested = seeds.min(axis=0) >= (MIN_SEEDS if least else 2)
    if not tested.any():
        return found, tested
    spread, size = std[:, tested], seeds[:, tested]
    value, parts = found[0, tested], spread**2 / size
    error = np.sqrt(parts.sum(axis=0))
    below = (parts**2 / (size - 1)).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = np.where(below > 0, error**4 / below, size.sum(axis=0) - 2)
        p = np.where(error > 0, 2.0 * stdtr(freedom, -np.abs(value) / error), value == 0.0)
    half = stdtrit(freedom, 0.5 + CONFIDENCE / 2) * error
    found[1:, tested] = value - half, value + half, p
    return found, tested


def made(found: np.ndarray, tested: np.ndarray, adjusted: np.ndarray | None = None) -> list[Difference]:
    """The differences that ``columns`` has found, with the adjusted p of those that were tested."""
    values, lows, highs, ps = found.tolist()
    last: list[float | None] = [None] * len(tested)
    if adjusted is not None:
        for index, number in zip(np.flatnonzero(tested).tolist(), adjusted.tolist(), strict=True):
            last[index] = number
    rows = zip(values, lows, highs, ps, last, strict=True)
    return [Difference(*row) if more else Difference(row[0]) for row, more in zip(rows, tested.tolist(), strict=True)]


def holm(raw: Sequence[Difference]) -> list[Difference]:
    """The same differences with p adjusted over all that have one, by Holm's step-down method."""
    tested = [index for index, d in enumerate(raw) if d.p is not None]
    reached = stepped_down(np.array([raw[index].p for index in tested], dtype=float))
    adjusted = list(raw)
    for index, number in zip(tested, reached.tolist(), strict=True):
        adjusted[index] = replace(raw[index], adjusted=number)
    return adjusted


def stepped_down(p: np.ndarray) -> np.ndarray:
    """Each p adjusted over all of them, shape (K,)."""
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    adjusted[order] = np.maximum.accumulate(np.minimum(1.0, p[order] * np.arange(len(p), 0, -1)))
    return adjusted
