"""Real, short trainings: what SBX learns is what is saved, and the same run gives the same bytes."""

import inspect
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium.spaces import Box
from killing import small_run
from mjbench_sbx.algorithms import PRESETS
from mjbench_sbx.export import export
from mjbench_sbx.model import ACTIVATIONS, CLASSES, build
from mjbench_sbx.train import SbxReport, learn
from mjbench_sbx.warm_start import start_from

from mjbench.api.session import Diverged
from mjbench.envs.vector import make_batch
from mjbench.errors import MjbenchError, SpecError
from mjbench.plan.grid import plan
from mjbench.policies.mlp import MlpPolicy
from mjbench.registry.lookup import Registry
from mjbench.runner.episode_log import EpisodeLog
from mjbench.runner.execute import execute
from mjbench.runner.training_envs import TrainingBatch
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import ResultStore

TASK = "gymnasium/InvertedPendulum-v5"
OFF_POLICY = {"net_arch": [16, 16], "batch_size": 32, "learning_starts": 50, "buffer_size": 1000}
SMALL = dict.fromkeys(CLASSES, OFF_POLICY) | {"ppo": {"net_arch": [16, 16], "n_steps": 64, "n_epochs": 2}}
NAMES = sorted(CLASSES)


def make_run(name: str, steps: int = 150, checkpoints: int = 2, **changes: Any) -> RunSpec:
    run = small_run(TASK, f"sbx-{name}", seed=3, steps=steps, **{**SMALL[name], **changes})
    return replace(run, protocol=EvalProtocol(checkpoints=checkpoints, episodes=2, final_episodes=3))


def trained(run: RunSpec, root: Path) -> tuple[Any, bytes]:
    """The record and the policy that the run leaves."""
    store = ResultStore(root)
    record = execute(run, store, Registry())
    assert record.status == "completed", record.error
    return record, (store.folder(run) / "policy.safetensors").read_bytes()


class Beginning:
    """A session whose training never begins."""

    def __init__(self, run: RunSpec) -> None:
        self.run = run

    def make_batch(self, count: int) -> TrainingBatch:
        task = Registry().task(self.run.task)
        return TrainingBatch(make_batch(task, count), task.episode_limit, EpisodeLog())


class Counting(Beginning):
    """A session that counts."""

    def __init__(self, run: RunSpec) -> None:
        super().__init__(run)
        self.steps: list[int] = []

    def on_step(self, step: int, policy: Any) -> None:
        self.steps.append(step)

    def restore(self, rows: Any) -> None:
        return None

    def log_due(self, step: int) -> bool:
        return False

    def log(self, step: int, scalars: Any) -> None:
        raise NotImplementedError

    def snapshot_due(self) -> bool:
        return False


def built(name: str, **changes: Any) -> Any:
    return build(name, Beginning(make_run(name, **changes)))  # pyright: ignore[reportArgumentType]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("normalize", "activation"), [(True, "elu"), (False, "tanh")])
def test_the_exported_policy_acts_as_sbx_does(name: str, normalize: bool, activation: str) -> None:
    model = built(name, normalize_observation=normalize, normalize_reward=normalize, activation=activation)
    model.learn(120)
    observations = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
    seen = model.get_env().normalize_obs(observations) if normalize else observations
    expected, _ = model.predict(seen, deterministic=True)
    assert np.allclose(export(model).act(observations), expected, atol=2e-5)
    assert np.ptp(expected) > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_same_run_gives_the_same_bytes_however_often_it_is_evaluated(name: str, tmp_path: Path) -> None:
    record, policy = trained(make_run(name), tmp_path / "one")
    again, same = trained(make_run(name), tmp_path / "two")
    _, other = trained(make_run(name, checkpoints=7), tmp_path / "three")
    assert policy == same == other
    assert (record.evaluations, record.training) == (again.evaluations, again.training)
    assert record.provenance["packages"].keys() >= {"sbx-rl", "jax", "jaxlib", "flax", "optax", "torch"}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "updates"), [("ppo", 2 * 2), ("td3", 100)])
def test_training_takes_exactly_the_budget(name: str, updates: int) -> None:
    # 150 steps are two rollouts of 64 and a rest that is not learned from; TD3 updates once a step after the 50th.
    session: Any = Counting(make_run(name))
    model: Any = build(name, session)
    learn(model, SbxReport(session))
    assert session.steps == list(range(1, 151))
    assert model._n_updates == updates


@pytest.mark.slow
def test_several_environments_are_one_count_of_steps(tmp_path: Path) -> None:
    record, _ = trained(make_run("sac", steps=200, n_envs=4, learning_starts=20, gradient_steps=-1), tmp_path)
    assert all(step % 4 == 0 for step in record.training.step)
    assert 0 < record.training.step[-1] <= 200


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ppo", "sac"])
def test_a_run_that_diverges_is_recorded_as_such(name: str, tmp_path: Path) -> None:
    changes = {"max_grad_norm": 1e30, "normalize_advantage": False} if name == "ppo" else {}
    record = execute(make_run(name, learning_rate=1e30, **changes), ResultStore(tmp_path), Registry())
    assert record.status == "diverged", record.error
    assert "not finite" in record.error


def test_export_refuses_weights_that_are_not_finite() -> None:
    model = built("td3")
    state = model.policy.actor_state
    state.params["params"]["Dense_0"]["bias"] = np.full(16, np.nan)
    with pytest.raises(Diverged, match=r"bias\.0"):
        export(model)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_preset_builds_a_model(name: str) -> None:
    for pattern in PRESETS[name].blocks():
        settings = PRESETS[name].resolve(TASK if pattern == "default" else pattern.replace("*", "5"))
        if "buffer_size" in settings:
            settings["buffer_size"] = 10  # a million transitions for each would only cost memory here
        build(name, Beginning(RunSpec(TASK, f"sbx-{name}", settings, 0, 640, EvalProtocol())))  # pyright: ignore
        assert PRESETS[name].blocks()[pattern]["source"]


