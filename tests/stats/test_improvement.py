"""Probabilities of improvement on every resample, against their plain definition."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mjbench.stats.bootstrap import Draws, Sample, with_interval
from mjbench.stats.estimate import Estimate
from mjbench.stats.improvement import improvement, improvements, rivals

DRAWS = Draws(60)


def plain(x: Sample, y: Sample) -> Estimate:
    """All pairs of drawn runs, one by one."""
    tasks = [task for task in x.scores if task in y.scores]
    total, point = np.zeros(DRAWS.resamples), []
    by_size: dict[int, np.ndarray] = {}
    for task in tasks:
        a, b = x.scores[task], y.scores[task]
        wins = (a[:, None] > b).astype(int) * 2 + (a[:, None] == b)
        drawn = np.einsum("ib,ij,jb->b", x.task_counts(task).astype(int), wins, y.task_counts(task).astype(int))
        size = 2 * wins.size
        by_size[size] = by_size.get(size, 0) + drawn
        point.append(wins.sum() / size)
    for size in sorted(by_size):
        total += by_size[size] / size
    return with_interval(float(np.mean(point)), total / len(tasks))


def sample(entry: str, generator: np.random.Generator, sizes: dict[str, int], whole: bool, apart: float) -> Sample:
    centres = generator.normal(0, apart, len(sizes))
    scores = [generator.normal(centre, 1, size) for centre, size in zip(centres, sizes.values(), strict=True)]
    return Sample(entry, dict(zip(sizes, [np.round(row) if whole else row for row in scores], strict=True)), DRAWS)


SIZES = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 13), min_size=1)


@settings(max_examples=150, deadline=None)
@given(a=SIZES, b=SIZES, whole=st.booleans(), apart=st.sampled_from([0.0, 2.0, 50.0]), seed=st.integers(0, 10_000))
def test_every_pair_of_drawn_runs_counts(a: dict, b: dict, whole: bool, apart: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    first, second = (
        {task: sizes[task] for task in sorted(sizes)} for sizes in (a, b)
    )  # boards have one order of the tasks
    x, y = (sample(name, generator, sizes, whole, apart) for name, sizes in (("x", first), ("y", second)))
    if not set(a) & set(b):
        assert improvement(x, y, True) is None
    else:
        assert improvement(x, y, True) == plain(x, y)


@pytest.mark.parametrize("sizes", [(10, 200), (200, 10), (129, 129), (300, 300)])
def test_many_seeds_do_not_overflow(sizes: tuple[int, int]) -> None:
    generator = np.random.default_rng(0)
    tasks = [f"T{index}" for index in range(7)]
    x, y = (sample(str(size), generator, dict.fromkeys(tasks, size), False, 1.0) for size in sizes)
    assert improvement(x, y, True) == plain(x, y)


def test_several_at_once_are_the_same_as_one_by_one() -> None:
    generator = np.random.default_rng(1)
    places = {"A": 0, "B": 1, "C": 2}
    tables = [{"A": 6, "B": 6, "C": 6}, {"A": 6, "B": 6, "C": 6}, {"B": 3}, {"C": 6}]
    samples = [sample(str(index), generator, table, False, 0.5) for index, table in enumerate(tables)]
    y = sample("y", generator, {"A": 6, "B": 5}, False, 0.5)
    held = rivals({**{x.entry: x for x in samples}, "y": y}, places)
    together = improvements(held["y"], [held[x.entry] for x in samples], [True, False, True, True])
    assert together == [improvement(x, y, wanted) for x, wanted in zip(samples, [True, False, True, True], strict=True)]
    assert together[3] is None


@pytest.mark.parametrize("sizes", [(90, 5), (5, 90), (40, 60)])
def test_entries_of_different_size_share_the_blocks_of_resamples(sizes: tuple[int, int]) -> None:
    generator, draws = np.random.default_rng(2), Draws(50_000)  # tables of more than 30 rows have several blocks
    x, y = (Sample(str(size), {"A": generator.normal(size=size)}, draws) for size in sizes)
    estimate = improvement(x, y, True)
    assert estimate is not None
    few = improvement(replace(x, draws=Draws(1_000)), replace(y, draws=Draws(1_000)), True)
    assert few is not None
    assert estimate.value == few.value
    assert (estimate.low, estimate.high) == pytest.approx((few.low, few.high), abs=0.05)
