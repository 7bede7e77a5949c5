"""Killed at any instant, a run ends in the bytes of one that was not: every algorithm, on tasks that need it all."""

import pickle
import random
import shutil
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from killing import Interrupted, content, killed_and_resumed, prepared, resumed, small_run, start, undisturbed, wait_for
from mjbench_sb3 import snapshot
from mjbench_sb3.model import CLASSES

from mjbench.runner import session
from mjbench.runner import snapshotter as keeper
from mjbench.runner.command import STOPPED
from mjbench.snapshot import mujoco_state as simulator

ANT, HUMANOID = "gymnasium/Ant-v5", "gymnasium/Humanoid-v5"
REACHER = "dm_control/reacher-easy-v0"  # moves its target by editing the model, at each reset
torch.set_num_threads(1)


@pytest.mark.slow
@pytest.mark.parametrize(("algorithm", "task"), [("ppo", HUMANOID), ("sac", ANT), ("td3", REACHER)])
def test_a_process_that_is_killed_goes_on_to_the_same_bytes(algorithm: str, task: str, tmp_path: Path) -> None:
    # more than one of the reacher's episodes of 1000 steps
    run = small_run(task, algorithm, steps=1000 if task == HUMANOID else 1200)
    expected = content(undisturbed(run, tmp_path / "undisturbed"), run)
    store = killed_and_resumed(run, tmp_path / "killed", kills=2, rng=random.Random(), every_s=0.1)
    assert resumed(store, run) >= 1
    assert content(store, run) == expected


@pytest.mark.slow
def test_a_process_that_is_asked_to_stop_loses_nothing(tmp_path: Path) -> None:
    run = small_run(ANT, "ppo")
    store = prepared(run, tmp_path)
    worker = start(run, store, every_s=1e9)
    wait_for(lambda: (store.work(run) / "progress.json").exists())
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == STOPPED
    assert store.resumable(run)
    assert start(run, store, every_s=1e9).wait(120) == 0
    assert resumed(store, run) == 1
    assert content(store, run) == content(undisturbed(run, tmp_path / "undisturbed"), run)


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", sorted(CLASSES.keys() - {"sac+her"}))  # it needs goals: test_sb3_her.py
def test_every_algorithm_goes_on_from_where_it_was(algorithm: str, tmp_path: Path) -> None:
    run = small_run(ANT, algorithm, steps=640)
    parts = Interrupted(run, tmp_path / "parts", stop_at=random.randrange(200, 500))
    parts.first()
    assert parts.second() == content(undisturbed(run, tmp_path / "whole"), run)


def without(*path: str) -> Any:
    """Drops one piece of what the plugin saves: the value of the fresh model stays."""

    def drop(monkeypatch: pytest.MonkeyPatch) -> None:
        real = snapshot.restore

        def restore(model: Any, state: Any) -> None:
            fresh = pickle.loads(pickle.dumps(snapshot.capture(model)))
            saved, own = state, fresh
            if path[0] == "weights":
                state = dict(state, weights=_mixed(state["weights"], fresh["weights"], path[1]))
            else:
                for key in path[:-1]:
                    saved, own = saved[key], own[key]
                saved[path[-1]] = own[path[-1]]
            real(model, state)

        monkeypatch.setattr(snapshot, "restore", restore)

    return drop


def _mixed(saved: bytes, fresh: bytes, name: str) -> bytes:
    import io

    parts = torch.load(io.BytesIO(saved), weights_only=True)
    parts[name] = torch.load(io.BytesIO(fresh), weights_only=True)[name]
    torch.save(parts, buffer := io.BytesIO())
    return buffer.getvalue()


def without_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mjbench.snapshot.files.read_rows", lambda *_: None)


def without_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "restore", lambda *_: None)


def without_model_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    real = simulator.restore
    monkeypatch.setattr(simulator, "restore", lambda kind, *rest: kind == "MjModel" or real(kind, *rest))


def with_integration_state_only(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib

    mujoco: Any = importlib.import_module("mujoco")

    def restore(kind: str, value: Any, state: Any) -> None:
        if kind == "MjData":
            saved, signature = pickle.loads(state[0]), mujoco.mjtState.mjSTATE_INTEGRATION
            numbers = np.empty(mujoco.mj_stateSize(value.model, signature))
            mujoco.mj_getState(saved.model, saved, numbers, signature)
            mujoco.mj_setState(value.model, value, numbers, signature)

    monkeypatch.setattr(simulator, "restore", restore)


def without_numpys_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(np.random, "set_state", lambda *_: None)


def without_torchs_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "set_rng_state", lambda *_: None)


