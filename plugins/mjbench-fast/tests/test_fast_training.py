"""Real, short trainings through the harness: budgets, bytes, refusals."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from alone import TASK, Alone, make_run
from mjbench_sb3.algorithms import PRESETS

from mjbench.api.session import Diverged
from mjbench.errors import SpecError
from mjbench.policies.mlp import MlpPolicy
from mjbench.registry.lookup import Registry
from mjbench.runner.execute import execute
from mjbench.store.store import ResultStore

NAMES = ["fast-ppo", "fast-sac", "fast-td3"]


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


@pytest.mark.parametrize("name", NAMES)
def test_another_seed_gives_another_policy(name: str) -> None:
    from dataclasses import replace

    run = make_run(name)
    one, two = (Registry().algorithm(name).train(Alone(replace(run, seed=seed))) for seed in (0, 1))
    assert not np.array_equal(one.weights[0], two.weights[0])  # pyright: ignore


@pytest.mark.parametrize("name", NAMES)
def test_evaluating_more_often_changes_no_weight(name: str, tmp_path: Path) -> None:
    policies = []
    for checkpoints in (1, 7):
        store, run = ResultStore(tmp_path), make_run(name, checkpoints=checkpoints)
        execute(run, store, Registry())
        policies.append((store.folder(run) / "policy.safetensors").read_bytes())
    assert policies[0] == policies[1]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("envs", [1, 4])
def test_training_takes_exactly_the_budget(name: str, envs: int) -> None:
    session = Alone(make_run(name, n_envs=envs))
    Registry().algorithm(name).train(session)
    assert session.steps == list(range(envs, 301, envs))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"activation": "softmax"}, "activation must be one of tanh, relu, elu, not 'softmax'"),
        ({"learning_rate_schedule": "cosine"}, "learning_rate_schedule must be 'constant'"),
        ({"learning_rate_schedule": "linear to nan"}, "learning_rate_schedule must be"),
        ({"use_sde": True}, "does not support use_sde"),
        ({"use_sde": False, "target_kl": None}, "does not support target_kl, use_sde"),
        ({"batch_size": True}, "batch_size must be a whole number of at least 1, not True"),
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1, not 0"),
        ({"gamma": 1.5}, "gamma must be a number from 0 to 1"),
        ({"gamma": "high"}, "gamma must be a number"),
        ({"net_arch": {"pi": [8], "vf": [8]}}, "net_arch must be a list"),
        ({"net_arch": []}, "net_arch must be a list"),
        ({"normalize_observation": 1}, "normalize_observation must be true or false"),
        ({"learning_rate": float("inf")}, "learning_rate must be"),
    ],
    ids=str,
)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_supported_is_refused_by_name(name: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        Registry().algorithm(name).train(Alone(make_run(name, **changes)))


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("fast-sac", {"ent_coef": "auto_0"}, "ent_coef must be 'auto'"),
        ("fast-sac", {"ent_coef": "automatic"}, "ent_coef must be 'auto'"),
        ("fast-sac", {"target_entropy": "low"}, "target_entropy must be 'auto' or a number, not 'low'"),
        ("fast-sac", {"train_freq": [1, "episode"]}, "train_freq must be a whole number of at least 1"),
        ("fast-td3", {"gradient_steps": -2}, "gradient_steps must be a whole number of at least 0, or -1"),
        ("fast-td3", {"action_noise": "pink"}, "action_noise must be one of none, normal, ornstein-uhlenbeck"),
        ("fast-td3", {"ent_coef": 0.1}, "does not support ent_coef"),
        ("fast-td3", {"std_min": 0.1}, "does not support std_min"),
        ("fast-ppo", {"std_min": -0.1}, "std_min must be a number of at least 0, not -0.1"),
        ("fast-ppo", {"shared_net_arch": [0]}, "shared_net_arch must be a list of layer sizes, or an empty list"),
    ],
    ids=str,
)
def test_what_one_algorithm_does_not_support(name: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        Registry().algorithm(name).train(Alone(make_run(name, **changes)))


@pytest.mark.parametrize("name", NAMES)
def test_a_budget_smaller_than_one_step_of_all_environments_is_refused(name: str) -> None:
    with pytest.raises(SpecError, match="n_envs=4 environments take more than the 3 steps"):
        Registry().algorithm(name).train(Alone(make_run(name, steps=3, n_envs=4)))


class Warm(Alone):
    """Starts from the run in a folder."""

    folder: Path

    def source_policy(self) -> Path:
        return self.folder


@pytest.mark.parametrize("name", NAMES)
def test_a_run_starts_from_the_policy_of_another(name: str, tmp_path: Path) -> None:
    store, source = ResultStore(tmp_path), make_run(name, steps=100, normalize_observation=True)
    execute(source, store, Registry())
    Warm.folder = store.folder(source)
    there = MlpPolicy.load(Warm.folder)
    # one step, too few to learn from
    policy = Registry().algorithm(name).train(Warm(make_run(name, steps=1, normalize_observation=True)))
    assert isinstance(policy, MlpPolicy)
    assert all(np.array_equal(a, b) for a, b in zip(policy.weights, there.weights, strict=True))
    assert policy.observation_mean is not None
    assert there.observation_mean is not None
    assert 0 < np.abs(policy.observation_mean - there.observation_mean).max() < 0.05
    with pytest.raises(SpecError, match=r"does not fit: it is 4-16-16-1 with .*, this run needs 4-8-1"):
        Registry().algorithm(name).train(Warm(make_run(name, steps=1, normalize_observation=True, net_arch=[8])))


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_hyperparameter_is_named(name: str) -> None:
    run = make_run(name)
    del run.hyperparameters["gamma"]  # pyright: ignore
    with pytest.raises(SpecError, match="lacks gamma"):
        Registry().algorithm(name).train(Alone(run))


@pytest.mark.parametrize("name", NAMES)
def test_every_preset_of_the_reference_is_supported(name: str) -> None:
    for pattern in PRESETS[name.removeprefix("fast-")].blocks():
        task = TASK if pattern == "default" else pattern.replace("*", "5")
        settings = PRESETS[name.removeprefix("fast-")].resolve(task)
        assert Registry().algorithm(name).hyperparameters(SimpleNamespace(id=task)) == settings  # pyright: ignore
        run = make_run(name, steps=settings.get("n_envs", 1))
        run.hyperparameters.update({**settings, "buffer_size": 10} if "buffer_size" in settings else settings)  # pyright: ignore
        Registry().algorithm(name).train(Alone(run))


def test_normalisation_is_frozen_into_the_policy_and_returns_are_raw(tmp_path: Path) -> None:
    run = make_run("fast-ppo", normalize_observation=True, normalize_reward=True)
    store = ResultStore(tmp_path)
    record = execute(run, store, Registry())
    policy = MlpPolicy.load(store.folder(run))
    assert policy.observation_mean is not None
    assert (policy.observation_mean != 0).all()
    # the pendulum pays 1 for each step but the one on which it falls
    assert record.training.episode_return == [length - 1 for length in record.training.episode_length]


def test_a_run_that_diverges_is_recorded_as_such(tmp_path: Path) -> None:
    run = make_run("fast-ppo", learning_rate=1e30, max_grad_norm=1e30, normalize_advantage=False)
    store = ResultStore(tmp_path)
    record = execute(run, store, Registry())
    assert record.status == "diverged", record.error
    assert "not finite" in record.error
    assert not store.has(run)


@pytest.mark.parametrize("name", NAMES)
def test_weights_that_are_not_finite_are_not_evaluated(name: str) -> None:
    class Poisoned(Alone):
        def on_step(self, step: int, policy: Any) -> None:
            super().on_step(step, policy)
            if step == 5:
                learner = policy.__self__
                for parameters in learner.trained():
                    parameters.values[:] = np.nan
                policy()

    with pytest.raises(Diverged, match="not finite"):
        Registry().algorithm(name).train(Poisoned(make_run(name)))


def test_listing_imports_no_torch_nor_does_training_ppo() -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from alone import Alone, make_run; "
        "from mjbench.registry.lookup import Registry; "
        f"settings = [Registry().algorithm(name).hyperparameters(Registry().task({TASK!r})) for name in {NAMES}]; "
        "assert settings[0]['gamma'] == 0.99 and not {'torch', 'gymnasium', 'stable_baselines3'} & set(sys.modules); "
        "Registry().algorithm('fast-ppo').train(Alone(make_run('fast-ppo', steps=128))); "
        "assert not {'torch', 'stable_baselines3'} & set(sys.modules)"
    )
    folder = str(Path(__file__).parent)
    done = subprocess.run([sys.executable, "-c", script, folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
