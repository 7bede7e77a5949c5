"""Profiles, improvement, curves and ranks: rliable on rectangular data, by hand and by definition elsewhere."""

import numpy as np
import pytest
import scipy.integrate
from rliable import metrics

from mjbench.stats.bootstrap import Draws, Sample
from mjbench.stats.cell import Cell, Scores, SeedScore
from mjbench.stats.efficiency import area_weights, efficiency
from mjbench.stats.improvement import improvement
from mjbench.stats.performance_profile import profile, thresholds
from mjbench.stats.ranks import rank_intervals
from mjbench.stats.suite import suite_statistics

DRAWS = Draws(8_000)


def sample(entry: str, centre: float, seed: int, counts=(8, 8, 8)) -> Sample:
    generator = np.random.default_rng(seed)
    return Sample(entry, {f"T{m}": generator.normal(centre, 0.3, count) for m, count in enumerate(counts)}, DRAWS)


def matrix(of: Sample) -> np.ndarray:
    return np.stack(of.table, axis=1)


def scores_of(tables: dict[str, dict[str, np.ndarray]]) -> Scores:
    """Scores whose runs have curves: (K, n) a task."""
    cells = {}
    for entry, table in tables.items():
        for task, curves in table.items():
            seeds = tuple(
                SeedScore(i, row[-1], row[-1], "completed", f"{entry}{i}", "", tuple(row), tuple(row))
                for i, row in enumerate(curves.T.tolist())
            )
            cells[entry, task] = Cell(entry, task, seeds, len(seeds))
    return Scores(cells)


def test_profiles_and_their_bands_agree_with_rliable() -> None:
    library = pytest.importorskip("rliable.library")
    x = sample("sac", 0.6, 1)
    taus = np.linspace(0.0, 1.2, 9)
    np.random.seed(0)
    points, bands = library.create_performance_profile({"x": matrix(x)}, taus, reps=3000)
    ours = profile(x, taus, True)
    np.testing.assert_allclose([each.value for each in ours], points["x"], atol=1e-12)
    # Shares of 24 runs move in steps of 1/24, so both ends may differ by one.
    np.testing.assert_allclose(np.array([each.low for each in ours], float), bands["x"][0], atol=1 / 24 + 1e-9)
    np.testing.assert_allclose(np.array([each.high for each in ours], float), bands["x"][1], atol=1 / 24 + 1e-9)


def test_a_profile_weighs_tasks_equally_and_shows_all_scores() -> None:
    x = Sample("sac", {"A": np.array([0.2]), "B": np.array([0.4, 0.6, 0.8])}, DRAWS)
    shares = [each.value for each in profile(x, np.array([0.1, 0.3, 0.5]), False)]
    assert shares == pytest.approx([1.0, 0.5, 1 / 3])
    assert all(each.low is None for each in profile(x, np.array([0.1]), False))
    taus = thresholds(x.table)
    assert (taus[0], taus[-1]) == pytest.approx((0.0, 1.0))
    assert thresholds([np.array([-9.0, 1.1, 99.0])])[[0, -1]] == pytest.approx([-0.5, 2.5])


def test_improvement_and_its_interval_agree_with_rliable() -> None:
    library = pytest.importorskip("rliable.library")
    x, y = sample("sac", 0.6, 1), sample("ppo", 0.5, 2)
    np.random.seed(0)
    pair = {"p": (matrix(x), matrix(y))}
    points, bands = library.get_interval_estimates(pair, metrics.probability_of_improvement, reps=500)
    ours = improvement(x, y, True)
    assert ours is not None
    assert ours.value == points["p"]
    width = float(bands["p"][1, 0] - bands["p"][0, 0])
    assert ours.low == pytest.approx(float(bands["p"][0, 0]), abs=0.15 * width)
    assert ours.high == pytest.approx(float(bands["p"][1, 0]), abs=0.15 * width)


def test_improvement_takes_common_tasks_and_counts_ties_half() -> None:
    x = Sample("x", {"A": np.array([1.0, 2.0]), "B": np.array([5.0])}, DRAWS)
    y = Sample("y", {"A": np.array([1.0, 0.0]), "C": np.array([9.0])}, DRAWS)
    found = improvement(x, y, True)
    assert found is not None
    assert found.value == pytest.approx((0.5 + 1 + 1 + 1) / 4)
    assert improvement(x, Sample("z", {"C": np.array([1.0])}, DRAWS), False) is None


def test_curves_and_their_bands_agree_with_rliable() -> None:
    library = pytest.importorskip("rliable.library")
    cube = np.cumsum(np.random.default_rng(3).gamma(2.0, 0.1, (8, 3, 4)), axis=2)  # seeds, tasks, checkpoints
    np.random.seed(0)
    points, bands = library.get_interval_estimates(
        {"x": cube}, lambda x: np.array([metrics.aggregate_iqm(x[..., k]) for k in range(4)]), reps=3000
    )
    curves = {f"T{m}": cube[:, m].T for m in range(3)}
    ours, area = efficiency("sac", curves, np.array([0.25, 0.5, 0.75, 1.0]), DRAWS, True)
    np.testing.assert_allclose([each.value for each in ours], points["x"], rtol=1e-12)
    width = bands["x"][1] - bands["x"][0]
    for side, values in ((0, [each.low for each in ours]), (1, [each.high for each in ours])):
        assert (np.abs(np.array(values, dtype=float) - bands["x"][side]) < 0.1 * width).all()
    assert area.value == pytest.approx(scipy.integrate.trapezoid(points["x"], dx=1 / 3))
    assert area.low is not None
    assert area.high is not None
    assert area.low < area.value < area.high


