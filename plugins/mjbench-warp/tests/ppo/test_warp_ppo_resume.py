"""Stopped or killed at any instant, a run on a CPU ends in the bytes of one that was not."""

import pickle
import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from killing import Interrupted, content, killed_and_resumed, resumed, undisturbed
from mjbench_warp.ppo.learner import Ppo
from points import install, run_of

from mjbench.policies.mlp import MlpPolicy

PIECES = [
    "steps",
    "random",
    "tensors.parameters",
    "tensors.seen",
    "tensors.returns",
    "tensors.adam.mean",
    "tensors.adam.square",
    "tensors.adam.steps",
    "tensors.observations.mean",
    "tensors.observations.var",
    "tensors.observations.count",
    "tensors.rewards.mean",
    "tensors.rewards.var",
    "tensors.rewards.count",
]
torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "site", monkeypatch)


def test_a_run_leaves_an_ordinary_policy_and_a_reference_score(tmp_path: Path) -> None:
    run = run_of()
    store = undisturbed(run, tmp_path)
    record = store.read(store.folder(run))
    assert record.status == "completed", record.error
    assert record.run.simulator == "warp"
    assert len(record.evaluations.episode_return) == 3 * 2 + 3
    assert sum(record.training.episodes or []) > 50
    assert record.provenance["simulator"] == {"engine": "torch", "device": "cpu"}
    policy = MlpPolicy.load(store.folder(run))
    assert policy.observation_mean is not None
    assert policy.act(np.zeros((1, 4), np.float32)).shape == (1, 2)


@pytest.mark.slow
def test_a_process_that_is_killed_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    run = run_of(30_000, learning_rate_schedule="adaptive", target_kl=0.01)
    expected = content(undisturbed(run, tmp_path / "undisturbed"), run)
    store = killed_and_resumed(run, tmp_path / "killed", kills=2, rng=random.Random(), every_s=0.05)
    assert resumed(store, run) >= 1
    assert content(store, run) == expected


def test_it_goes_on_from_where_it_was(tmp_path: Path) -> None:
    run = run_of()
    parts = Interrupted(run, tmp_path / "parts", stop_at=random.randrange(500, 3500))
    parts.first()
    assert parts.second() == content(undisturbed(run, tmp_path / "whole"), run)


@pytest.mark.parametrize("piece", PIECES)
def test_dropping_any_one_piece_of_the_state_is_noticed(
    piece: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of()
    parts, expected = _interrupted(tmp_path_factory)
    shutil.copytree(parts.store.root, tmp_path / "copy")
    real, (first, _, rest) = Ppo.restore, piece.partition(".")

    def restore(self: Any, state: Any) -> None:
        fresh = pickle.loads(pickle.dumps(self.capture()))
        if rest:
            state["tensors"][rest] = fresh["tensors"][rest]
        else:
            state[first] = fresh[first]
        real(self, state)

    monkeypatch.setattr(Ppo, "restore", restore)
    again = Interrupted(run, tmp_path / "copy", 0)
    try:
        assert again.second() != expected
    except FileNotFoundError:  # it failed, as it took another number of steps than its budget
        assert again.store.failures(again.run)


_KEPT: list[Any] = []


def _interrupted(factory: pytest.TempPathFactory) -> Any:
    """A run in two parts whose first is done, and what the whole should leave; made once."""
    if not _KEPT:
        run = run_of()
        parts = Interrupted(run, factory.mktemp("parts"), 2000)
        parts.first()
        _KEPT.append((parts, content(undisturbed(run, factory.mktemp("whole")), run)))
    return _KEPT[0]


def test_an_adaptive_rate_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_of(learning_rate_schedule="adaptive", target_kl=0.01)
    parts = Interrupted(run, tmp_path / "parts", 2000)
    parts.first()
    shutil.copytree(parts.store.root, tmp_path / "copy")
    expected = content(undisturbed(run, tmp_path / "whole"), run)
    assert parts.second() == expected
    real = Ppo.restore

    def restore(self: Any, state: Any) -> None:
        state["tensors"]["adam.rate"] = np.array(run.hyperparameters["learning_rate"], np.float32)
        real(self, state)

    monkeypatch.setattr(Ppo, "restore", restore)
    assert Interrupted(run, tmp_path / "copy", 0).second() != expected
