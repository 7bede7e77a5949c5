"""Real, short trainings: what stable-baselines3 learns is what is saved, and the same run gives the same bytes."""

import tempfile
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from mjbench_sb3.algorithms import PRESETS
from mjbench_sb3.export import export
from mjbench_sb3.model import CLASSES, build

from mjbench.api.session import Diverged
from mjbench.envs.vector import make_batch
from mjbench.errors import SpecError
from mjbench.policies.mlp import MlpPolicy
from mjbench.registry.lookup import Registry
from mjbench.runner.episode_log import EpisodeLog
from mjbench.runner.execute import execute
from mjbench.runner.training_envs import TrainingBatch
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import ResultStore

TASK = "gymnasium/InvertedPendulum-v5"
SMALL = {
    "net_arch": [16, 16],
    "batch_size": 32,
    "learning_starts": 50,
    "n_steps": 64,
    "n_epochs": 2,
    "buffer_size": 1000,
    "achieved_goal": [0, 1],
    "desired_goal": [1, 2],
}
NAMES = sorted(CLASSES)
torch.set_num_threads(1)  # as the workers do: more threads on networks this small only wait for each other


def make_run(name: str, steps: int = 300, checkpoints: int = 2, **changes) -> RunSpec:
    preset = PRESETS[name].resolve(TASK)
    settings = {**preset, **{key: value for key, value in SMALL.items() if key in preset}, **changes}
    return RunSpec(TASK, name, settings, 3, steps, EvalProtocol(checkpoints=checkpoints, episodes=2, final_episodes=3))


class Alone:
    """A session that only hands out environments and counts."""

    def __init__(self, run: RunSpec) -> None:
        self.run = run
        self.steps: list[int] = []
        self.policies: list[MlpPolicy] = []

    def make_env(self, index: int = 0) -> gymnasium.Env:
        raise NotImplementedError

    def make_training_batch(self, count: int, device: str) -> Any:
        raise NotImplementedError

    def refuse_snapshots(self, reason: str) -> None:
        raise NotImplementedError

    def make_batch(self, count: int) -> TrainingBatch:
        task = Registry().task(TASK)
        return TrainingBatch(make_batch(task, count), task.episode_limit, EpisodeLog())

    def source_policy(self) -> Path | None:
        return None

    def on_step(self, step: int, policy) -> None:
        self.steps.append(step)

    def log_due(self, step: int) -> bool:
        return False

    def log(self, step: int, scalars: Any) -> None:
        raise NotImplementedError

    def snapshot_due(self) -> bool:
        return False

    def save(self, step: int, state, rows=None) -> None:
        raise NotImplementedError

    def restore(self, rows=None) -> None:
        return None


@pytest.mark.parametrize(
    ("name", "normalize"),
    [(name, normalize) for name in NAMES for normalize in (True, False) if name != "sac+her" or not normalize],
)
def test_the_exported_policy_acts_as_stable_baselines3_does(name: str, normalize: bool) -> None:
    model = build(name, Alone(make_run(name, normalize_observation=normalize, normalize_reward=normalize)))
    model.learn(200)
    env: Any = model.get_env()
    observations = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
    seen = env.normalize_obs(observations) if normalize else observations
    expected, _ = model.predict(seen, deterministic=True)
    assert np.allclose(export(model).act(observations), expected, atol=1e-5)
    assert np.ptp(expected) > 0


def test_layers_that_policy_and_value_share_are_exported_too() -> None:
    model = build("ppo", Alone(make_run("ppo", shared_net_arch=[24, 12], net_arch=[8], activation="elu")))
    model.learn(200)
    env: Any = model.get_env()
    observations = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
    expected, _ = model.predict(env.normalize_obs(observations), deterministic=True)
    policy = export(model)
    assert [len(bias) for bias in policy.biases] == [24, 12, 8, 1]
    assert np.allclose(policy.act(observations), expected, atol=1e-5)
    shared: Any = model.policy.features_extractor  # pyright: ignore[reportAttributeAccessIssue]
    first = shared.layers[0].weight.detach()  # begins with orthogonal columns of length sqrt(2), and learns
    assert not torch.allclose(first.T @ first, 2 * torch.eye(4), atol=1e-3)
    fresh: Any = build("ppo", Alone(make_run("ppo", shared_net_arch=[24, 12]))).policy
    first = fresh.features_extractor.layers[0].weight.detach()
    assert torch.allclose(first.T @ first, 2 * torch.eye(4), atol=1e-5)


def test_the_floor_of_the_noise_is_held_and_left_again() -> None:
    stds: dict[float, list[float]] = {}
    for std_min in (0.0, 0.8):
        policy: Any = build("ppo", Alone(make_run("ppo", std_min=std_min, log_std_init=-0.8))).policy
        stds[std_min] = [policy.log_std.exp().item()]
        for gradient in (1.0, -1.0):  # first towards less noise, then towards more
            policy.log_std.grad = torch.full_like(policy.log_std, gradient)
            policy.optimizer.param_groups[0]["lr"] = 0.1
            for _ in range(3):
                policy.optimizer.step()
                stds[std_min].append(policy.log_std.exp().item())
    assert stds[0.0][:4] == pytest.approx(np.exp([-0.8, -0.9, -1.0, -1.1]), rel=1e-3)
    assert stds[0.8][:4] == pytest.approx([0.8] * 4)
    assert min(stds[0.8]) >= 0.8 - 1e-6
    assert stds[0.8][-1] > 0.81


