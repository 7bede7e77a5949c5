"""Random numbers by seed, world, step and purpose."""

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("warp", reason="warp-lang is not installed: pip install ./plugins/mjbench-warp")

import numpy as np
from mjbench_warp.counter_random import GOLDEN, CounterRandom, mix, spread
from scipy.stats import chisquare, kstest

CPU = torch.device("cpu")


def drawn(seed: int = 0, worlds: int = 64, steps: int = 200, purpose: int = 0, count: int = 16) -> np.ndarray:
    """(steps, worlds, count)."""
    source = CounterRandom(seed, worlds, CPU)
    return np.stack([source.uniform(torch.tensor([step]), purpose, count).numpy() for step in range(steps)])


def test_the_mixer_is_splitmix64() -> None:
    """The first outputs of the published generator from the seed 1234567."""
    counters = torch.tensor([(1234567 + (i + 1) * GOLDEN) % 2**64 for i in range(5)], dtype=torch.uint64)
    found = [value % 2**64 for value in mix(counters.view(torch.int64)).tolist()]
    expected = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    assert found == expected


def test_numbers_are_uniform() -> None:
    values = drawn().ravel()
    assert 0 <= values.min() < values.max() < 1
    assert kstest(values, "uniform").pvalue > 1e-3
    counts = np.histogram(values, 256, (0, 1))[0]
    assert chisquare(counts).pvalue > 1e-3


@pytest.mark.parametrize("axis", [0, 1, 2], ids=["step", "world", "place"])
def test_neighbours_do_not_depend_on_each_other(axis: int) -> None:
    values = drawn(worlds=512).astype(np.float64) - 0.5
    one, other = np.delete(values, 0, axis).ravel(), np.delete(values, -1, axis).ravel()
    correlation = (one * other).mean() * 12
    assert abs(correlation) < 4 / np.sqrt(len(one))


def test_seeds_and_purposes_give_other_numbers() -> None:
    base = drawn(steps=3)
    assert not (base == drawn(seed=1, steps=3)).all(axis=2).any()
    assert not (base == drawn(purpose=1, steps=3)).all(axis=2).any()
    assert len(np.unique(base[:, :, :2].reshape(-1, 2), axis=0)) == 3 * 64


def test_a_world_draws_the_same_whatever_the_number_of_worlds_is() -> None:
    assert np.array_equal(drawn(worlds=8), drawn(worlds=300)[:, :8])
    assert np.array_equal(drawn(count=4), drawn(count=200)[:, :, :4])


def test_spread_reaches_both_ends() -> None:
    values = spread(torch.from_numpy(drawn()), -3.0, 5.0)
    assert -3 <= float(values.min()) < -2.99
    assert 4.99 < float(values.max()) < 5
