"""Running sums of resampled weights in the order of the scores, made only near the two cuts of an interquartile mean.

The weights of N runs sum to N, so after i runs the sum is near i: its standard deviation over resamples is at most
sqrt(N p (1 - p)), where p = i / N. Almost all resamples reach a cut within a few of these. Whether all do is checked;
where not all do, the sums of all rows are made.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

_REACH = 2.2
"""Rows on either side of a cut, times sqrt(N): five standard deviations at a quarter."""


@dataclass(frozen=True)
class Rows:
    """Some rows of the running sums U."""

    start: int
    """The first one."""
    sums: np.ndarray
    """Shape (rows, b), ascending down each column."""
    total: int
    """N, of which these are some."""

    def first_above(self, cut: int) -> int:
        """The first row in which any resample is above ``cut``, at most the last of all."""
        return self._first(lambda row: row.max() > cut)

    def first_whole(self, cut: int) -> int:
        """The first row in which all resamples have reached ``cut``, at most the last of all."""
        return self._first(lambda row: row.min() >= cut)

    def _first(self, holds: Callable[[np.ndarray], bool]) -> int:
        """By bisection: once it holds it does for all rows after."""
        place = bisect_left(self.sums, True, key=holds)  # pyright: ignore
        return min(self.start + place, self.total - 1)

    def holds(self, cut: int, before: np.ndarray) -> bool:
        """Whether both are among these rows, where ``before`` is the row before the first."""
        return bool(before.max() <= cut and self.sums[-1].min() > cut)


def near_cuts(weights: np.ndarray, orders: np.ndarray, cut: int) -> Iterator[tuple[Rows, Rows]]:
    """For each of K orders of the runs, the rows near the lower cut and those near the upper one.

    Args:
        weights: of each run in each resample, shape (N, b); a sum of 16-bit integers stays one.
        orders: of the runs, shape (K, N).
        cut: what is taken off either end.
    """
    total = len(weights)
    reach = math.ceil(_REACH * math.sqrt(total))
    starts = [max(level - reach, 0) for level in (cut, total - cut)]
    stops = [min(level + reach, total) for level in (cut, total - cut)]
    if weights.dtype.kind == "f" or stops[0] - starts[0] + stops[1] - starts[1] > 0.7 * total:  # floats: in one order
        for order in orders:
            rows = Rows(0, _running(weights, order.tolist()), total)
            yield rows, rows
        return
    left = np.zeros((2, *orders.shape), np.float32)
    for place, start in enumerate(starts):
        np.put_along_axis(left[place], orders[:, :start], 1, axis=1)
    exact = weights.astype(np.float32)
    before = [(marks @ exact).astype(weights.dtype) for marks in left]  # whole numbers below 2^24: exact
    for index, order in enumerate(orders):
        pair = [
            Rows(start, _running(weights, order[start:stop].tolist(), base[index]), total)
            for start, stop, base in zip(starts, stops, before, strict=True)
        ]
        levels = zip(pair, (cut, total - cut), before, strict=True)
        if not all(rows.holds(level, base[index]) for rows, level, base in levels):
            whole = Rows(0, _running(weights, order.tolist()), total)
            pair = [whole, whole]
        yield pair[0], pair[1]


def _running(weights: np.ndarray, runs: list[int], before: np.ndarray | int = 0) -> np.ndarray:
    """``before`` and the sums of ``weights[runs]`` up to each, shape (runs, b)."""
    sums = np.empty((len(runs), weights.shape[1]), weights.dtype)
    np.add(weights[runs[0]], before, out=sums[0])
    for below, above, run in zip(sums, sums[1:], runs[1:], strict=False):
        np.add(below, weights[run], above)  # several times as fast as cumsum over the rows
    return sums
