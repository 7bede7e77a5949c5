"""What a check gets, and how it reports that something is wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from unittest import SkipTest

from mjbench.envs.make import make_env
from mjbench.registry.lookup import Registry
from mjbench.spec.task import TaskSpec

STEPS = 200
QUICK_STEPS = 50


class Violation(AssertionError):
    """The task breaks the contract; the message is the reason."""


class Skipped(SkipTest):
    """The check does not apply here; the message is the reason. pytest takes it as a skipped test."""


@dataclass(frozen=True)
class Case:
    """One task under check."""

    task: TaskSpec
    registry: Registry
    quick: bool = False
    """Shorter: for a look while working, and where there are many tasks."""

    @property
    def steps(self) -> int:
        """Steps that a check plays."""
        return QUICK_STEPS if self.quick else STEPS

    @contextmanager
    def env(self, **kwargs: Any) -> Iterator[Any]:
        """The task's environment with its time limit, closed at the end."""
        env = make_env(self.task, **kwargs)
        try:
            yield env
        finally:
            env.close()


@dataclass(frozen=True)
class Outcome:
    """What came of one check."""

    check: str
    task: str
    """What was checked: a task's id, ``algorithm NAME``, or what an entry point names."""
    status: Literal["passed", "failed", "skipped"]
    reason: str = ""
    """Why it failed or was skipped."""
