"""Differences on one task, against scipy and by hand."""

from typing import Any

import numpy as np
import pytest
import scipy.stats

from mjbench.stats.bootstrap import Draws
from mjbench.stats.cell import Cell, Scores, SeedScore
from mjbench.stats.tasks import task_statistics
from mjbench.stats.welch import Difference, SeedSummary, difference, holm


def cells(**values: list[float]) -> Scores:
    table = {}
    for entry, row in values.items():
        seeds = tuple(SeedScore(i, value, None, "completed", f"{entry}{i}") for i, value in enumerate(row))
        table[entry, "T"] = Cell(entry, "T", seeds, len(seeds))
    return Scores(table)


def test_the_difference_is_welchs() -> None:
    generator = np.random.default_rng(0)
    a, b = generator.normal(3.0, 1.0, 7), generator.normal(2.0, 4.0, 12)
    ours = difference(SeedSummary.of(a), SeedSummary.of(b))
    oracle: Any = scipy.stats.ttest_ind(a, b, equal_var=False)
    interval = oracle.confidence_interval()
    assert (ours.value, ours.p) == pytest.approx((a.mean() - b.mean(), oracle.pvalue))
    assert (ours.low, ours.high) == pytest.approx((interval.low, interval.high))


def test_few_seeds_give_a_difference_without_interval() -> None:
    few, many = SeedSummary(1.0, 0.5, 3), SeedSummary(2.0, 0.5, 10)
    assert difference(few, many) == Difference(-1.0)
    assert difference(few, many, least=False).p is not None
    assert difference(SeedSummary(1.0, 0.0, 1), many, least=False) == Difference(-1.0)


def test_without_any_spread_the_answer_is_certain() -> None:
    same = SeedSummary(1.0, 0.0, 5)
    assert difference(same, same) == Difference(0.0, 0.0, 0.0, 1.0)
    assert difference(same, SeedSummary(3.0, 0.0, 5)) == Difference(-2.0, -2.0, -2.0, 0.0)
    lopsided = difference(same, SeedSummary(3.0, 1.0, 5))
    oracle: Any = scipy.stats.ttest_1samp([3 + s for s in _spread(5, 1.0)], 1.0)
    assert lopsided.p == pytest.approx(oracle.pvalue)


def _spread(count: int, std: float) -> np.ndarray:
    values = np.arange(count) - (count - 1) / 2
    return values / values.std(ddof=1) * std


def test_holm_by_hand() -> None:
    ps = [0.01, 0.04, None, 0.03, 0.005]
    adjusted = [row.adjusted for row in holm([Difference(0.0, p=p) for p in ps])]
    assert adjusted == [pytest.approx(0.03), pytest.approx(0.06), None, pytest.approx(0.06), pytest.approx(0.02)]
    assert [row.differs for row in holm([Difference(1.0, p=0.01), Difference(1.0, p=0.2)])] == [True, False]


def test_no_test_of_a_null_family_is_called_real_more_often_than_stated() -> None:
    generator = np.random.default_rng(5)
    wrong = 0
    for _ in range(400):
        family = [
            difference(SeedSummary.of(generator.normal(size=6)), SeedSummary.of(generator.normal(size=9)))
            for _ in range(8)
        ]
        wrong += any(row.differs for row in holm(family))
    assert wrong / 400 < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


def test_a_task_groups_those_that_cannot_be_told_apart() -> None:
    base = [1.0, 1.1, 0.9, 1.05, 0.95, 1.0]
    scores = cells(a=[10 + v for v in base], b=[10.02 + v for v in base], c=[3 + v for v in base], few=[99.0, 1.0])
    found = task_statistics(scores, ["T", "missing"], Draws(2000))["T"]
    assert found.best == set()  # the highest mean has too few seeds to be tested
    assert found.differences["a", "few"].p is None
    scores = cells(a=[10 + v for v in base], b=[10.02 + v for v in base], c=[3 + v for v in base])
    found = task_statistics(scores, ["T"], Draws(2000))["T"]
    assert found.best == {"a", "b"}
    assert found.differences["a", "c"].differs
    assert (found.ranks["c"].low, found.ranks["c"].high, found.ranks["c"].best) == (3, 3, 0.0)
    assert (found.ranks["a"].low, found.ranks["b"].high) == (1, 2)
    assert found.ranks["a"].best + found.ranks["b"].best == pytest.approx(1.0)


def test_nothing_to_compare_says_nothing() -> None:
    found = task_statistics(cells(a=[1.0] * 6), ["T"], Draws(100))["T"]
    assert (found.best, found.ranks, found.differences) == (frozenset(), {}, {})