def test_area_weights_are_the_trapezoid_rule() -> None:
    assert area_weights(np.array([0.5, 1.0])) == pytest.approx([0.5, 0.5])
    assert area_weights(np.array([0.1, 0.2, 1.0])) == pytest.approx([0.05 / 0.9, 0.45 / 0.9, 0.4 / 0.9])
    assert area_weights(np.array([1.0])) == pytest.approx([1.0])


def test_rank_intervals_by_hand() -> None:
    scores = np.array([[3.0] * 100, [2.0] * 60 + [0.0] * 40, [1.0] * 60 + [2.5] * 40, [0.5] * 60 + [0.0] * 40])
    first, second, third, fourth = rank_intervals(scores)
    assert (first.low, first.high, first.best) == (1, 1, 1.0)
    assert (second.low, second.high) == (2, 4)  # ties for last in 40 of 100
    assert (third.low, third.high) == (2, 3)
    assert (fourth.low, fourth.high, fourth.of) == (3, 4, 4)
    shared = rank_intervals(np.array([[1.0, 1.0], [1.0, 0.0]]))
    assert [row.best for row in shared] == [0.75, 0.25]


def test_a_suite_has_everything_for_every_entry_and_pair() -> None:
    generator = np.random.default_rng(0)

    def table(centre: float, seeds: int = 10) -> dict[str, np.ndarray]:
        return {f"T{m}": generator.normal(centre, 0.1, (4, seeds)) for m in range(3)}

    scores = scores_of({"good": table(0.9), "bad": table(0.2), "few": table(0.5, 3)})
    found = suite_statistics(scores, scores.tasks, [0.25, 0.5, 0.75, 1.0], Draws(2000))
    good, few = found.entries["good"], found.entries["few"]
    assert good.ranks is not None
    assert (good.ranks.low, good.ranks.high, good.ranks.best, good.ranks.of) == (1, 1, 1.0, 2)
    assert len(good.curve) == 4
    assert good.curve[-1] == good.aggregates["iqm"]  # one number, whichever way it is asked for
    assert (few.standing, few.ranks, few.curve[0].low, len(few.points)) == ("points", None, None, 3)
    assert found.improvement["good", "bad"].value == 1.0
    assert found.improvement["bad", "good"].high == 0.0
    assert found.improvement["good", "few"].low is None
    assert set(found.improvement) == {(a, b) for a in found.entries for b in found.entries if a != b}


def test_what_one_entry_gets_does_not_depend_on_the_others() -> None:
    generator = np.random.default_rng(1)
    tables = {name: {"T0": generator.normal(0.5, 0.1, (3, 6))} for name in ("a", "b", "c")}
    alone = suite_statistics(scores_of({"b": tables["b"]}), ["T0"], [1 / 3, 2 / 3, 1.0], Draws(500))
    among = suite_statistics(scores_of(tables), ["T0"], [1 / 3, 2 / 3, 1.0], Draws(500))
    for part in ("aggregates", "curve", "area"):
        assert getattr(alone.entries["b"], part) == getattr(among.entries["b"], part)


def test_ragged_and_empty_suites_are_no_obstacle() -> None:
    generator = np.random.default_rng(2)
    tables = {"a": {"T0": generator.normal(size=(3, 7))}, "b": {"T1": generator.normal(size=(3, 5))}}
    tables["b"]["T0"] = generator.normal(size=(3, 6))
    found = suite_statistics(scores_of(tables), ["T0", "T1"], [1 / 3, 2 / 3, 1.0], Draws(500))
    assert (found.entries["a"].tasks, found.entries["a"].ranks) == (("T0",), None)
    assert found.entries["b"].area is not None
    assert suite_statistics(Scores({}), [], [1.0], Draws(10)).entries == {}


def test_an_entry_with_a_run_that_has_no_curve_keeps_its_score() -> None:
    scores = scores_of({"a": {"T0": np.random.default_rng(0).normal(size=(3, 6))}})
    cell = scores.cells["a", "T0"]
    bare = SeedScore(9, 0.5, 0.5, "completed", "r")
    scores = Scores({("a", "T0"): Cell("a", "T0", (*cell.seeds, bare), 7)})
    entry = suite_statistics(scores, ["T0"], [1 / 3, 2 / 3, 1.0], Draws(500)).entries["a"]
    assert len(entry.curve) == 3
    assert entry.curve[-1] != entry.aggregates["iqm"]


@pytest.mark.parametrize("digits", [0, 1, 9])
@pytest.mark.parametrize("entries", [2, 19, 40, 300])
def test_ranks_of_many_entries_are_those_of_comparing_each_with_each(entries: int, digits: int) -> None:
    scores = np.round(np.random.default_rng(entries).normal(size=(entries, 50)), digits)
    for sorted_out, row in zip(rank_intervals(scores), scores, strict=True):
        best, worst = 1 + (scores > row).sum(axis=0), (scores >= row).sum(axis=0)
        assert sorted_out.low == np.quantile(best, 0.025, method="inverted_cdf")
        assert sorted_out.high == np.quantile(worst, 0.975, method="inverted_cdf")
