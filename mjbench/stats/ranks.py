"""Ranks with their uncertainty: where an entry stands when seeds are drawn again."""

from dataclasses import dataclass

import numpy as np

from mjbench.stats.estimate import CONFIDENCE


@dataclass(frozen=True)
class RankInterval:
    """Where one entry stands among those it was compared with."""

    low: int
    """Best rank in the central 95 % of the resamples."""
    high: int
    """Worst one."""
    best: float
    """Share of the resamples in which it is first; entries that tie for it share."""
    of: int
    """Entries that were compared."""


def rank_intervals(scores: np.ndarray) -> list[RankInterval]:
    """A rank interval for each of E entries.

    Args:
        scores: of every entry on every resample, higher is better, shape (E, B). Entries that tie share their best
            rank when the low end is sought and their worst when the high end is.
    """
    entries = len(scores)
    tails = (1 - CONFIDENCE) / 2
    first = scores == scores.max(axis=0)  # (E, B)
    shares = (first / first.sum(axis=0)).mean(axis=1)
    best, worst = (np.empty(scores.shape, np.min_scalar_type(entries)) for _ in range(2))
    for index, row in enumerate(scores):  # sums of small integers are many times faster than those of booleans
        np.sum((scores > row).view(np.uint8), axis=0, dtype=best.dtype, out=best[index])
        np.sum((scores >= row).view(np.uint8), axis=0, dtype=worst.dtype, out=worst[index])
    best += 1
    lows = np.quantile(best, tails, axis=1, method="inverted_cdf")
    highs = np.quantile(worst, 1 - tails, axis=1, method="inverted_cdf")
    return [
        RankInterval(int(low), int(high), float(share), entries)
        for low, high, share in zip(lows, highs, shares, strict=True)
    ]
