"""The vectorised aggregates, against rliable where it applies and against their definition where it does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rliable import metrics

from mjbench.stats import aggregates as point
from mjbench.stats.batch import AGGREGATES, batch_aggregates, weighted_iqm

ORACLE = {
    "iqm": metrics.aggregate_iqm,
    "mean": metrics.aggregate_mean,
    "median": metrics.aggregate_median,
    "optimality_gap": metrics.aggregate_optimality_gap,
}


def table(seed: int, counts: list[int]) -> list[np.ndarray]:
    generator = np.random.default_rng(seed)
    return [generator.normal(0.7, 0.6, count) for count in counts]


@settings(deadline=None, max_examples=60)
@given(seeds=st.integers(1, 17), tasks=st.integers(1, 11), batch=st.integers(1, 4), seed=st.integers(0, 10_000))
def test_rectangular_rows_equal_rliable_to_the_last_bit(seeds: int, tasks: int, batch: int, seed: int) -> None:
    cube = np.random.default_rng(seed).normal(0.7, 0.6, (batch, seeds, tasks))
    ours = batch_aggregates([np.ascontiguousarray(cube[:, :, m]) for m in range(tasks)])
    for name in AGGREGATES:
        np.testing.assert_array_equal(ours[name], [ORACLE[name](row) for row in cube])


@settings(deadline=None, max_examples=60)
@given(seeds=st.integers(1, 17), tasks=st.integers(1, 11), seed=st.integers(0, 10_000))
def test_the_weighted_iqm_of_rectangular_data_is_the_trimmed_mean(seeds: int, tasks: int, seed: int) -> None:
    scores = table(seed, [seeds] * tasks)
    ours = weighted_iqm([task[None] for task in scores])[0]
    assert ours == pytest.approx(metrics.aggregate_iqm(np.stack(scores, axis=1)), rel=1e-12, abs=1e-12)


def test_point_estimates_are_those_of_rliable() -> None:
    scores = table(3, [6, 6, 6])
    matrix = np.stack(scores, axis=1)
    assert point.aggregates(scores) == {name: float(oracle(matrix)) for name, oracle in ORACLE.items()}
    assert point.iqm(scores) == metrics.aggregate_iqm(matrix)
    assert point.mean(scores) == metrics.aggregate_mean(matrix)
    assert point.median(scores) == metrics.aggregate_median(matrix)
    assert point.optimality_gap(scores) == metrics.aggregate_optimality_gap(matrix)


def test_every_task_counts_equally_where_seed_counts_differ() -> None:
    # Repeating all seeds of a task k times changes none of the aggregates of equally weighted tasks.
    scores = table(5, [4, 8])
    even = [np.tile(scores[0], 2), scores[1]]
    ragged = point.aggregates(scores)
    for name in ("mean", "median", "optimality_gap"):
        assert ragged[name] == pytest.approx(point.aggregates(even)[name], rel=1e-12)
    # 12 scores cut 3 of 12, 16 scores cut 4 of 16: the same quarter, so the IQM agrees as well.
    assert ragged["iqm"] == pytest.approx(point.iqm(even), rel=1e-12)


def test_ragged_iqm_by_hand() -> None:
    # Weights 4/(2*1) = 2 and 4/(2*3) = 2/3; a weight of 1 goes at either end.
    # Sorted: 0 (2), 1 (2/3), 2 (2/3), 3 (2/3) -> keeps 1, 2/3, 1/3, 0.
    expected = (1 * 0 + 2 / 3 * 1 + 1 / 3 * 2) / 2
    assert point.iqm([np.array([0.0]), np.array([1.0, 2.0, 3.0])]) == pytest.approx(expected, rel=1e-12)


@settings(deadline=None, max_examples=40)
@given(counts=st.lists(st.integers(1, 7), min_size=1, max_size=6), seed=st.integers(0, 10_000))
def test_aggregates_do_not_depend_on_the_order_of_seeds_or_tasks(counts: list[int], seed: int) -> None:
    scores = table(seed, counts)
    turned = [task[::-1] for task in reversed(scores)]
    for name, value in point.aggregates(scores).items():
        assert point.aggregates(turned)[name] == pytest.approx(value, rel=1e-9, abs=1e-12)


@settings(deadline=None, max_examples=40)
@given(counts=st.lists(st.integers(1, 7), min_size=1, max_size=6), seed=st.integers(0, 10_000))
def test_the_iqm_moves_with_the_scores(counts: list[int], seed: int) -> None:
    scores = table(seed, counts)
    shifted = point.iqm([2 * task + 3 for task in scores])
    assert shifted == pytest.approx(2 * point.iqm(scores) + 3, rel=1e-9, abs=1e-9)


def test_probability_of_improvement_is_that_of_rliable_and_takes_ragged_data() -> None:
    x, y = table(1, [6, 6]), table(2, [6, 6])
    oracle = metrics.probability_of_improvement(np.stack(x, axis=1), np.stack(y, axis=1))
    assert point.probability_of_improvement(x, y) == pytest.approx(oracle, rel=1e-12)
    a, b = [np.array([1.0, 2.0]), np.array([0.0])], [np.array([1.0]), np.array([1.0, -1.0, -2.0])]
    assert point.probability_of_improvement(a, b) == pytest.approx(np.mean([0.75, 2 / 3]))
    assert point.probability_of_improvement(x, y) + point.probability_of_improvement(y, x) == pytest.approx(1.0)


@pytest.mark.parametrize("scores", [[], [np.array([])], [np.array([1.0]), np.array([])]])
def test_nothing_to_aggregate_is_an_error(scores: list[np.ndarray]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        point.iqm(scores)
    with pytest.raises(ValueError, match="at least one"):
        batch_aggregates([task[None] for task in scores])
