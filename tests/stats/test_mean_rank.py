"""The mean rank over tasks, against scipy and by hand."""

import numpy as np
import pytest
import scipy.stats

from mjbench.stats.bootstrap import Draws
from mjbench.stats.cell import Cell, Scores, SeedScore
from mjbench.stats.mean_rank import mean_rank_intervals, mean_ranks


def table(values: dict[tuple[str, str], list[float | None]]) -> Scores:
    cells = {}
    for (entry, task), row in values.items():
        seeds = tuple(SeedScore(i, value, None, "completed", f"{entry}{i}") for i, value in enumerate(row))
        cells[entry, task] = Cell(entry, task, seeds, len(seeds))
    return Scores(cells)


def test_it_is_the_mean_of_scipys_ranks() -> None:
    generator = np.random.default_rng(0)
    means = generator.integers(0, 4, (5, 7)).astype(float)  # many ties
    scores = table({(f"e{i}", f"t{k}"): [means[i, k]] for i in range(5) for k in range(7)})
    oracle = scipy.stats.rankdata(-means, axis=0).mean(axis=1)
    found = mean_ranks(scores, [f"t{k}" for k in range(7)])
    assert [found[f"e{i}"].value for i in range(5)] == pytest.approx(oracle.tolist())


def test_a_missing_task_is_left_out_and_one_that_failed_is_last() -> None:
    scores = table({("a", "s"): [None], ("b", "s"): [-5.0], ("b", "t"): [1.0]})
    found = mean_ranks(scores, ["s", "t"])
    assert (found["a"].value, found["a"].tasks, found["a"].of) == (2.0, 1, 2)
    assert (found["b"].value, found["b"].tasks) == (1.0, 2)


def test_intervals_are_of_those_with_all_tasks_and_enough_seeds() -> None:
    seeds = np.arange(6.0)
    scores = table(
        {(entry, task): list(base + seeds) for entry, base in (("a", 100.0), ("b", 0.5), ("c", 0.0)) for task in "st"}
        | {("few", "s"): [1.0], ("few", "t"): [1.0], ("part", "s"): list(seeds)}
    )
    found = mean_rank_intervals(scores, ["s", "t"], Draws(500))
    assert set(found) == {"a", "b", "c"}
    assert (found["a"].low, found["a"].high, found["a"].best) == (1, 1, 1.0)
    assert (found["b"].low, found["b"].high) == (found["c"].low, found["c"].high) == (2, 3)
    assert mean_rank_intervals(table({("a", "s"): list(seeds)}), ["s"], Draws(10)) == {}
