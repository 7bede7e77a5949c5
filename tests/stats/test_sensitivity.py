"""Sensitivity to hyperparameters against numbers worked out by hand."""

import numpy as np
import pytest

from mjbench.stats.sensitivity import sensitivity

# Means over seeds are 0, 10, 20 on the first task and 8, 4, 0 on the second.
# 5th and 95th percentiles of (0, 10, 20) are 1 and 19, of (0, 4, 8) 0.4 and 7.6.
#   first task:  -1/18, 9/18, 19/18       second task: 7.6/7.2, 3.6/7.2, -0.4/7.2
# Best for each: (19/18 + 19/18) / 2 = 19/18. Best for all: the second set has 1/2 and the others (19 - 1) / 36 = 1/2.
BY_HAND = {"a": [[-1.0, 1.0], [9.0, 11.0], [18.0, 22.0]], "b": [[8.0, 8.0], [5.0, 3.0], [0.0, 0.0]]}


def test_loss_and_its_parts_are_those_worked_out_by_hand() -> None:
    found = sensitivity(BY_HAND)
    assert found is not None
    assert found.per_task.value == pytest.approx(19 / 18)
    assert found.shared.value == pytest.approx(1 / 2)
    assert found.loss.value == pytest.approx(5 / 9)
    assert found.best == {"a": 2, "b": 0}
    assert (found.sets, found.seeds) == (3, 2)


def test_one_set_that_is_best_everywhere_loses_nothing() -> None:
    found = sensitivity({"a": [[1.0], [2.0], [3.0]], "b": [[10.0], [20.0], [70.0]]})
    assert found is not None
    assert found.loss.value == pytest.approx(0.0)
    assert found.best_shared == 2
    assert found.loss.low is None, "a single seed allows no interval"


def test_interval_is_that_of_all_resamples_written_out() -> None:
    """With two seeds of one cell that differ there are three resamples, with the shares 1/4, 1/2 and 1/4."""
    scores = {"a": [[0.0, 0.0], [10.0, 10.0], [14.0, 26.0]], "b": [[8.0, 8.0], [4.0, 4.0], [0.0, 0.0]]}
    found = sensitivity(scores, resamples=4_000)
    assert found is not None
    lowest = ((14 - 1) / 18 + 19 / 18) / 2 - 1 / 2  # the third set's mean is then 14; the second set is best for all
    assert found.loss.low == pytest.approx(lowest)
    # At a mean of 26 the third set is best for all, too: (25/18 - 1/18) / 2.
    assert found.loss.high == pytest.approx((25 / 18 + 19 / 18) / 2 - (25 / 18 - 1 / 18) / 2)


def test_scores_of_other_units_give_the_same_loss() -> None:
    scaled = {"a": [[1000 * v - 7 for v in row] for row in BY_HAND["a"]], "b": BY_HAND["b"]}
    one, other = sensitivity(BY_HAND), sensitivity(scaled)
    assert one is not None
    assert other is not None
    assert other.loss.value == pytest.approx(one.loss.value)
    assert other.loss.high == pytest.approx(one.loss.high)


def test_the_interval_covers_the_loss_of_the_true_means() -> None:
    """Over many studies with a known loss and clear differences; chance alone would miss one in twenty."""
    random = np.random.default_rng(3)
    means = {"a": [0.0, 10.0, 20.0], "b": [8.0, 4.0, 0.0]}
    covered = 0
    for _ in range(60):
        drawn = {task: [list(random.normal(mean, 0.5, size=8)) for mean in row] for task, row in means.items()}
        found = sensitivity(drawn, resamples=500)
        assert found is not None
        assert found.loss.low is not None
        assert found.loss.high is not None
        covered += found.loss.low <= 5 / 9 + 0.03 and found.loss.high >= 5 / 9 - 0.03
    assert covered >= 54


@pytest.mark.parametrize(
    "scores",
    [{}, {"a": [[1.0], [2.0]]}, {"a": [[1.0]], "b": [[2.0]]}, {"a": [[1.0], [1.0]], "b": [[1.0], [2.0]]}],
    ids=["no task", "one task", "one set", "a task with equal scores"],
)
def test_without_anything_to_compare_there_is_none(scores) -> None:
    assert sensitivity(scores) is None


def test_sets_that_differ_between_tasks_are_refused() -> None:
    with pytest.raises(ValueError, match="every set"):
        sensitivity({"a": [[1.0], [2.0]], "b": [[1.0]]})
