"""Tasks and records of toys, which the tests of boards and of published scores share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mjbench.spec.record import Evaluations, RunRecord, Status
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.spec.task import Reference, TaskSpec
from mjbench.store.store import Found

PROTOCOL = EvalProtocol(checkpoints=1, episodes=1, final_episodes=2)


@pytest.fixture
def tasks() -> dict[str, TaskSpec]:
    """Two tasks with references and one without."""
    low, high = Reference(0.0, "measured by mjbench"), Reference(100.0, "a paper, table 1")
    specs = [
        TaskSpec("toy/A-v0", "m:a", 10, 100, random_return=low, reference_return=high),
        TaskSpec("toy/B-v0", "m:b", 10, 200, random_return=low, reference_return=high),
        TaskSpec("toy/Bare-v0", "m:c", 10, 100),
    ]
    return {spec.id: spec for spec in specs}


@pytest.fixture
def found() -> Callable[..., Found]:
    """Makes a record whose final episodes all return ``value``."""

    def make(
        task: str = "toy/A-v0",
        algorithm: str = "sac",
        seed: int = 0,
        value: float = 50.0,
        *,
        status: Status = "completed",
        steps: int = 100,
        protocol: EvalProtocol = PROTOCOL,
        variant: str = "",
        threads: int = 1,
        error: str = "it broke",
        stop_at: str = "",
    ) -> Found:
        run = RunSpec(task, algorithm, {}, seed, steps, protocol, threads, variant, stop_at=stop_at)
        evaluations = Evaluations()
        if status == "completed":
            count = protocol.final_episodes
            seeds = [protocol.seed + i for i in range(count)]
            evaluations = Evaluations([steps] * count, seeds, [value] * count, [5] * count)
        text = "" if status == "completed" else error
        return Found(Path("x"), RunRecord(run, status, evaluations, error=text))

    return make
