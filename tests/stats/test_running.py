"""Running sums near the cuts are those of all rows."""

import numpy as np
import pytest

from mjbench.stats.counts import draw
from mjbench.stats.running import Rows, near_cuts


def whole(weights: np.ndarray, order: np.ndarray) -> Rows:
    return Rows(0, np.cumsum(weights[order], axis=0), len(order))


@pytest.mark.parametrize("tasks", [1, 4, 30, 100])
@pytest.mark.parametrize("kind", [np.int16, float])
def test_rows_and_sums_are_those_of_all_runs(tasks: int, kind: type) -> None:
    counts = np.concatenate([draw(10, 400, str(task)) for task in range(tasks)]).astype(kind)
    total, cut = len(counts), len(counts) // 4
    orders = np.stack([np.random.default_rng(seed).permutation(total) for seed in range(3)])
    for order, pair in zip(orders, near_cuts(counts, orders, cut), strict=True):
        every = whole(counts, order)
        for rows, level in zip(pair, (cut, total - cut), strict=True):
            np.testing.assert_array_equal(rows.sums, every.sums[rows.start : rows.start + len(rows.sums)])
            assert rows.first_above(level) == every.first_above(level)
            assert rows.first_whole(level) == every.first_whole(level)
        if kind is np.int16 and tasks >= 30:
            assert len(pair[0].sums) + len(pair[1].sums) < 0.7 * total


def test_resamples_far_from_the_mean_take_all_rows() -> None:
    counts = np.concatenate([draw(10, 50, str(task)) for task in range(100)]).astype(np.int16)
    counts[:, 7] = 0
    counts[:10, 7] = 100  # of one task alone: no bootstrap draws this
    order = np.arange(1000)
    (low, high) = next(iter(near_cuts(counts, order[None], 250)))
    assert (low.start, len(low.sums)) == (high.start, len(high.sums)) == (0, 1000)
    assert low.first_above(250) == 2
