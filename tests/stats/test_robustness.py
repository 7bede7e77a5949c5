"""The share of its score that a policy keeps, and the area under it, against numbers worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from records import make_record, make_run
from robustness_files import make_robustness

from mjbench.spec.task import Reference, TaskSpec
from mjbench.stats.robustness import robustness


def task(random: float | None = 0.0) -> TaskSpec:
    reference = None if random is None else Reference(random, "a test")
    return TaskSpec("pointmass/Centre-v0", "a:b", 10, 100, random_return=reference)


def score(calm: float, pushed: tuple[float, ...], random: float | None = 0.0) -> float | None:
    return robustness(make_robustness(make_record(make_run()), calm, pushed), task(random)).value


def test_the_area_is_that_of_the_trapezoids() -> None:
    assert score(1.0, (0.5, 0.0)) == pytest.approx((0.75 + 0.25) / 2)
    assert score(2.0, (2.0, 2.0)) == 1.0


def test_negative_returns_count_by_what_is_above_the_random_policy() -> None:
    assert score(-10.0, (-60.0, -110.0), random=-110.0) == pytest.approx(0.5)


def test_what_is_kept_lies_between_nothing_and_all() -> None:
    assert score(1.0, (3.0, -5.0)) == pytest.approx((1.0 + 0.5) / 2)


@pytest.mark.parametrize("calm", [0.0, -1.0])
def test_a_policy_that_is_no_better_than_a_random_one_keeps_nothing(calm: float) -> None:
    assert score(calm, (5.0, 5.0)) == 0.0


def test_without_a_random_return_there_is_no_number_but_curves() -> None:
    played = robustness(make_robustness(make_record(make_run())), task(None))
    assert played.value is None
    assert played.weakest is None
    assert [point.mean for point in played.curves[0].points] == [1.0, 0.5, 0.0]
    assert robustness(make_robustness(make_record(make_run())), None).value is None


def test_a_simulation_without_a_finite_number_keeps_nothing() -> None:
    played = make_robustness(make_record(make_run()), 1.0, (1.0, 1.0))
    returns = [*played.episodes.episode_return[:-1], None]
    played = replace(played, episodes=replace(played.episodes, episode_return=returns))
    assert robustness(played, task()).value == pytest.approx(0.75)


def test_conditions_count_equally_and_the_weakest_is_named() -> None:
    played = make_robustness(make_record(make_run()))
    table = played.episodes
    more = replace(
        table,
        condition=[*table.condition, "gravity", "gravity"],
        strength=[*table.strength, 4.0, 4.0],
        seed=table.seed + table.seed[:2],
        episode_return=[*table.episode_return, 1.0, 1.0],
        episode_length=[10] * 8,
        success=[True, False] * 4,
    )
    found = robustness(replace(played, episodes=more, scales={"push": 3.5, "gravity": 9.81}), task())
    assert found.value == pytest.approx(np.mean([0.5, 1.0]))
    assert found.weakest is not None
    assert found.weakest.condition == "push"
    assert [point.success for point in found.curves[1].points] == [0.5, 0.5]
