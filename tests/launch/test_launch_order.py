"""The order in which runs are begun."""

from dataclasses import replace
from itertools import permutations

from mjbench.launch.order import longest_first
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol

RUN = RunSpec("a/A-v0", "sac", {}, 0, 10, EvalProtocol())
SHORT, MIDDLE, LONG = (replace(RUN, seed=seed, steps=steps) for seed, steps in enumerate((10, 20, 30)))


def steps(run: RunSpec) -> float:
    return run.steps


def test_long_runs_come_first_and_equal_ones_keep_their_order() -> None:
    for runs in permutations([SHORT, MIDDLE, LONG]):
        assert longest_first(runs, steps) == [LONG, MIDDLE, SHORT]
    same = [replace(RUN, seed=seed) for seed in (3, 1, 2)]
    assert longest_first(same, steps) == same


def test_a_run_counts_with_those_that_wait_for_its_policy() -> None:
    walk = replace(RUN, task="a/Walk-v0", steps=10)
    step = replace(RUN, task="a/Step-v0", steps=10, source=walk.run_id)
    climb = replace(RUN, task="a/Climb-v0", steps=15, source=step.run_id)
    beside = replace(RUN, task="a/Beside-v0", steps=5, source=walk.run_id)
    assert longest_first([SHORT, LONG, walk, step, climb, beside], steps) == [walk, LONG, step, climb, SHORT, beside]


def test_a_source_stays_ahead_even_where_nothing_takes_time() -> None:
    after = replace(RUN, task="a/After-v0", source=RUN.run_id)
    assert longest_first([RUN, after], lambda run: 0.0) == [RUN, after]
