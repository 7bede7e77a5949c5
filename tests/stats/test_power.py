"""The power of the test, against simulation and against its own inverse."""

import numpy as np
import pytest
import scipy.stats

from mjbench.stats.power import power, seeds_needed, smallest_effect


@pytest.mark.parametrize(("effect", "seeds"), [(1.0, 6), (1.5, 10), (0.0, 8)])
def test_power_is_what_a_simulation_shows(effect: float, seeds: int) -> None:
    generator = np.random.default_rng(1)
    a = generator.normal(effect, 1.0, (20_000, seeds))
    b = generator.normal(0.0, 1.0, (20_000, seeds))
    seen = (np.asarray(scipy.stats.ttest_ind(a, b, axis=1)[1]) < 0.05).mean()
    assert power(effect, 1.0, seeds) == pytest.approx(seen, abs=0.012)


def test_seeds_and_effects_are_inverse_to_each_other() -> None:
    assert seeds_needed(0.8, 1.0) == 26  # the textbook's number for a large effect
    for seeds in (5, 10, 40):
        effect = smallest_effect(2.0, seeds)
        assert power(effect, 2.0, seeds) == pytest.approx(0.8, abs=1e-6)
        assert seeds_needed(effect * 1.0001, 2.0) == seeds


def test_more_tests_ask_for_more_seeds() -> None:
    one, many = seeds_needed(1.0, 1.0), seeds_needed(1.0, 1.0, tests=20)
    assert one is not None
    assert many is not None
    assert many > one


def test_limits() -> None:
    assert seeds_needed(1e-9, 1.0) is None
    assert seeds_needed(0.0, 1.0) is None
    assert seeds_needed(1.0, 0.0) == 5
    assert seeds_needed(1e9, 1.0) == 5
    assert smallest_effect(0.0, 5) == 0.0
    assert power(1e9, 1.0, 5) == 1.0


@pytest.mark.parametrize("seeds", [5, 6, 10, 50, 1000, 10_000])
def test_power_rises_with_the_effect_and_stays_a_probability(seeds: int) -> None:
    chances = np.array([power(effect, 1.0, seeds) for effect in np.linspace(0.0, 12.0, 400)])
    assert chances[0] == pytest.approx(0.05, abs=1e-9)
    assert chances[-1] == pytest.approx(1.0, abs=1e-9)
    assert (np.diff(chances) > -1e-9).all()
