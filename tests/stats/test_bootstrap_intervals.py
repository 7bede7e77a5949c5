"""Our bootstrap, held to rliable's."""

import numpy as np
import pytest
from rliable import metrics

from mjbench.stats.aggregates import AGGREGATES
from mjbench.stats.bootstrap import Draws, Sample, estimates, with_interval
from mjbench.stats.counts import draw
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


def test_a_draw_takes_as_many_seeds_as_there_are() -> None:
    counts = draw(7, 4000, "sac", "toy/A-v0")
    assert counts.shape == (7, 4000)
    assert (counts.sum(axis=0) == 7).all()
    # Binomial: mean 1, variance (n - 1) / n, covariance -1 / n.
    covariance = np.cov(counts.astype(float))
    np.testing.assert_allclose(counts.mean(axis=1), 1.0, atol=0.06)
    np.testing.assert_allclose(covariance, np.eye(7) - 1 / 7, atol=0.08)


def test_more_seeds_than_a_byte_counts_can_be_drawn() -> None:
    counts = draw(300, 20, "sac")
    assert (counts.sum(axis=0, dtype=int) == 300).all()
    assert counts[280:].any()


def test_draws_depend_on_their_name_and_on_nothing_else() -> None:
    first = draw(5, 100, "sac", "toy/A-v0")
    np.testing.assert_array_equal(first, draw(5, 100, "sac", "toy/A-v0"))
    for other in (draw(5, 100, "sac", "toy/B-v0"), draw(5, 100, "ppo", "toy/A-v0"), draw(5, 100, "sac", seed=1)):
        assert (first != other).any()
    assert np.corrcoef(first[0], draw(5, 100, "ppo", "toy/A-v0")[0])[0, 1] == pytest.approx(0.0, abs=0.35)
    draws = Draws(100)
    assert draws("sac", "toy/A-v0", 5) is draws("sac", "toy/A-v0", 5)


def test_the_mean_of_ragged_data_spreads_as_theory_says() -> None:
    generator = np.random.default_rng(4)
    scores = {str(count): generator.normal(0.0, 1.0, count) for count in (5, 9, 14)}
    spread = Sample("sac", scores, Draws(20_000)).distribution("mean").std()
    expected = np.sqrt(sum(task.var() / len(task) for task in scores.values())) / len(scores)
    assert spread == pytest.approx(expected, rel=0.03)


def test_the_same_seed_gives_the_same_numbers_and_another_does_not(matrix: np.ndarray) -> None:
    scores = list(matrix.T)
    assert estimates(scores, 500) == estimates(scores, 500)
    assert estimates(scores, 500) != estimates(scores, 500, seed=1)


def test_resamples_beyond_a_block_are_not_copies_of_each_other() -> None:
    wide = draw(250, 13_000, "sac")  # three blocks
    assert len(np.unique(wide[:, ::50], axis=1).T) == 260


def test_intervals_hold_the_estimate_and_grow_with_confidence(matrix: np.ndarray) -> None:
    values = Sample("sac", {str(m): column for m, column in enumerate(matrix.T)}, Draws(2000)).distribution("iqm")
    point = metrics.aggregate_iqm(matrix)
    narrow, wide = (with_interval(point, values, confidence) for confidence in (0.5, 0.95))
    numbers = [wide.low, narrow.low, point, narrow.high, wide.high]
    assert None not in numbers
    assert numbers == sorted(numbers)  # type: ignore[type-var]


def test_no_resamples_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one resample"):
        draw(3, 0)


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
