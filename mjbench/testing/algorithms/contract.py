"""The contract that every algorithm keeps: small checks, each of which can be run alone."""

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

from mjbench.registry.lookup import Registry
from mjbench.testing.algorithms.budget import budget, learns
from mjbench.testing.algorithms.case import AlgorithmCase
from mjbench.testing.algorithms.diverging import divergence
from mjbench.testing.algorithms.hyperparameters import hyperparameters
from mjbench.testing.algorithms.policies import policy
from mjbench.testing.algorithms.repeating import evaluation, same_seed
from mjbench.testing.algorithms.resuming import resume
from mjbench.testing.case import Outcome
from mjbench.testing.outcomes import outcome

ALGORITHM_CHECKS: dict[str, Callable[[AlgorithmCase], None]] = {
    "hyperparameters": hyperparameters,
    "budget": budget,
    "learns": learns,
    "same-seed": same_seed,
    "evaluation": evaluation,
    "resume": resume,
    "policy": policy,
    "divergence": divergence,
}
"""By name, in the order in which they are run; the docstring of each is its clause of the contract."""


def perform(check: str, case: AlgorithmCase) -> None:
    """Run one check.

    Raises:
        Violation: the algorithm breaks the contract.
        SkipTest: the check does not apply here.
        Exception: whatever the algorithm raises where it is not trained.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # overflows are what one check is about
        ALGORITHM_CHECKS[check](case)


def check_algorithm(
    name: str,
    registry: Registry | None = None,
    *,
    changes: Mapping[str, Any] | None = None,
    quick: bool = False,
    only: Iterable[str] = tuple(ALGORITHM_CHECKS),
) -> Iterator[Outcome]:
    """Run the contract on one algorithm, on small tasks of mjbench's own; outcomes as they come.

    Args:
        name: of the algorithm.
        registry: where its plugin is found; None for what is installed.
        changes: hyperparameters with which it learns within a thousand steps, by name.
        quick: train less.
        only: names from ``ALGORITHM_CHECKS``.
    """
    case = AlgorithmCase(name, registry or Registry(), changes or {}, quick)
    with case.scratch:
        for check in only:
            yield outcome(check, f"algorithm {name}", lambda check=check: perform(check, case))


class AlgorithmContract:
    """The contract as pytest tests: a test for every check and algorithm. The package must be installed.

    In a test module of a plugin::

        from mjbench.testing import AlgorithmContract

        class TestMyAlgorithm(AlgorithmContract):
            algorithms = ("my-algorithm",)
    """

    algorithms: ClassVar[Iterable[str]] = ()
    """Their names."""
    changes: ClassVar[Mapping[str, Any]] = {}
    """Hyperparameters with which they learn within a thousand steps."""
    quick: ClassVar[bool] = False
    """Train less."""

    def pytest_generate_tests(self, metafunc: Any) -> None:
        """Called by pytest: one test for every check and algorithm."""
        if {"check", "algorithm"} <= set(metafunc.fixturenames):
            pairs = [(name, check) for name in type(self).algorithms for check in ALGORITHM_CHECKS]
            metafunc.parametrize(("algorithm", "check"), pairs, ids=[f"{name}-{check}" for name, check in pairs])

    def test_contract(self, algorithm: str, check: str) -> None:
        """One clause of the contract, for one algorithm."""
        perform(check, _case(type(self), algorithm))


@cache
def _case(tests: type[AlgorithmContract], name: str) -> AlgorithmCase:
    """One for all checks, which share runs; its folder is removed when Python ends."""
    return AlgorithmCase(name, Registry(), tests.changes, tests.quick)
