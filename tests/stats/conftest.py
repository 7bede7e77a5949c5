"""What the tests of the statistics share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mjbench.spec.record import Evaluations, RunRecord, Status
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import Found

PROTOCOL = EvalProtocol(checkpoints=1, episodes=1, final_episodes=2)


@pytest.fixture
def found() -> Callable[..., Found]:
    """Makes a record whose final episodes return ``value - 1`` and ``value + 1``."""

    def make(
        task: str = "toy/A-v0",
        algorithm: str = "sac",
        seed: int = 0,
        value: float = 1.0,
        *,
        status: Status = "completed",
        hyperparameters: dict | None = None,
        mujoco: str | None = "3.3.0",
        threads: int = 1,
        variant: str = "",
        path: str = "x",
    ) -> Found:
        run = RunSpec(task, algorithm, hyperparameters or {}, seed, 100, PROTOCOL, threads, variant)
        evaluations = Evaluations()
        if status == "completed":
            evaluations = Evaluations([100, 100], [1_000_001, 1_000_000], [value - 1, value + 1], [5, 5])
        provenance = {"packages": {"mujoco": mujoco}} if mujoco else {}
        error = "" if status == "completed" else "it broke"
        return Found(Path(path), RunRecord(run, status, evaluations, provenance=provenance, error=error))

    return make
