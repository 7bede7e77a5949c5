"""Stopped or killed, a run ends in the bytes of one that was not; each piece of the state is needed for it."""

import pickle
import random
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from distributions import install_pendulums
from killing import Interrupted, content, killed_and_resumed, resumed, small_run, undisturbed
from mjbench_sbx import snapshot
from mjbench_sbx.model import CLASSES

from mjbench.registry.lookup import Registry
from mjbench.runner.execute import execute
from mjbench.store.store import ResultStore

TASK = "gymnasium/InvertedDoublePendulum-v5"
OFF_POLICY = {
    "net_arch": [16, 16],
    "batch_size": 32,
    "learning_starts": 100,
    "buffer_size": 250,  # overwritten before the run ends
    "normalize_observation": True,
    "normalize_reward": True,
}
SMALL = {
    "ppo": {"net_arch": [16, 16], "n_steps": 64, "n_epochs": 2, "n_envs": 2, "learning_rate_schedule": "linear"},
    "sac": {**OFF_POLICY, "n_envs": 2, "policy_delay": 2, "dropout_rate": 0.1, "learning_rate_schedule": "linear"},
    "td3": {**OFF_POLICY, "action_noise": "ornstein-uhlenbeck", "n_steps": 3},
    "crossq": {**OFF_POLICY, "renorm_warmup_steps": 50},
    "tqc": {**OFF_POLICY, "learning_rate_schedule": "linear"},
}
# CrossQ stops between two delayed updates of its actor.
STOP_AT = {"ppo": 250, "sac": 300, "td3": 291, "crossq": 292, "tqc": 290}


def run_of(name: str, steps: int = 384, **changes: Any) -> Any:
    return small_run(TASK, f"sbx-{name}", steps=steps, **{**SMALL[name], **changes})


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """By algorithm: a run in two parts whose first is done, and what the whole should leave."""
    made: dict[str, tuple[Interrupted, Any]] = {}

    def get(name: str) -> tuple[Interrupted, Any]:
        if name not in made:
            run = run_of(name, steps=512 if name == "ppo" else 384)  # the rate of PPO's last update is 0
            parts = Interrupted(run, tmp_path_factory.mktemp(name), STOP_AT[name])
            parts.first()
            made[name] = parts, content(undisturbed(run, tmp_path_factory.mktemp("whole")), run)
        return made[name]

    return get


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_algorithm_goes_on_from_where_it_was(name: str, interrupted: Any, tmp_path: Path) -> None:
    parts, expected = interrupted(name)
    shutil.copytree(parts.store.root, tmp_path / "copy")
    again = Interrupted(parts.run, tmp_path / "copy", 0)
    assert again.second() == expected
    assert expected["status"] == "completed"
    assert resumed(again.store, parts.run) == 1


# SAC's pieces, and what only others have. What the rollout draws anew before it is used is saved for good measure:
# PPO's, SAC's and TQC's ``noise_key``.
DROPPED = {
    "sac": ["key", "policy.key", "ent_coef_state", "policy.actor_state", "policy.qf_state"],
    "ppo": ["policy.vf_state"],
    "tqc": ["policy.qf2_state"],
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "piece"), [(name, piece) for name, pieces in DROPPED.items() for piece in pieces])
def test_dropping_any_one_piece_of_the_state_is_noticed(
    name: str, piece: str, interrupted: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts, expected = interrupted(name)
    shutil.copytree(parts.store.root, tmp_path / "copy")
    real = snapshot.restore

    def restore(model: Any, state: Any) -> None:
        fresh = pickle.loads(pickle.dumps(snapshot.capture(model)))
        real(model, {**state, "jax": {**state["jax"], piece: fresh["jax"][piece]}})

    monkeypatch.setattr(snapshot, "restore", restore)
    assert Interrupted(parts.run, tmp_path / "copy", 0).second() != expected


@pytest.mark.slow
def test_a_process_that_is_killed_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    run = run_of("td3", steps=1280)
    expected = content(undisturbed(run, tmp_path / "undisturbed"), run)
    store = killed_and_resumed(run, tmp_path / "killed", kills=1, rng=random.Random(), every_s=0.1)
    assert resumed(store, run) >= 1
    assert content(store, run) == expected


@pytest.mark.slow
def test_crossq_refuses_to_start_from_another_runs_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_pendulums(tmp_path / "pendulums", monkeypatch)
    small = {**SMALL["crossq"], "n_envs": 4, "learning_starts": 1000}
    source = small_run("pendulum/Batch-v0", "sbx-crossq", steps=40, **small)
    store = ResultStore(tmp_path / "results")
    assert execute(source, store, Registry()).status == "completed"
    run = replace(small_run("pendulum/Strong-v0", "sbx-crossq", steps=40, **small), source=source.run_id)
    record = execute(run, store, Registry())
    assert record.status == "failed"
    assert "sbx-crossq cannot start from another run's policy" in record.error
