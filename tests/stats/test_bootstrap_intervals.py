"""Our bootstrap, held to rliable's."""

import numpy as np
import pytest
from rliable import metrics

from mjbench.stats.batch import AGGREGATES
from mjbench.stats.bootstrap import CHUNK, distribution, estimates, resample
from mjbench.stats.estimate import mean_estimate, standing


@pytest.fixture(scope="module")
def matrix() -> np.ndarray:
    """Scores of 10 seeds on 4 tasks, shape (10, 4)."""
    return np.random.default_rng(11).gamma(4.0, 0.2, (10, 4))


def test_intervals_agree_with_rliable(matrix: np.ndarray) -> None:
    library = pytest.importorskip("rliable.library")

    def all_of_them(scores: np.ndarray) -> np.ndarray:
        return np.array(
            [
                metrics.aggregate_iqm(scores),
                metrics.aggregate_mean(scores),
                metrics.aggregate_median(scores),
                metrics.aggregate_optimality_gap(scores),
            ]
        )

    np.random.seed(0)  # rliable draws from the global generator
    points, intervals = library.get_interval_estimates({"x": matrix}, all_of_them, reps=4000)
    ours = estimates(list(matrix.T), resamples=20_000)
    for index, name in enumerate(AGGREGATES):
        low, high = intervals["x"][:, index]
        assert ours[name].value == points["x"][index]
        # Both ends are Monte Carlo: a few percent of the width.
        assert ours[name].low == pytest.approx(low, abs=0.06 * (high - low))
        assert ours[name].high == pytest.approx(high, abs=0.06 * (high - low))


def test_every_task_draws_from_its_own_seeds_only() -> None:
    scores = [np.array([1.0, 2.0]), np.array([10.0, 20.0, 30.0])]
    first, second = resample(scores, 200, np.random.default_rng(0))
    assert (first.shape, second.shape) == ((200, 2), (200, 3))
    assert set(np.unique(first)) == {1.0, 2.0}
    assert set(np.unique(second)) == {10.0, 20.0, 30.0}


def test_the_mean_of_ragged_data_spreads_as_theory_says() -> None:
    generator = np.random.default_rng(4)
    scores = [generator.normal(0.0, 1.0, count) for count in (5, 9, 14)]
    spread = distribution(scores, 20_000)["mean"].std()
    expected = np.sqrt(sum(task.var() / len(task) for task in scores)) / len(scores)
    assert spread == pytest.approx(expected, rel=0.03)


def test_the_same_seed_gives_the_same_numbers_and_another_does_not(matrix: np.ndarray) -> None:
    scores = list(matrix.T)
    assert estimates(scores, 500) == estimates(scores, 500)
    assert estimates(scores, 500) != estimates(scores, 500, seed=1)


def test_resamples_need_not_fill_the_last_chunk(matrix: np.ndarray) -> None:
    values = distribution(list(matrix.T), CHUNK + 7)
    assert {name: len(column) for name, column in values.items()} == dict.fromkeys(AGGREGATES, CHUNK + 7)
    assert len(np.unique(values["mean"])) > CHUNK  # chunks are not copies of each other


def test_intervals_hold_the_estimate_and_grow_with_confidence(matrix: np.ndarray) -> None:
    narrow, wide = (estimates(list(matrix.T), 2000, confidence=c) for c in (0.5, 0.95))
    for name in AGGREGATES:
        lows = (wide[name].low, narrow[name].low, narrow[name].value, narrow[name].high, wide[name].high)
        numbers = [number for number in lows if number is not None]
        assert len(numbers) == 5
        assert numbers == sorted(numbers)


def test_no_resamples_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one resample"):
        distribution([np.array([1.0])], 0)


def test_the_t_interval_is_that_of_scipy() -> None:
    import scipy.stats

    values = np.random.default_rng(2).normal(5.0, 2.0, 7)
    ours = mean_estimate(values)
    low, high = scipy.stats.t.interval(0.95, 6, loc=values.mean(), scale=scipy.stats.sem(values))
    assert (ours.value, ours.low, ours.high) == pytest.approx((values.mean(), low, high))


def test_fewer_than_five_values_have_no_interval() -> None:
    four = mean_estimate([1.0, 2.0, 3.0, 4.0])
    assert (four.value, four.low, four.high) == (2.5, None, None)
    assert mean_estimate([1.0, 2.0, 3.0, 4.0, 5.0]).low is not None
    with pytest.raises(ValueError, match="no seeds"):
        mean_estimate([])


def test_what_a_number_of_seeds_allows() -> None:
    assert [standing(n) for n in (0, 4, 5, 9, 10)] == ["points", "points", "preliminary", "preliminary", "full"]
