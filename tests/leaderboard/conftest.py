"""Records, tasks and a suite that the tests of the leaderboards share."""

from collections.abc import Callable

import pytest
from toys import PROTOCOL, found, tasks

from mjbench.spec.suite import Suite
from mjbench.store.store import Found

__all__ = ["found", "tasks"]


@pytest.fixture
def suite() -> Suite:
    """The three tasks at 100 steps, three seeds."""
    names = ("toy/A-v0", "toy/B-v0", "toy/Bare-v0")
    return Suite("toy", names, description="For tests.", seeds=3, steps=100, protocol=PROTOCOL)


@pytest.fixture
def full(found) -> Callable[..., list[Found]]:
    """Makes ``count`` seeds of an algorithm on all three tasks, ``value`` plus the seed."""

    def make(algorithm: str, value: float, count: int = 3) -> list[Found]:
        names = ("toy/A-v0", "toy/B-v0", "toy/Bare-v0")
        return [found(task, algorithm, seed, value + seed) for task in names for seed in range(count)]

    return make
