"""The interquartile mean of many resamples at once, from counts over scores that are sorted once.

All N scores of an entry stand together, each with the weight w = count N / (M n_m), so that the weights sum to N. A
weight of cut = floor(N / 4) is taken off either end of the sorted scores s_1 <= ... <= s_N, splitting a score's weight
where the cut falls inside it, and the rest is averaged. Where all tasks have the same number of seeds, w is the count
and this is ``rliable.metrics.aggregate_iqm``.

With U_i = w_1 + ... + w_i and V_i = clip(U_i, cut, N - cut) - cut, the weight kept up to s_i, summation by parts gives

    IQM = s_r - sum_{i < r} V_i (s_{i+1} - s_i) / (N - 2 cut)

for any r with V_r = N - 2 cut, so scores that no resample keeps never enter, however large. Where U_i lies between
both cuts in all resamples the sum is linear in the counts, a matrix product; only the rows near a cut take
element-wise work. Where they are is known before: see ``mjbench.stats.running``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mjbench.stats.counts import blocks
from mjbench.stats.running import Rows, near_cuts

_NARROW = 200_000
"""Numbers of a table that stay in a core's own cache."""


def iqms(scores: np.ndarray, sizes: Sequence[int], counts: np.ndarray) -> np.ndarray:
    """IQM of each of K score tables, such as those at K checkpoints, on every resample.

    Args:
        scores: shape (K, N), finite.
        sizes: seeds of each of the M tasks, summing to N.
        counts: how often each run was drawn, shape (N, B).

    Returns:
        Shape (K, B).
    """
    total = scores.shape[1]
    cut = total // 4
    even = len(set(sizes)) == 1 and total < 2**14  # then weights are the counts, small integers
    weight = np.repeat(total / (len(sizes) * np.asarray(sizes, dtype=float)), sizes)[:, None]
    orders = np.argsort(scores, axis=1, kind="stable")
    out = np.empty((len(scores), counts.shape[1]))
    for part in blocks(*counts.shape):
        weights = counts[:, part].astype(np.int16) if even else counts[:, part] * weight  # (N, b)
        near = near_cuts(weights, orders, cut)
        rows = zip(scores, orders, near, strict=True)
        sums = [_sum(values[order], order, low, high, cut) for values, order, (low, high) in rows]
        for few in _narrow(*weights.shape):
            exact = weights[:, few].astype(float)
            for row, each in enumerate(sums):
                lost = each.lost[few] + (each.factors @ exact - each.fixed)
                out[row, part][few] = each.last - lost / (total - 2 * cut)
    return out


@dataclass
class _Sum:
    """The formula above for one score table: ``last - (lost + factors @ weights - fixed) / (N - 2 cut)``."""

    last: float
    lost: np.ndarray
    """Of the rows near a cut, shape (b,)."""
    factors: np.ndarray
    """Of the rows between both cuts: what each run's weight counts, shape (N,)."""
    fixed: float


def _sum(ranked: np.ndarray, order: np.ndarray, low: Rows, high: Rows, cut: int) -> _Sum:
    """Of one score table: its scores in order, their runs, and the rows near either cut."""
    total = len(ranked)
    top = total - cut
    steps = np.diff(ranked)
    # Rows in order: all below the lower cut | some | all between the cuts | some | all above the upper cut.
    begin = low.first_above(cut)
    inside = max(low.first_whole(cut), begin)
    leaving = max(high.first_above(top), inside)
    end = max(high.first_whole(top), leaving)
    lost = np.zeros(low.sums.shape[1])
    for near, start, stop in ((low, begin, inside), (high, leaving, end)):
        if stop > start:
            upper = near.sums[start - near.start : stop - near.start]
            kept = np.clip(upper, upper.dtype.type(cut), upper.dtype.type(top))
            kept -= upper.dtype.type(cut)
            lost += steps[start:stop] @ kept.astype(float)
    middle = np.zeros(total)
    middle[inside:leaving] = steps[inside:leaving]
    factors = np.empty(total)
    factors[order] = np.cumsum(middle[::-1])[::-1]
    return _Sum(float(ranked[end]), lost, factors, float(cut * middle.sum()))


def _narrow(rows: int, columns: int) -> Iterator[slice]:
    """Slices over ``columns`` that stay in the cache while all tables are multiplied with them. The last one is the
    widest: the matrix library may round in another way where there are few columns."""
    step = max(_NARROW // rows // 64, 3) * 64
    starts = range(0, max(columns - step, 0) + 1, step)
    for start, stop in zip(starts, [*starts[1:], columns], strict=True):
        yield slice(start, stop)
