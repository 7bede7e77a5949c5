"""Ranks with their uncertainty: where an entry stands when seeds are drawn again."""

from dataclasses import dataclass

import numpy as np

from mjbench.stats.estimate import CONFIDENCE

_FEW = 20
"""Entries that are compared with each other in less time than they are sorted."""


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
    best, worst = _ranks(scores) if entries > _FEW else _compared(scores)
    lows = np.quantile(best, tails, axis=1, method="inverted_cdf")
    highs = np.quantile(worst, 1 - tails, axis=1, method="inverted_cdf")
    return [
        RankInterval(int(low), int(high), float(share), entries)
        for low, high, share in zip(lows, highs, shares, strict=True)
    ]


def _compared(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Best and worst rank of every entry on every resample, each of shape (E, B): each entry against each."""
    best, worst = (np.empty(scores.shape, np.min_scalar_type(len(scores))) for _ in range(2))
    for index, row in enumerate(scores):  # sums of small integers are many times faster than those of booleans
        np.sum((scores > row).view(np.uint8), axis=0, dtype=best.dtype, out=best[index])
        np.sum((scores >= row).view(np.uint8), axis=0, dtype=worst.dtype, out=worst[index])
    best += 1
    return best, worst


def _ranks(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """As ``_compared``, by sorting the entries of every resample."""
    entries, resamples = scores.shape
    kind = np.min_scalar_type(entries)
    columns = np.ascontiguousarray(scores.T)
    order = np.argsort(columns, axis=1)
    ordered = np.take_along_axis(columns, order, axis=1)
    ranks = np.arange(entries, 0, -1, dtype=kind)[None]
    best = np.empty((resamples, entries), kind)
    np.put_along_axis(best, order, ranks, axis=1)
    fresh = ordered[:, 1:] != ordered[:, :-1]
    tied = np.flatnonzero(~fresh.all(axis=1))
    if not len(tied):
        best = np.ascontiguousarray(best.T)
        return best, best
    worst, edge = best.copy(), np.ones((len(tied), 1), bool)
    first, last = np.hstack([edge, fresh[tied]]), np.hstack([fresh[tied], edge])  # of those that tie, lowest to highest
    highest = np.maximum.accumulate(np.where(last, ranks, 0)[:, ::-1], axis=1)[:, ::-1]
    lowest = np.minimum.accumulate(np.where(first, ranks, entries), axis=1)
    for places, found in ((best, highest), (worst, lowest)):
        rows = np.empty((len(tied), entries), kind)
        np.put_along_axis(rows, order[tied], found.astype(kind), axis=1)
        places[tied] = rows
    return np.ascontiguousarray(best.T), np.ascontiguousarray(worst.T)
