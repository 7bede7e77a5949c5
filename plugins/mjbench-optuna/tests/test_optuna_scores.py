"""Scores of trials by hand."""

from typing import Any

import numpy as np
import pytest
from mjbench_optuna.outcome import UNTUNED, Cost, Outcome, Tried
from mjbench_optuna.page.correlation import correlations
from mjbench_optuna.page.places import place
from mjbench_optuna.plan import StudyPlan
from mjbench_optuna.scores import Reached, reports, value_of
from mjbench_optuna.space import Parameter

RUN: Any = None


def test_points_of_a_trial_take_one_run_after_the_other() -> None:
    first, second = Reached(RUN, (1.0, 3.0), 4.0, "completed"), Reached(RUN, (10.0,))
    # Of the first run its own scores; of the second the mean of the final score of the first, 4, and its own.
    assert reports([first, second], 2) == [(1, 1.0), (2, 3.0), (3, 7.0)]
    assert reports([second, first], 2) == [(1, 10.0)], "a run counts when those before it have ended"
    assert value_of([first, second]) is None
    assert value_of([first, Reached(RUN, (), 6.0, "completed")]) == 5.0


def made_up() -> Outcome:
    space = {
        "rate": Parameter(1e-4, 1e-2, True),
        "size": Parameter(choices=(32, 64, 128)),
        "same": Parameter(choices=(1,)),
    }
    plan = StudyPlan("ppo", ("a/B-v0",), {"a/B-v0": 10}, (900_000,), "1", space, "tpe", True)
    rows = [(1e-4, 32, 1.0), (1e-3, 64, 4.0), (1e-2, 32, 9.0), (5e-3, 128, 5.0)]
    tried = [Tried(UNTUNED, "complete", {}, {"a/B-v0": (2.0,)})]
    tried += [
        Tried(n, "complete", {"rate": rate, "size": size, "same": 1}, {"a/B-v0": (score,)})
        for n, (rate, size, score) in enumerate(rows)
    ]
    return Outcome(plan, (*tried, Tried(4, "pruned", {"rate": 1e-3, "size": 32, "same": 1})), Cost())


def test_places_on_an_axis() -> None:
    space = made_up().plan.space
    assert place(space["rate"], 1e-3) == pytest.approx(0.5)
    assert [place(space["size"], value) for value in (32, 64, 128)] == [0.0, 0.5, 1.0]


def test_correlations_are_those_of_ranks() -> None:
    found = correlations(made_up())
    assert found is not None
    names, table = found
    assert names == ["rate", "size", "same", "score"]
    # Ranks of rate 1 2 4 3 and of score 1 2 4 3; of size 1.5 3 1.5 4 against 1 2 4 3.
    assert table[0, 3] == pytest.approx(1.0)
    size, other = np.array([1.5, 3, 1.5, 4]) - 2.5, np.array([1.0, 2, 4, 3]) - 2.5
    assert table[1, 3] == pytest.approx(size @ other / np.sqrt((size @ size) * (other @ other)))
    assert np.isnan(table[2, 3]), "what never changes has none"


def test_the_best_is_the_earliest_of_equals() -> None:
    found = made_up()
    assert [each.number for each in found.complete] == [2, 3, 1, UNTUNED, 0]
    assert found.untuned is not None
    assert (found.trials, found.count("pruned")) == (5, 1)
    assert found.best_on("a/B-v0").number == 2
