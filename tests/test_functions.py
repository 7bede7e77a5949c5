"""What ``import mjbench`` offers, used as a script or a notebook uses it."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from committed import committed_results
from launching import failing
from records import make_run

import mjbench
from mjbench.evaluation.evaluator import Evaluator
from mjbench.registry.lookup import Registry
from mjbench.runner.claim import Claim
from mjbench.spec.record import failure
from mjbench.store.store import ResultStore
from mjbench.store.walk import RECORD

ROOT = Path(__file__).parent.parent
RESULTS = committed_results()
REACHER = min((RESULTS / "gymnasium" / "Reacher-v5" / "sac").iterdir())
START = """
import sys, time
start = time.perf_counter()
import mjbench
took = time.perf_counter() - start
names = [name for name in ("gymnasium", "torch", "pandas", "numpy", "mujoco", "click") if name in sys.modules]
assert not names, names
assert {"make", "load_policy", "run", "read_results"} <= set(dir(mjbench))
print(took)
"""
SCRIPT = """
import mjbench

runs = mjbench.run(task="pointmass/Centre-v0", algorithm="random-search", seeds=[1, 4], steps=60, quiet=True)
print(list(runs.seed), list(runs.status))
"""


def moment(**options: Any) -> Any:
    given: dict = {"task": "pointmass/Centre-v0", "algorithm": "random-search", "seeds": 2, "steps": 60, "quiet": True}
    return mjbench.run(**{**given, **options})


def test_the_package_imports_nothing_until_a_function_is_used() -> None:
    times = [float(subprocess.check_output([sys.executable, "-c", START], text=True)) for _ in range(3)]
    assert min(times) < 0.1
    with pytest.raises(AttributeError, match="no attribute 'mkae'"):
        _ = mjbench.mkae  # pyright: ignore[reportAttributeAccessIssue]


def test_make_gives_the_environment_of_evaluation() -> None:
    env = mjbench.make("gymnasium/Reacher-v5")
    assert isinstance(env, gymnasium.Env)
    policy = mjbench.load_policy(REACHER)
    observation, _ = env.reset(seed=1_000_000)
    total, over = 0.0, False
    while not over:
        action, _ = policy.predict(observation)
        observation, reward, terminated, truncated, _ = env.step(action)
        total, over = total + float(reward), bool(terminated or truncated)
    recorded = ResultStore(RESULTS).read(REACHER).final_returns[0]
    assert total == pytest.approx(recorded, rel=1e-4)
    played = Evaluator(Registry().task("gymnasium/Reacher-v5")).evaluate(policy, 2, 1_000_000)
    assert played.episode_return[0] == pytest.approx(recorded, rel=1e-4)


def test_names_that_do_not_exist_name_the_nearest() -> None:
    with pytest.raises(mjbench.MjbenchError, match="did you mean quadruped/Go1Walk-v0"):
        mjbench.make("quadruped/Go1Wlk-v0")
    with pytest.raises(mjbench.MjbenchError, match="did you mean gymnasium:Hopper-v5"):
        mjbench.make("gymnasium:Hoper-v5")
    with pytest.raises(mjbench.MjbenchError, match=r"no runs under .* start"):
        mjbench.load_policy("000000000000", results=RESULTS)
    assert mjbench.make("gymnasium:Pendulum-v1").action_space.shape == (1,)


def test_a_policy_is_found_by_folder_text_and_prefix(tmp_path: Path) -> None:
    run_id = REACHER.name.partition("-")[2]
    found = [mjbench.load_policy(run, RESULTS) for run in (REACHER, str(REACHER), run_id)]
    assert {policy.run.run_id for policy in found} == {run_id}
    observations = np.random.default_rng(0).normal(size=(3, found[0].observation_size))
    actions = [policy.predict(observations)[0] for policy in found]
    np.testing.assert_array_equal(actions[0], actions[2])
    found[0].save(tmp_path)
    assert (tmp_path / "policy.safetensors").is_file()
    failed = ResultStore(tmp_path / "results").write(failure(make_run(), "it broke"))
    with pytest.raises(mjbench.MjbenchError, match="is failed: it has no final policy"):
        mjbench.load_policy(failed)


@pytest.mark.usefixtures("pointmass")
def test_run_trains_and_returns_exactly_its_runs(tmp_path: Path) -> None:
    first = moment(results=tmp_path, seeds=1)
    both = moment(results=str(tmp_path), seeds=2)
    assert list(both.seed) == [0, 1]
    assert list(first.run_id) == list(both.run_id)[:1]
    assert set(both.status) == {"completed"}
    assert len(list(tmp_path.rglob(RECORD))) == 2
    table = mjbench.read_results(tmp_path).query("final").groupby("run_id").episode_return.mean()
    for row in both.itertuples():
        assert table[row.run_id] == pytest.approx(row.final_return)


@pytest.mark.usefixtures("pointmass")
@pytest.mark.parametrize("kind", [str, Path])
def test_a_preset_file_goes_along_to_the_remote_and_to_another_folder(kind: type, tmp_path: Path) -> None:
    file, shared = tmp_path / "mine.toml", tmp_path / "shared"
    file.write_text("[default]\nnoise = 0.5\n")
    shared.mkdir()
    (row,) = moment(results=tmp_path / "a", seeds=1, preset=kind(file), remote=str(shared)).itertuples()
    (copy,) = (tmp_path / "a" / "presets").iterdir()
    assert copy.stem == row.preset
    (other,) = moment(results=tmp_path / "b", seeds=1, remote=str(shared)).itertuples()
    assert other.run_id != row.run_id
    got = [path / "presets" / copy.name for path in (shared, tmp_path / "b")]
    assert [path.read_bytes() for path in got] == [file.read_bytes()] * 2
    assert row.run_id in list(mjbench.read_results(tmp_path / "b", "runs").run_id)


@pytest.mark.usefixtures("pointmass")
def test_a_script_without_a_guard_trains(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[1, 4] ['completed', 'completed']\n"
    assert len(list((tmp_path / "results").rglob(RECORD))) == 2


@pytest.mark.usefixtures("pointmass")
def test_run_refuses_what_the_command_refuses(tmp_path: Path) -> None:
    for options, words in [
        ({"task": ()}, "choose what to train on"),
        ({"algorithm": "random-serch"}, "did you mean random-search"),
        ({"seeds": 0}, "must be a number"),
        ({"hyperparameters": {"none": 1}}, "none"),
        ({"hyperparameters": {"sigma": object()}}, "must be numbers"),
        ({"launcher": "slum"}, "unknown launcher"),
        ({"track": "tensorbord"}, "unknown tracker"),
    ]:
        with pytest.raises(mjbench.MjbenchError, match=words):
            moment(results=tmp_path, **options)
    assert not list(tmp_path.rglob(RECORD))


@pytest.mark.usefixtures("pointmass")
def test_failed_runs_are_rows_and_runs_of_others_an_error(tmp_path: Path, site: Path, monkeypatch) -> None:
    failing("raise", site, monkeypatch)
    table = moment(results=tmp_path, algorithm=["random-search", "fails"], seeds=1)
    assert list(table.status) == ["completed", "failed"]
    assert np.isnan(table.final_return[1])
    assert "the motor is on fire" in table.error[1]
    store = ResultStore(tmp_path / "other")
    (run,) = [mjbench.load_policy(table.run_id[0], tmp_path).run]
    claim = Claim(store.work(run))
    assert claim.take()
    with pytest.raises(mjbench.MjbenchError, match="1 run without a record"):
        moment(results=tmp_path / "other", seeds=1)
    claim.release()


@pytest.mark.slow
def test_what_the_readme_shows_runs(tmp_path: Path) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (tmp_path / "results").symlink_to(RESULTS)
    done = subprocess.run([sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "mine").rglob(RECORD))) == 2
