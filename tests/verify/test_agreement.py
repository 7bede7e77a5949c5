"""What chance explains and what it does not, where episodes played again are other ones."""

import math
import platform

import numpy as np
import pytest

from mjbench.runner.provenance import elsewhere, instructions, processor
from mjbench.verify.agreement import LIMIT, excess, metric_excess, pooled, success_excess


def draws(seed: int, runs: int, episodes: int = 20) -> np.ndarray:
    """(2, runs, episodes): told and played, of the same policies."""
    return np.random.default_rng(seed).normal(1000.0, 50.0, (2, runs, episodes))


def test_independent_draws_have_an_excess_of_one_standard_deviation() -> None:
    told, played = draws(0, 4000)
    values = [excess(list(a), list(b), 20) for a, b in zip(told, played, strict=True)]
    assert np.mean(values) == pytest.approx(0.0, abs=0.05)
    assert np.std(values) == pytest.approx(1.0, abs=0.1)
    assert np.mean(np.abs(values) > LIMIT) < 0.002


def test_fewer_that_differ_leave_less_room() -> None:
    told, played = draws(1, 1)[:, 0]
    few = np.where(np.arange(20) < 5, told, played)
    assert excess(list(few + 1), list(played), 5) == pytest.approx(
        (few + 1 - played).sum() / (math.sqrt(10) * played.std(ddof=1))
    )


def test_noise_and_outliers_in_what_is_told_buy_nothing() -> None:
    _, played = draws(2, 1)[:, 0]
    told = played.copy()
    told[3] += 20 * 200.0  # the mean by 200, hidden in one episode
    assert excess(list(told), list(played), 20) > LIMIT
    assert excess(list(np.where(np.arange(20) % 2, 5000.0, -2600.0)), list(played), 20) > LIMIT


def test_a_policy_that_always_gives_the_same_leaves_no_room() -> None:
    assert excess([1000.1] * 20, [1000.0] * 20, 20) == math.inf
    assert excess([999.0] * 20, [1000.0] * 20, 20) == -math.inf
    assert excess([1000.0] * 20, [1000.0] * 20, 20) == 0.0
    assert excess([7.0], [6.0], 1) == math.inf


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_no_chance(value: float) -> None:
    assert excess([1000.0, 900.0], [value, 900.0], 1) == math.inf
    assert excess([value, 900.0], [1000.0, 900.0], 1) == math.inf


def test_many_small_excesses_are_one_large_one() -> None:
    told, played = draws(3, 100)
    honest = [excess(list(a), list(b), 20) for a, b in zip(told, played, strict=True)]
    assert abs(pooled(honest)) < LIMIT
    polished = [excess(list(a + 12), list(b), 20) for a, b in zip(told, played, strict=True)]  # 1.2 % each
    assert np.mean(np.array(polished) > LIMIT) < 0.05
    assert pooled(polished) > LIMIT
    assert pooled([*[2.0] * 16, -math.inf]) > LIMIT  # one run that tells far too little hides nothing
    assert pooled([]) == 0.0


def test_successes() -> None:
    assert success_excess([True] * 20, [True] * 19 + [False], 1) < LIMIT
    assert success_excess([True] * 20, [False] * 20, 20) > LIMIT
    assert success_excess([True] + [False] * 19, [False] * 20, 1) < LIMIT


def test_a_name_alone_does_not_make_the_same_processor() -> None:
    here = {"python": platform.python_version(), "processor": processor(), "instructions": instructions()}
    assert elsewhere(here) == []
    assert elsewhere({**here, "instructions": "sse9"})[0].startswith("instructions sse9, here ")
    del here["instructions"]
    assert elsewhere(here)[0].startswith("instructions not recorded, here ")


def test_metrics_are_held_in_both_directions_and_rare_ones_may_differ() -> None:
    told, played = draws(7, 4000)
    values = [metric_excess(list(a), list(b), 20) for a, b in zip(told, played, strict=True)]
    assert max(values) < LIMIT
    for shift in (-200.0, 200.0):
        assert metric_excess(list(played[0] + shift), list(played[0]), 20) > LIMIT
    none = [0.0] * 50
    assert metric_excess([1.0, *none[1:]], none, 50) < LIMIT  # one fall more
    assert metric_excess([1.0] * 10 + none[10:], none, 50) > LIMIT
    unknown = [math.nan] * 50
    assert metric_excess(unknown, unknown, 50) == 0.0
    assert metric_excess(none, unknown, 50) > LIMIT
    assert metric_excess(unknown, none, 50) > LIMIT
    assert metric_excess([], [], 0) == 0.0