def test_preset_1_has_the_defaults_of_sbx() -> None:
    said = {"n_envs", "normalize_observation", "normalize_reward", "learning_rate_schedule", "activation", "net_arch"}
    said |= {"action_noise", "action_noise_std"}  # None where there is none
    for name, kind in CLASSES.items():
        policy = kind.policy_aliases["MlpPolicy"]
        theirs = {**inspect.signature(policy).parameters, **inspect.signature(kind).parameters}
        own = PRESETS[name].resolve("no/Task-v0", "1")
        assert {key: theirs[key].default for key in own.keys() - said} == {key: own[key] for key in own.keys() - said}
        sizes = own["net_arch"] if isinstance(own["net_arch"], dict) else dict.fromkeys(("pi", "qf"), own["net_arch"])
        plain: Any = policy(Box(-1, 1, (3,)), Box(-1, 1, (2,)), lambda _: 1e-3)
        assert plain.net_arch_pi == sizes["pi"]
        assert getattr(plain, "net_arch_qf", sizes["qf"]) == sizes["qf"]
        assert plain.activation_fn is ACTIVATIONS[own["activation"]]


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("td3", {"learning_rate_schedule": "linear"}, "does not support learning_rate_schedule; it has action_noise,"),
        ("ppo", {"clip_range_vf": 0.2, "use_sde": True}, "does not support clip_range_vf, use_sde"),
        ("ppo", {"activation": "softmax"}, "softmax"),
        ("ppo", {"n_steps": "many"}, "does not accept"),
        ("sac", {"ent_coef": "some"}, "does not accept"),
    ],
)
def test_what_makes_no_sense_is_named(name: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        built(name, **changes)


def test_an_option_that_is_missing_or_not_there_is_named() -> None:
    run = make_run("sac")
    without = {key: value for key, value in run.hyperparameters.items() if key != "tau"}
    with pytest.raises(SpecError, match="lacks tau"):
        build("sac", Beginning(replace(run, hyperparameters=without)))  # pyright: ignore[reportArgumentType]
    registry = Registry()
    algorithms = {"sbx-td3": registry.algorithm("sbx-td3")}
    with pytest.raises(MjbenchError, match="learning_rate_schedule"):
        plan(
            [registry.task(TASK)],
            algorithms,
            [0],
            steps=8,
            protocol=EvalProtocol(),
            changes={"learning_rate_schedule": "linear"},
        )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ppo", "sac", "td3", "tqc"])
def test_training_starts_from_another_runs_policy(name: str, tmp_path: Path) -> None:
    run = make_run(name, steps=1, normalize_observation=True)
    store = ResultStore(tmp_path)
    record = execute(run, store, Registry())
    assert record.status == "completed", record.error
    source = MlpPolicy.load(store.folder(run))
    model = build(name, Beginning(replace(run, seed=4)))  # pyright: ignore[reportArgumentType]
    observations = np.random.default_rng(0).normal(size=(20, 4))
    before = export(model).act(observations)
    start_from(model, store.folder(run))
    assert np.allclose(export(model).act(observations), source.act(observations), atol=1e-6)
    assert not np.allclose(before, source.act(observations), atol=1e-3)
    if name == "td3":
        state: Any = model.policy.actor_state  # pyright: ignore[reportAttributeAccessIssue]
        assert np.array_equal(state.target_params["params"]["Dense_0"]["kernel"], source.weights[0].T)
    wider = built(name, net_arch=[8, 8], normalize_observation=True)
    with pytest.raises(SpecError, match=r"does not fit: it is 4-16-16-1"):
        start_from(wider, store.folder(run))


def test_another_number_of_threads_needs_another_process(tmp_path: Path) -> None:
    record = execute(replace(make_run("ppo"), threads=2), ResultStore(tmp_path), Registry())
    assert record.status == "failed"
    assert "train in a new process" in record.error


@pytest.mark.slow
def test_a_run_computes_on_one_thread() -> None:
    script = (
        "import os, time; from mjbench_sbx.threads import fix_threads; fix_threads(1)\n"
        "import jax, numpy as np\n"
        "f = jax.jit(lambda x: x @ x); x = np.ones((1500, 1500), np.float32); f(x).block_until_ready()\n"
        "names = [open(f'/proc/self/task/{t}/comm').read().strip() for t in os.listdir('/proc/self/task')]\n"
        "print(sum(name == 'tf_XLAEigen' for name in names), jax.default_backend())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["1", "cpu"]


def test_listing_and_presets_come_without_jax() -> None:
    script = (
        "import sys; from mjbench.registry.lookup import Registry; "
        f"print(Registry().algorithm('sbx-sac').hyperparameters(Registry().task({TASK!r}))['gamma']); "
        "assert not {'jax', 'sbx', 'torch', 'gymnasium', 'stable_baselines3'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) == PRESETS["sac"].resolve(TASK)["gamma"]


@pytest.mark.parametrize("module", ["jax", "sbx"])
def test_what_is_not_installed_is_named(module: str) -> None:
    script = (
        f"import sys; sys.modules[{module!r}] = None\n"
        "from mjbench.errors import PluginError; from mjbench.registry.lookup import Registry\n"
        "assert Registry().algorithm('ppo')\n"
        "try: Registry().algorithm('sbx-sac')\n"
        "except PluginError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"plugin mjbench-sbx 0.1.0 (mjbench.algorithms: sbx-sac) does not load: it needs the module '{module}'" in (
        done.stdout
    )
