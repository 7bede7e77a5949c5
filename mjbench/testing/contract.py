"""The contract that every task keeps: small checks, each of which can be run alone."""

import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, ClassVar

from mjbench.envs.rendering import choose_backend
from mjbench.registry.lookup import Registry
from mjbench.spec.task import TaskSpec
from mjbench.testing.batches import batch, batch_state
from mjbench.testing.case import Case, Outcome
from mjbench.testing.checkers import gymnasium_checker, sb3_checker
from mjbench.testing.metadata import metadata
from mjbench.testing.outcomes import outcome
from mjbench.testing.rendering import rendering
from mjbench.testing.returns import declared_random_return
from mjbench.testing.rewards import info, limit, reward_and_end
from mjbench.testing.seeding import different_seeds, observations, same_seed
from mjbench.testing.spaces import spaces
from mjbench.testing.state import state
from mjbench.testing.training import curriculum, warm_start

CHECKS: dict[str, Callable[[Case], None]] = {
    "metadata": metadata,
    "spaces": spaces,
    "same-seed": same_seed,
    "different-seeds": different_seeds,
    "observations": observations,
    "reward-and-end": reward_and_end,
    "info": info,
    "limit": limit,
    "state": state,
    "rendering": rendering,
    "gymnasium-checker": gymnasium_checker,
    "sb3-checker": sb3_checker,
    "random-return": declared_random_return,
    "batch": batch,
    "batch-state": batch_state,
    "curriculum": curriculum,
    "warm-start": warm_start,
}
"""By name, in the order in which they are run; the docstring of each is its clause of the contract."""


def perform(check: str, case: Case) -> None:
    """Run one check.

    Raises:
        Violation: the task breaks the contract.
        SkipTest: the check does not apply here.
        Exception: whatever the environment raises.
    """
    choose_backend()
    with warnings.catch_warnings():
        # Advice of the checkers and notices of simulators; what matters is checked and raises.
        warnings.simplefilter("ignore")
        CHECKS[check](case)


def check_task(
    task: TaskSpec, registry: Registry | None = None, *, quick: bool = False, only: Iterable[str] = tuple(CHECKS)
) -> Iterator[Outcome]:
    """Run the contract on one task; outcomes as they come.

    Args:
        task: what to check.
        registry: where its plugin is found; None for what is installed.
        quick: play less.
        only: names from ``CHECKS``.
    """
    case = Case(task, registry or Registry(), quick)
    for check in only:
        yield outcome(check, task.id, lambda check=check: perform(check, case))


class TaskContract:
    """The contract as pytest tests: a test for every check and task.

    In a test module of a plugin::

        from mjbench.testing import TaskContract
        from my_package.tasks import TASKS

        class TestMyTasks(TaskContract):
            tasks = TASKS
    """

    tasks: ClassVar[Iterable[TaskSpec]] = ()
    quick: ClassVar[bool] = False
    """Play less."""

    def pytest_generate_tests(self, metafunc: Any) -> None:
        """Called by pytest: one test for every check and task."""
        if {"check", "task"} <= set(metafunc.fixturenames):
            pairs = [(task, check) for task in type(self).tasks for check in CHECKS]
            metafunc.parametrize(("task", "check"), pairs, ids=[f"{task.id}-{check}" for task, check in pairs])

    def test_contract(self, task: TaskSpec, check: str) -> None:
        """One clause of the contract, for one task."""
        perform(check, Case(task, _installed(), self.quick))


@cache
def _installed() -> Registry:
    return Registry()
