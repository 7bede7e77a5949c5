"""The aggregates on counts, against rliable where it applies and against their definition where it does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rliable import metrics

from mjbench.stats import aggregates as point
from mjbench.stats.aggregates import AGGREGATES, counted
from mjbench.stats.bootstrap import Draws, Sample
from mjbench.stats.counts import draw, once
from mjbench.stats.improvement import improvement
from mjbench.stats.trimmed import iqms

ORACLE = {
    "iqm": metrics.aggregate_iqm,
    "mean": metrics.aggregate_mean,
    "median": metrics.aggregate_median,
    "optimality_gap": metrics.aggregate_optimality_gap,
}


def table(seed: int, counts: list[int]) -> list[np.ndarray]:
    generator = np.random.default_rng(seed)
    return [generator.normal(0.7, 0.6, count) for count in counts]


@settings(max_examples=60)
@given(seeds=st.integers(1, 17), tasks=st.integers(1, 11), seed=st.integers(0, 10_000))
def test_every_resample_has_the_aggregates_of_rliable(seeds: int, tasks: int, seed: int) -> None:
    scores = table(seed, [seeds] * tasks)
    counts = [draw(seeds, 3, str(task), seed=seed) for task in range(tasks)]
    for name in AGGREGATES:
        ours = counted(name, np.concatenate(scores), [seeds] * tasks, np.concatenate(counts))
        for column in range(3):
            drawn = [np.repeat(values, count[:, column]) for values, count in zip(scores, counts, strict=True)]
            assert ours[column] == pytest.approx(ORACLE[name](np.stack(drawn, axis=1)), rel=1e-9, abs=1e-12)


@settings(max_examples=60)
@given(counts=st.lists(st.integers(1, 9), min_size=1, max_size=7), seed=st.integers(0, 10_000))
def test_the_iqm_of_ragged_resamples_is_that_of_its_definition(counts: list[int], seed: int) -> None:
    scores = table(seed, counts)
    drawn = np.concatenate([draw(count, 4, str(task)) for task, count in enumerate(counts)])
    ours = iqms(np.concatenate(scores)[None], counts, drawn)[0]
    total = sum(counts)
    cut = total // 4
    order = np.argsort(np.concatenate(scores))
    for column in range(4):
        weight = drawn[:, column] * np.repeat([total / (len(counts) * count) for count in counts], counts)
        upper = np.cumsum(weight[order])
        kept = np.clip(np.minimum(upper, total - cut) - np.maximum(upper - weight[order], cut), 0, None)
        expected = (kept * np.concatenate(scores)[order]).sum() / kept.sum()
        assert ours[column] == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_scores_that_are_cut_off_do_not_move_the_iqm_however_large() -> None:
    plain, wild = [np.linspace(0, 1, 12)], [np.concatenate([[-1e90], np.linspace(0, 1, 12)[1:-1], [1e90]])]
    counts = np.concatenate([once(12), draw(12, 50, "x")], axis=1)
    tame = counts[:, (counts[0] <= 3) & (counts[-1] <= 3)]
    assert tame.shape[1] > 40
    np.testing.assert_allclose(*(iqms(scores[0][None], [12], tame) for scores in (plain, wild)), rtol=1e-12)


def test_tables_at_several_checkpoints_share_their_resamples() -> None:
    values = np.random.default_rng(0).normal(size=(5, 18))
    counts = np.concatenate([draw(6, 100, str(task)) for task in range(3)])
    together = iqms(values, [6, 6, 6], counts)
    np.testing.assert_array_equal(together, np.stack([iqms(row[None], [6, 6, 6], counts)[0] for row in values]))


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


@settings(max_examples=40)
@given(counts=st.lists(st.integers(1, 7), min_size=1, max_size=6), seed=st.integers(0, 10_000))
def test_aggregates_do_not_depend_on_the_order_of_seeds_or_tasks(counts: list[int], seed: int) -> None:
    scores = table(seed, counts)
    turned = [task[::-1] for task in reversed(scores)]
    for name, value in point.aggregates(scores).items():
        assert point.aggregates(turned)[name] == pytest.approx(value, rel=1e-9, abs=1e-12)


@settings(max_examples=40)
@given(counts=st.lists(st.integers(1, 7), min_size=1, max_size=6), seed=st.integers(0, 10_000))
def test_the_iqm_moves_with_the_scores(counts: list[int], seed: int) -> None:
    scores = table(seed, counts)
    shifted = point.iqm([2 * task + 3 for task in scores])
    assert shifted == pytest.approx(2 * point.iqm(scores) + 3, rel=1e-9, abs=1e-9)


def test_probability_of_improvement_is_that_of_rliable_and_takes_ragged_data() -> None:
    x, y = table(1, [6, 6]), table(2, [6, 6])
    oracle = metrics.probability_of_improvement(np.stack(x, axis=1), np.stack(y, axis=1))
    assert beats(x, y) == pytest.approx(oracle, rel=1e-12)
    a, b = [np.array([1.0, 2.0]), np.array([0.0])], [np.array([1.0]), np.array([1.0, -1.0, -2.0])]
    assert beats(a, b) == pytest.approx(np.mean([0.75, 2 / 3]))
    assert beats(x, y) + beats(y, x) == pytest.approx(1.0)


def beats(x: list[np.ndarray], y: list[np.ndarray]) -> float:
    one, other = (
        Sample(name, dict(zip("ABC", scores, strict=False)), Draws(1)) for name, scores in (("x", x), ("y", y))
    )
    found = improvement(one, other, False)
    assert found is not None
    return found.value


@pytest.mark.parametrize("scores", [[], [np.array([])], [np.array([1.0]), np.array([])]])
def test_nothing_to_aggregate_is_an_error(scores: list[np.ndarray]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        point.iqm(scores)
