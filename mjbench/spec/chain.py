"""Stages of training: tasks one after another, each from the policy of the one before it."""

from collections.abc import Sequence
from dataclasses import dataclass

from mjbench.errors import SpecError

MOST_STEPS = 2**53
"""Of a budget: records hold no larger integers."""


@dataclass(frozen=True)
class Stage:
    """One task of a chain.

    Raises:
        SpecError: a budget below 1 or beyond ``MOST_STEPS``.
    """

    task: str
    """Task id."""
    steps: int
    """Training budget of this stage."""

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise SpecError(f"stage {self.task}: steps must be at least 1, not {self.steps}")
        if self.steps > MOST_STEPS:
            raise SpecError(f"stage {self.task}: steps must be at most {MOST_STEPS:,}")


Chain = tuple[Stage, ...]
"""Stages in the order of training. Each is a run of its own; the last one has the policy that the chain is for."""


def check(chains: Sequence[Chain], tasks: Sequence[str]) -> None:
    """That ``chains`` fit a suite with these ``tasks``.

    Raises:
        SpecError: a chain of fewer than two stages, a stage that is no task of the suite, or a task with two places.
    """
    seen: set[str] = set()
    for chain in chains:
        if len(chain) < 2:
            raise SpecError(f"chains: a chain has at least two stages, not {len(chain)}")
        for stage in chain:
            if stage.task not in tasks:
                raise SpecError(f"chains: the stage {stage.task} is not one of the suite's tasks")
            if stage.task in seen:
                raise SpecError(f"chains: {stage.task} is a stage twice")
            seen.add(stage.task)


def until(chains: Sequence[Chain], task: str) -> Chain:
    """The stages up to ``task`` and with it; empty where it is no stage."""
    for chain in chains:
        for place, stage in enumerate(chain):
            if stage.task == task:
                return chain[: place + 1]
    return ()


def written(stages: Sequence[Stage], steps: int | None = None) -> str:
    """``acme/Stand-v0@1000 acme/Walk-v0@2000``: what a run says of the stages before it.

    Args:
        stages: those before it.
        steps: budget of every stage where the user has set one.
    """
    return " ".join(f"{stage.task}@{steps or stage.steps}" for stage in stages)