def without_own(name: str) -> Any:
    def drop(monkeypatch: pytest.MonkeyPatch) -> None:
        real = session.RunSession.restore

        def restore(self: Any, rows: Any = None) -> Any:
            before = getattr(self, name)
            state = real(self, rows)
            setattr(self, name, before)
            return state

        monkeypatch.setattr(session.RunSession, "restore", restore)

    return drop


# Two pieces are saved for good measure: a rollout recomputes the schedule, and reads no episode start before its own.
DROPPED = {
    "ppo": {
        "policy": without("weights", "policy"),
        "optimiser": without("weights", "policy.optimizer"),
        "observation": without("observations", "_last_obs"),
        "observation statistics": without("normaliser", "obs_rms"),
        "reward statistics": without("normaliser", "ret_rms"),
        "discounted returns": without("normaliser", "returns"),
        "steps": without("counters", "num_timesteps"),
        "torch's generator": without_torchs_generator,
        "environments": without_environments,
        "all but the integration state": with_integration_state_only,
        "evaluations": without_own("evaluations"),
        "next evaluation": without_own("_next"),
    },
    "sac": {
        "entropy coefficient": without("weights", "log_ent_coef"),
        "entropy optimiser": without("weights", "ent_coef_optimizer"),
        "actor optimiser": without("weights", "actor.optimizer"),
        "critic optimiser": without("weights", "critic.optimizer"),
        "raw observation": without("observations", "_last_original_obs"),
        "replay buffer": without_rows,
        "position": without("buffer", "pos"),
        "full": without("buffer", "full"),
        "numpy's generator": without_numpys_generator,
    },
    "td3": {"updates": without("counters", "_n_updates")},
    "ddpg": {"noise": without("noise")},
}
PIECES = [(algorithm, piece) for algorithm, pieces in DROPPED.items() for piece in pieces]


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """By algorithm: a run in two parts whose first is done, and what the whole should leave."""
    made: dict[str, tuple[Interrupted, Any]] = {}

    def get(algorithm: str) -> tuple[Interrupted, Any]:
        if algorithm not in made:
            run = small_run(ANT, algorithm, steps=600)
            # SAC stops once the buffer has wrapped, TD3 between two delayed updates of its actor
            stop_at = {"sac": 450, "td3": 303}.get(algorithm, 300)
            parts = Interrupted(run, tmp_path_factory.mktemp(algorithm), stop_at)
            parts.first()
            made[algorithm] = parts, content(undisturbed(run, tmp_path_factory.mktemp("whole")), run)
        return made[algorithm]

    return get


@pytest.mark.slow
@pytest.mark.parametrize(("algorithm", "piece"), PIECES)
def test_dropping_any_one_piece_of_the_state_is_noticed(
    algorithm: str, piece: str, interrupted: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts, expected = interrupted(algorithm)
    shutil.copytree(parts.store.root, tmp_path / "copy")
    again = Interrupted(parts.run, tmp_path / "copy", 0)
    DROPPED[algorithm][piece](monkeypatch)
    try:
        assert again.second() != expected
    except FileNotFoundError:  # it failed, and so left no completed record
        assert again.store.failures(again.run)


@pytest.mark.slow
def test_dropping_the_models_edits_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = small_run(REACHER, "ppo", steps=1500, n_envs=1)
    parts = Interrupted(run, tmp_path / "parts", 1100)  # in the second episode: the first one starts alike anyway
    parts.first()
    shutil.copytree(parts.store.root, tmp_path / "copy")
    expected = content(undisturbed(run, tmp_path / "whole"), run)
    assert parts.second() == expected
    without_model_edits(monkeypatch)
    assert Interrupted(run, tmp_path / "copy", 0).second() != expected


@pytest.mark.slow
def test_dropping_the_action_spaces_generator_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = small_run(ANT, "sac", steps=300)
    parts = Interrupted(run, tmp_path / "parts", 50)  # before learning starts: actions come from the space
    parts.first()
    expected = content(undisturbed(run, tmp_path / "whole"), run)
    without_environments(monkeypatch)
    without("action_space")(monkeypatch)
    try:
        assert parts.second() != expected
    except FileNotFoundError:  # environments that begin again have taken too few steps, so the run failed
        assert parts.store.failures(run)
