"""Many runs at once give the same bits as one after the other."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mjbench.spec.record import Evaluations, RunRecord
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.stats.many_returns import curves, exact_means
from mjbench.stats.returns import checkpoint_means, final_mean, mean_return

NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(-1e4, 1e4),
    st.sampled_from([0.1, -0.1, 1e16, -1e16, 1.0, 1e-16, 1e100, 1e308, -1e308, 5e-324, 0.0, -0.0]),
)
PROTOCOL = EvalProtocol(checkpoints=3, episodes=2, final_episodes=4)
SCHEDULE = [30, 30, 60, 60, 90, 90, 90, 90]


def same(a: float, b: float | None) -> bool:
    return math.isnan(a) if b is None else (a == b and math.copysign(1, a) == math.copysign(1, b))


@settings(max_examples=400, deadline=None)
@given(st.integers(1, 9).flatmap(lambda n: st.lists(st.lists(NUMBERS, min_size=n, max_size=n), min_size=1, max_size=9)))
def test_means_have_the_bits_of_the_exact_sum(columns: list[list[float]]) -> None:
    found = exact_means(np.array(columns, dtype=float).T).tolist()
    assert all(same(mean, mean_return(column)) for mean, column in zip(found, columns, strict=True)), found


def test_means_of_ordinary_returns_have_the_bits_of_the_exact_sum() -> None:
    columns = np.random.default_rng(0).normal(300, 200, (5000, 50))
    assert exact_means(columns.T).tolist() == [mean_return(column) for column in columns.tolist()]


def test_sums_that_lie_between_two_numbers_are_left_to_the_exact_sum() -> None:
    half = [1.0, 2.0**-53, 2.0**-120]  # a hair above the middle of 1 and the next number
    columns = [[3 * value for value in row] for row in (half, [1.0, 2.0**-53, -(2.0**-120)], [1.0, 2.0**-53, 0.0])]
    assert exact_means(np.array(columns).T).tolist() == [mean_return(column) for column in columns]


def record(seed: int, returns: list[float | None], steps: list[int] = SCHEDULE) -> RunRecord:
    run = RunSpec("toy/A-v0", "sac", {}, seed, 90, PROTOCOL)
    table = Evaluations(list(steps), [0] * len(steps), returns, [5] * len(steps))
    return RunRecord(run, "completed", table)


def test_curves_are_those_of_single_runs_where_they_are_whole() -> None:
    generator = np.random.default_rng(0)
    whole = [record(seed, generator.normal(size=8).tolist()) for seed in range(5)]
    others = [
        record(5, [1.0, None, *([2.0] * 6)]),
        record(6, [1.0] * 6, SCHEDULE[2:]),
        record(7, [1.0] * 8, SCHEDULE[::-1]),
        replace(record(8, [1.0] * 8), status="failed"),
    ]
    ((found, means),) = curves([*whole[:3], *others, *whole[3:]])
    assert found == whole
    for one, row in zip(found, means.tolist(), strict=True):
        assert tuple(row) == checkpoint_means(one, final_mean(one), None)


@pytest.mark.parametrize("count", [0, 2500])
def test_any_number_of_runs(count: int) -> None:
    records = [record(seed, [float(seed)] * 8) for seed in range(count)]
    found = [(run, row) for group, means in curves(records) for run, row in zip(group, means.tolist(), strict=True)]
    assert [run.run.seed for run, _ in found] == list(range(count))
    assert all(row == [run.run.seed] * 3 for run, row in found)
