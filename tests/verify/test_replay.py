"""The process that plays policies again, and what its memory holds."""

import dataclasses
import hashlib
import os
from pathlib import Path

import numpy as np
import pytest
from records import make_run

from mjbench.policies.mlp import MlpPolicy
from mjbench.spec.record import Evaluations, RunRecord
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import Found
from mjbench.verify.limits import Limits
from mjbench.verify.replay import replay

PROTOCOL = EvalProtocol(checkpoints=1, episodes=1, final_episodes=10)
MODULE = """
import gymnasium
import numpy as np

BOX = gymnasium.spaces.Box(-1.0, 1.0, (1,), np.float32)


class Large(gymnasium.Env):
    observation_space = action_space = BOX

    def __init__(self):
        self.memory = np.zeros(500 * 2**20, np.uint8)  # counted when asked for, though never touched

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return np.zeros(1, np.float32), {}

    def step(self, action):
        return np.zeros(1, np.float32), 1.0, False, False, {}


for letter in "ABC":
    gymnasium.register(f"Large{letter}-v0", Large, max_episode_steps=3)
"""


def three_steps_of_one(folder: Path, task: str) -> Found:
    """A run whose episodes have three steps, each with a reward of 1."""
    policy = MlpPolicy((np.zeros((1, 1), np.float32),), (np.zeros(1, np.float32),), -np.ones(1), np.ones(1))
    folder.mkdir()
    policy.save(folder)
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    run = dataclasses.replace(make_run(), task=task, protocol=PROTOCOL, hyperparameters={})
    seeds = [PROTOCOL.seed + i for i in range(10)]
    table = Evaluations([run.steps] * 10, seeds, [3.0] * 10, [3] * 10, None, {})
    return Found(folder, RunRecord(run=run, status="completed", evaluations=table, policy_sha256=sums))


def test_the_memory_of_one_policy_is_enough_for_policies_of_many_tasks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "large_envs.py").write_text(MODULE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    found = [three_steps_of_one(tmp_path / letter, f"adhoc/large_envs:Large{letter}-v0") for letter in "ABC"]
    outcomes = replay(found, None, Limits(memory_gib=9.0))
    assert [outcome.problem for outcome in outcomes] == ["", "", ""]
    assert [outcome.played for outcome in outcomes] == [10, 10, 10]
    (outcome,) = replay(found[:1], None, Limits(memory_gib=4.0))
    assert "needs more memory than 4 GiB" in outcome.problem
