"""Many environments at once: the same training whether they are stepped natively or one by one, and resumed exactly."""

import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from distributions import install_pendulums
from killing import Interrupted, content, small_run, undisturbed
from mjbench_sb3.algorithms import PRESETS

from mjbench.errors import MjbenchError, SpecError
from mjbench.plan.grid import plan
from mjbench.registry.lookup import Registry
from mjbench.runner.execute import execute
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import ResultStore

BATCH, SINGLE = "pendulum/Batch-v0", "pendulum/Swing-v0"
torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def pendulums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_pendulums(tmp_path / "pendulums", monkeypatch)


def run_of(algorithm: str, task: str = BATCH, **changes: Any) -> Any:
    noise = {"action_noise": "ornstein-uhlenbeck", "action_noise_std": 0.1} if algorithm == "td3" else {}
    return small_run(task, algorithm, **{"steps": 1600, "n_envs": 4, **noise, **changes})


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", ["ppo", "sac", "td3"])
@pytest.mark.parametrize("task", [BATCH, SINGLE])
def test_a_run_goes_on_in_the_middle_of_its_curriculum(
    algorithm: str, task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(algorithm, task)
    parts = Interrupted(run, tmp_path / "parts", stop_at=random.randrange(600, 1000))
    parts.first()
    shutil.copytree(parts.store.root, tmp_path / "copy")
    expected = content(undisturbed(run, tmp_path / "whole"), run)
    level, step = expected["training"]["level"], expected["training"]["step"]
    assert any(at < 600 and played for at, played in zip(step, level, strict=True))
    assert parts.second() == expected
    monkeypatch.setattr(
        "mjbench.snapshot.building.set_generator_state", lambda *_: None
    )  # those of the graduates and of the resets
    assert Interrupted(run, tmp_path / "copy", 0).second() != expected


@pytest.mark.parametrize("algorithm", ["ppo", "sac"])
def test_a_native_batch_trains_to_the_same_weights_as_single_environments(algorithm: str, tmp_path: Path) -> None:
    bodies = []
    for task in (BATCH, SINGLE):
        run = run_of(algorithm, task, steps=400)
        record = execute(run, ResultStore(tmp_path / algorithm), Registry())
        assert record.status == "completed", record.error
        policy = ResultStore(tmp_path / algorithm).folder(run) / "policy.safetensors"
        bodies.append((record.training, record.evaluations, policy.read_bytes()))
    assert bodies[0] == bodies[1]
    assert bodies[0][0].level


@pytest.mark.parametrize("algorithm", ["ppo", "sac", "fast-ppo", "fast-sac"])
def test_the_budget_is_a_limit_for_environments_that_are_stepped_together(algorithm: str, tmp_path: Path) -> None:
    policies = []
    for steps in (1600, 1602):
        run = run_of(algorithm, steps=steps, learning_rate_schedule="constant")
        record = execute(run, ResultStore(tmp_path), Registry())
        assert record.status == "completed", record.error
        assert record.evaluations.step[-1] == steps
        assert sum(record.training.episode_length) <= 1600
        policies.append((ResultStore(tmp_path).folder(run) / "policy.safetensors").read_bytes())
    assert policies[0] == policies[1]


def test_a_budget_smaller_than_one_step_of_all_environments_is_refused(tmp_path: Path) -> None:
    for algorithm in ("ppo", "fast-ppo"):
        record = execute(run_of(algorithm, steps=3), ResultStore(tmp_path), Registry())
        assert record.status == "failed"
        assert "n_envs=4 environments take more than the 3 steps" in record.error


@pytest.mark.parametrize("name", ["sac", "td3", "ddpg"])
def test_several_environments_are_an_option_that_gives_old_runs_no_new_id(name: str) -> None:
    registry = Registry()
    tasks, algorithms = [registry.task(SINGLE)], {name: registry.algorithm(name)}
    assert "n_envs" not in PRESETS[name].resolve(SINGLE)
    (run,) = plan(tasks, algorithms, [0], steps=8, protocol=EvalProtocol(), changes={"n_envs": 4})
    assert (run.hyperparameters["n_envs"], run.entry) == (4, f"{name}[n_envs=4]")
    with pytest.raises(MjbenchError, match="n_envs"):
        plan(tasks, algorithms, [0], steps=8, protocol=EvalProtocol(), changes={"n_env": 4})


def test_the_learning_rate_falls_to_the_number_that_is_given() -> None:
    from mjbench_sb3.model import _learning_rate

    rate = _learning_rate(3e-4, "linear to 1e-4")
    assert np.allclose([rate(1.0), rate(0.5), rate(0.0)], [3e-4, 2e-4, 1e-4], rtol=1e-12)
    assert _learning_rate(3e-4, "linear")(0.0) == 0
    assert _learning_rate(3e-4, "constant") == 3e-4
    for wrong in ("cosine", "linear to nothing", "constant to 1"):
        with pytest.raises(SpecError, match="linear to X"):
            _learning_rate(3e-4, wrong)
    with pytest.raises(SpecError, match="learning_rate must be a number, not 'fast'"):
        _learning_rate("fast", "linear")


def test_elu_networks_of_two_layers_train_and_replay(tmp_path: Path) -> None:
    run = run_of("ppo", steps=400, net_arch=[128, 128], activation="elu", learning_rate_schedule="linear to 1e-5")
    record = execute(run, ResultStore(tmp_path), Registry())
    assert record.status == "completed", record.error
    assert Registry().algorithm("ppo").load_policy(ResultStore(tmp_path).folder(run)).act(np.zeros((2, 3))).shape == (
        2,
        1,
    )
