"""A real training on a native batch."""

from pathlib import Path

import numpy as np
import pytest

from mjbench.plan.grid import plan
from mjbench.registry.lookup import Registry
from mjbench.runner.execute import execute
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import ResultStore

TASK = "envpool/InvertedPendulum-v5"
CHANGES = {"n_envs": 8, "n_steps": 128, "batch_size": 128}


@pytest.mark.slow
def test_ppo_learns_on_eight_environments_and_again_to_the_same_bytes(tmp_path: Path) -> None:
    registry = Registry()
    (run,) = plan(
        [registry.task(TASK)],
        {"ppo": registry.algorithm("ppo")},
        [0],
        steps=10_240,
        protocol=EvalProtocol(checkpoints=2, episodes=5, final_episodes=5),
        changes=CHANGES,
    )
    policies = []
    for name in ("one", "two"):
        store = ResultStore(tmp_path / name)
        record = execute(run, store, registry)
        assert record.status == "completed", record.error
        returns = np.array(record.evaluations.episode_return).reshape(2, 5)
        assert returns[1].mean() > 20  # uniformly random actions balance for about six steps
        assert record.provenance["packages"]["envpool"]
        policies.append((record.evaluations, (store.folder(run) / "policy.safetensors").read_bytes()))
    assert policies[0] == policies[1]
