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
    found: list[RankInterval] = []
    for row, share in zip(scores, shares, strict=True):
        best = 1 + (scores > row).sum(axis=0)
        worst = (scores >= row).sum(axis=0)
        low = int(np.quantile(best, tails, method="inverted_cdf"))
        high = int(np.quantile(worst, 1 - tails, method="inverted_cdf"))
        found.append(RankInterval(low, high, float(share), entries))
    return found
