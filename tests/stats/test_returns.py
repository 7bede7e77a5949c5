"""The one place that turns episodes into a score."""

import math
from dataclasses import replace

import pytest
from records import make_record, make_run

from mjbench.spec.record import Evaluations, RunRecord, TrainingEpisodes, failure
from mjbench.spec.task import Reference, TaskSpec
from mjbench.stats.returns import (
    evaluation_points,
    final_mean,
    final_return,
    floor,
    mean_return,
    training_points,
)

INFINITE = float("inf")


@pytest.mark.parametrize(
    ("returns", "mean"),
    [((1.0, 2.0, 6.0), 3.0), ((), None), ((1.0, None), None), ((math.nan, 1.0), None), ((INFINITE, -INFINITE), None),
     ((1e101,), None), ((1e100,), 1e100), ((0.1,) * 10, 0.1)],
)  # fmt: skip
def test_a_mean_is_finite_or_nothing(returns, mean) -> None:
    assert mean_return(returns) == mean


def test_only_the_final_policy_of_a_completed_run_scores() -> None:
    record = make_record(make_run(), final=7.0)
    assert final_mean(record) == 7.0
    assert final_return(record) == 7.0
    for other in (replace(record, status="diverged"), failure(make_run(), "it broke")):
        assert final_mean(other) is None
        assert math.isnan(final_return(other))


def test_the_floor_is_the_random_return_or_what_is_lower() -> None:
    task = TaskSpec("toy/A-v0", "m:a", 10, 100, random_return=Reference(2.0, "measured"))
    assert floor([5.0, None], task) == 2.0
    assert floor([1.0, 5.0], task) == 1.0
    assert floor([5.0, 3.0], None) == 3.0
    assert floor([None], None) is None


def test_evaluations_are_ascending_and_tell_what_is_not_finite() -> None:
    table = Evaluations([100, 50, 50], [1, 2, 3], [4.0, 1.0, None], [5, 5, 5])
    points = evaluation_points(RunRecord(make_run(), "completed", table))
    assert [(point.steps, point.episodes, point.mean, point.low, point.high) for point in points] == [
        (50, 2, None, 1.0, 1.0), (100, 1, 4.0, 4.0, 4.0),
    ]  # fmt: skip


def test_training_episodes_are_averaged_over_parts_of_the_budget() -> None:
    training = TrainingEpisodes([1, 10, 11, 100], [1.0, 3.0, None, 7.0], [1] * 4)
    points = training_points(RunRecord(make_run(steps=100), "failed", training=training), parts=10)
    assert [(point.steps, point.mean, point.low, point.high) for point in points] == [
        (5, 2.0, 1.0, 3.0),
        (15, None, None, None),
        (95, 7.0, 7.0, 7.0),
    ]


def test_a_budget_shorter_than_its_parts_loses_no_episode() -> None:
    training = TrainingEpisodes([1, 2, 3], [1.0, 2.0, 3.0], [1] * 3)
    points = training_points(RunRecord(make_run(steps=3), "failed", training=training))
    assert [point.mean for point in points] == [1.0, 2.0, 3.0]
