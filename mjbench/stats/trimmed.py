"""The interquartile mean of many resamples at once, from counts over scores that are sorted once.

All N scores of an entry stand together, each with the weight w = count N / (M n_m), so that the weights sum to N. A
weight of cut = floor(N / 4) is taken off either end of the sorted scores s_1 <= ... <= s_N, splitting a score's weight
where the cut falls inside it, and the rest is averaged. Where all tasks have the same number of seeds, w is the count
and this is ``rliable.metrics.aggregate_iqm``.

With U_i = w_1 + ... + w_i and V_i = clip(U_i, cut, N - cut) - cut, the weight kept up to s_i, summation by parts gives

    IQM = s_r - sum_{i < r} V_i (s_{i+1} - s_i) / (N - 2 cut)

for any r with V_r = N - 2 cut, so scores that no resample keeps never enter, however large. Where U_i lies between
both cuts in all resamples the sum is linear in the counts, a matrix product; only the rows near a cut take
element-wise work.
"""

from collections.abc import Callable, Sequence

import numpy as np

from mjbench.stats.counts import blocks


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
        exact = counts[:, part] * weight  # (N, b)
        added = counts[:, part].astype(np.int16) if even else exact
        upper = np.empty_like(added)
        for row, (values, order) in enumerate(zip(scores, orders, strict=True)):
            upper[0] = added[order[0]]
            for below, above, run in zip(upper, upper[1:], order[1:].tolist(), strict=False):
                np.add(below, added[run], above)  # several times as fast as cumsum over the rows
            out[row, part] = _kept_mean(values[order], upper, exact, order, cut)
    return out


def _kept_mean(ranked: np.ndarray, upper: np.ndarray, weights: np.ndarray, order: np.ndarray, cut: int) -> np.ndarray:
    """The formula above for one score table; ranked (N,), upper (N, b), weights (N, b) -> (b,)."""
    total = len(ranked)
    high = total - cut
    steps = np.diff(ranked)
    # Rows in order: all below the lower cut | some | all between the cuts | some | all above the upper cut.
    begin = _first(lambda i: upper[i].max() > cut, 0, total - 1)
    inside = _first(lambda i: upper[i].min() >= cut, begin, total - 1)
    leaving = _first(lambda i: upper[i].max() > high, inside, total - 1)
    end = _first(lambda i: upper[i].min() >= high, leaving, total - 1)
    lost = np.zeros(upper.shape[1])
    for rows in (slice(begin, inside), slice(leaving, end)):
        if rows.stop > rows.start:
            kept = np.clip(upper[rows], upper.dtype.type(cut), upper.dtype.type(high)).astype(float) - cut
            lost += steps[rows] @ kept
    if leaving > inside:
        middle = np.zeros(total)
        middle[inside:leaving] = steps[inside:leaving]
        factors = np.empty(total)
        factors[order] = np.cumsum(middle[::-1])[::-1]
        lost += factors @ weights - cut * middle.sum()
    return ranked[end] - lost / (high - cut)


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The first of ``low..high`` for which ``holds``, by bisection; ``high`` where none before it does."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