@pytest.mark.parametrize("name", NAMES)
def test_the_same_run_twice_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    records, policies = [], []
    for folder in ("one", "two"):
        store = ResultStore(tmp_path / folder)
        records.append(execute(make_run(name), store, Registry()))
        policies.append((store.folder(make_run(name)) / "policy.safetensors").read_bytes())
    assert records[0].status == "completed", records[0].error
    assert policies[0] == policies[1]
    assert records[0].evaluations == records[1].evaluations
    assert records[0].training == records[1].training


def test_nothing_is_left_among_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    execute(make_run("ppo"), ResultStore(tmp_path / "results"), Registry())
    assert not list((tmp_path / "temporary").iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_evaluating_more_often_changes_no_weight(name: str, tmp_path: Path) -> None:
    policies = []
    for checkpoints in (1, 7):
        store, run = ResultStore(tmp_path), make_run(name, checkpoints=checkpoints)
        execute(run, store, Registry())
        policies.append((store.folder(run) / "policy.safetensors").read_bytes())
    assert policies[0] == policies[1]


@pytest.mark.parametrize(("name", "updates"), [("ppo", 2 * 4), ("sac", 250), ("a2c", 4)])
def test_training_takes_exactly_the_budget_and_every_update_it_pays_for(name: str, updates: int) -> None:
    # 300 steps are four rollouts of 64 and a rest that is not learned from; SAC updates once a step after the 50th.
    session = Alone(make_run(name))
    model = build(name, session)
    from mjbench_sb3.train import Report

    model.learn(300, callback=Report(session), log_interval=None)  # pyright: ignore
    assert session.steps == list(range(1, 301))
    assert model._n_updates == updates


def test_a_budget_of_whole_rollouts_includes_the_last_update() -> None:
    session = Alone(make_run("ppo", steps=128))
    model = build("ppo", session)
    from mjbench_sb3.train import Report

    model.learn(128, callback=Report(session), log_interval=None)  # pyright: ignore
    assert model._n_updates == 2 * 2


def test_normalisation_is_frozen_into_the_policy_and_returns_are_raw(tmp_path: Path) -> None:
    run = make_run("ppo", normalize_observation=True, normalize_reward=True)
    store = ResultStore(tmp_path)
    record = execute(run, store, Registry())
    policy = MlpPolicy.load(store.folder(run))
    assert policy.observation_mean is not None
    assert (policy.observation_mean != 0).all()
    # the pendulum pays 1 for each step but the one on which it falls
    assert record.training.episode_return == [length - 1 for length in record.training.episode_length]
    assert record.evaluations.episode_return == [length - 1 for length in record.evaluations.episode_length]


def test_several_environments_are_one_count_of_steps(tmp_path: Path) -> None:
    record = execute(make_run("ppo", steps=512, n_envs=4), ResultStore(tmp_path), Registry())
    assert record.status == "completed", record.error
    assert record.training.step == sorted(record.training.step)
    assert all(step % 4 == 0 for step in record.training.step)
    assert 512 - 4 * max(record.training.episode_length) < record.training.step[-1] <= 512


def test_a_run_that_diverges_is_recorded_as_such(tmp_path: Path) -> None:
    run = make_run("ppo", learning_rate=1e30, max_grad_norm=1e30, normalize_advantage=False)
    store = ResultStore(tmp_path)
    record = execute(run, store, Registry())
    assert record.status == "diverged", record.error
    assert "not finite" in record.error
    assert not store.has(run)
    assert len(store.failures(run)) == 1


def test_export_refuses_weights_that_are_not_finite() -> None:
    model = build("sac", Alone(make_run("sac")))
    with torch.no_grad():
        next(model.policy.actor.parameters())[0] = float("nan")  # pyright: ignore
    with pytest.raises(Diverged, match=r"weight\.0"):
        export(model)


def test_sac_begins_with_the_spread_that_is_asked_for() -> None:
    spreads = [
        build("sac", Alone(make_run("sac", **changes))).actor.log_std.bias.detach()  # pyright: ignore
        for changes in ({}, {"log_std_init": -1.5})
    ]
    assert torch.allclose(spreads[1], spreads[0] - 1.5)
    with pytest.raises(SpecError, match="does not accept"):
        build("sac", Alone(make_run("sac", log_std_init="small")))


@pytest.mark.parametrize(
    ("changes", "message"), [({"activation": "softmax"}, "softmax"), ({"n_steps": "many"}, "does not accept")]
)
def test_values_that_make_no_sense_are_named(changes: dict, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        build("ppo", Alone(make_run("ppo", **changes)))


@pytest.mark.filterwarnings("ignore:You have specified a mini-batch size:UserWarning")  # as the zoo has it
@pytest.mark.parametrize("name", NAMES)
def test_every_preset_builds_a_model(name: str) -> None:
    for preset in PRESETS[name].names:
        blocks = PRESETS[name].blocks(preset)
        assert all(block.get("source") for block in (blocks.values() if preset.isdecimal() else [blocks["default"]]))
        for pattern in blocks:
            if name == "sac+her" and pattern == "default":
                continue  # without goals: test_sb3_her.py
            settings = PRESETS[name].resolve(TASK if pattern == "default" else pattern.replace("*", "5"), preset)
            if "buffer_size" in settings:
                settings["buffer_size"] = 100  # a million transitions for each would only cost memory here
            build(name, Alone(RunSpec(TASK, name, settings, 0, 640, EvalProtocol())))


def test_presets_come_without_torch() -> None:
    import subprocess
    import sys

    script = (
        "import sys; from mjbench.registry.lookup import Registry; "
        f"print(Registry().algorithm('sac').hyperparameters(Registry().task({TASK!r}))['gamma']); "
        "assert not {'torch', 'gymnasium', 'stable_baselines3'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) == PRESETS["sac"].resolve(TASK)["gamma"]
