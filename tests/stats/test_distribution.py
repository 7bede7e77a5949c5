"""The spread of numbers over episodes."""

import pytest

from mjbench.stats.distribution import distribution, histogram


def test_missing_numbers_are_left_out() -> None:
    found = distribution([1.0, None, 3.0, float("nan"), 8.0])
    assert found is not None
    assert (found.episodes, found.mean, found.low, found.median, found.high) == (3, 4.0, 1.0, 3.0, 8.0)
    assert found.std == pytest.approx(13**0.5)


def test_nothing_has_no_distribution_and_one_number_no_spread() -> None:
    assert distribution([]) is None
    assert distribution([None]) is None
    one = distribution([2.0])
    assert one is not None
    assert one.std == 0.0


@pytest.mark.parametrize("values", [[1.0], [0.0, 0.0], [5e9, 5e9 + 1e-3], [-3.0, 4.0, 4.0, 10.0], list(range(1000))])
def test_every_value_is_in_one_bin(values: list[float]) -> None:
    edges, counts = histogram(values)
    assert sum(counts) == len(values)
    assert len(edges) == len(counts) + 1
    assert edges == sorted(edges)
    assert edges[0] <= min(values)
    assert edges[-1] >= max(values)
    assert edges[-1] > edges[0]
