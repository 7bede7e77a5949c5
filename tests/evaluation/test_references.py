"""The random policy's returns: how they are measured, and the file that keeps them."""

import json
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from mjbench.cli.references import references_command
from mjbench.envs.make import make_env
from mjbench.errors import MjbenchError, PluginError
from mjbench.evaluation.references import (
    ACTION_SEED,
    SEED,
    MeasuredReturn,
    RandomReturns,
    measure,
    random_return,
    read_returns,
    write_returns,
)
from mjbench.registry.lookup import Registry
from mjbench.spec.suite import EVALUATION_SEED
from mjbench.spec.task import TaskSpec
from mjbench.testing.new_plugin import write_plugin
from mjbench.testing.target import plugins_of

TASK = TaskSpec(id="drift/Drift-v0", entry_point="faulty_envs:DriftEnv", episode_limit=20, budget=100)
ROW = MeasuredReturn(-1.25, 0.5, 100)


def test_every_episode_can_be_repeated_alone() -> None:
    env = make_env(TASK)
    forth = [random_return(env, SEED + i, ACTION_SEED + i) for i in range(4)]
    back = [random_return(make_env(TASK), SEED + i, ACTION_SEED + i) for i in (3, 2, 1, 0)]
    assert forth == back[::-1]
    assert len(set(forth)) == 4


def test_mean_standard_error_and_versions() -> None:
    row, versions = measure(TASK, 9)
    env = make_env(TASK)
    returns = np.array([random_return(env, SEED + i, ACTION_SEED + i) for i in range(9)])
    assert row == MeasuredReturn(round(returns.mean(), 4), round(returns.std(ddof=1) / 3, 4), 9)
    assert {"python", "gymnasium", "numpy"} <= versions.keys()


def test_the_seeds_are_nobody_elses() -> None:
    assert SEED >= EVALUATION_SEED + 100_000
    assert ACTION_SEED >= SEED + 100_000


def test_a_file_keeps_its_own_seeds(tmp_path: Path) -> None:
    row, versions = measure(TASK, 3, 5, 6)
    assert row != measure(TASK, 3)[0]
    path = tmp_path / "references.toml"
    write_returns(path, RandomReturns({"a/A-v0": row}, versions, 5, 6).extended({"b/B-v0": row}, versions))
    assert (read_returns(path).seed, read_returns(path).action_seed) == (5, 6)


@pytest.mark.parametrize(("episodes", "fault", "words"), [(1, "", "at least 2"), (3, "reward nan", "not finite")])
def test_what_is_no_measurement_is_refused(episodes: int, fault: str, words: str) -> None:
    with pytest.raises(MjbenchError, match=words):
        measure(replace(TASK, kwargs={"fault": fault}), episodes)


def test_a_file_round_trip(tmp_path: Path) -> None:
    table = RandomReturns(
        {"b/B-v0": ROW, "a/A-v0": MeasuredReturn(1e-5, 0.0, 20)}, {"python": "3.11.7", "mujoco": "3.17.0"}
    )
    path = tmp_path / "references.toml"
    write_returns(path, table)
    assert read_returns(path) == table
    assert next(line for line in path.read_text().splitlines() if "episodes" in line).startswith('"a/A-v0"')
    assert read_returns(tmp_path / "absent.toml") == RandomReturns()


@pytest.mark.parametrize(
    "text", ["seed = ", "seed = 1", 'seed = 1\naction_seed = 1\nversions = {}\n[random]\n"a/A-v0" = {value = 1}']
)
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(MjbenchError, match="is not a file of random returns"):
        read_returns(tmp_path / "x.toml")


def test_rows_of_different_versions_do_not_share_a_file() -> None:
    table = RandomReturns({"a/A-v0": ROW}, {"mujoco": "3.17.0"})
    with pytest.raises(MjbenchError, match=r"1 rows were measured with mujoco 3\.17\.0, not mujoco 3\.18\.0"):
        table.extended({"b/B-v0": ROW}, {"mujoco": "3.18.0"})
    assert table.extended({"a/A-v0": ROW}, {"mujoco": "3.18.0"}).versions == {"mujoco": "3.18.0"}
    both = table.extended({"b/B-v0": ROW}, {"mujoco": "3.17.0", "dm_control": "1.0.50"})
    assert (both.rows.keys(), both.versions["dm_control"]) == ({"a/A-v0", "b/B-v0"}, "1.0.50")


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(references_command, arguments, catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.usefixtures("pointmass")
def test_measuring_adds_to_the_file_and_does_nothing_twice(tmp_path: Path) -> None:
    out = tmp_path / "references.toml"
    arguments = ("measure", "--plugin", "pointmass", "--episodes", "3", "--jobs", "1", "--out", str(out))
    first = run(*arguments)
    assert "1 of 1 tasks to measure, 3 episodes each" in first
    assert "[1/1] pointmass/Centre-v0: -" in first
    written = out.read_bytes()
    assert "0 of 1 tasks" in run(*arguments)
    assert out.read_bytes() == written
    assert "1 of 1 tasks" in run(*arguments, "--again")
    assert out.read_bytes() == written
    assert read_returns(out).rows["pointmass/Centre-v0"].episodes == 3


@pytest.mark.usefixtures("pointmass")
def test_measuring_in_processes_gives_the_same(tmp_path: Path) -> None:
    for jobs in ("1", "2"):
        tasks = "pointmass/Centre-v0,adhoc/gymnasium:Pendulum-v1"
        run("measure", "--task", tasks, "--episodes", "2", "--jobs", jobs, "--out", str(tmp_path / jobs))
    assert read_returns(tmp_path / "1").rows == read_returns(tmp_path / "2").rows


@pytest.mark.usefixtures("pointmass")
def test_no_task_that_fits_is_told(tmp_path: Path) -> None:
    with pytest.raises(MjbenchError, match="no installed task matches"):
        run("measure", "--plugin", "pointmass", "--tag", "heavy", "--out", str(tmp_path / "x"))
    with pytest.raises(MjbenchError, match="unknown plugin 'pointmas'; did you mean"):
        run("measure", "--plugin", "pointmas", "--out", str(tmp_path / "x"))


@pytest.mark.usefixtures("pointmass")
def test_the_table_is_shown() -> None:
    task = Registry().task("pointmass/Centre-v0")
    assert task.random_return
    assert task.reference_return
    value, reference = task.random_return.value, task.reference_return
    assert f"pointmass/Centre-v0  {value:,.2f}" in run("show", "pointmass")
    assert f"| pointmass/Centre-v0 | {value:,.2f} |" in run("show", "pointmass", "--markdown")
    shown = json.loads(run("show", "pointmass", "--json"))
    assert shown[0]["random"]["value"] == value
    assert shown[0]["reference"] == {"value": reference.value, "stderr": None, "source": reference.source}
    assert "no tasks match" in run("show", "nothing-of-the-kind")


@pytest.fixture
def package(tmp_path: Path) -> Iterator[Path]:
    """A new plugin that is not installed."""
    folder = write_plugin("wheelchair", tmp_path, Registry()).folder
    yield folder
    forget(folder)


def forget(package: Path) -> None:
    """Import it anew, as a new process would."""
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(str(package)):
            del sys.modules[name]


def test_a_package_reads_what_was_measured_in_its_folder(package: Path) -> None:
    out = package / "mjbench_wheelchair" / "references.toml"
    assert "0 of 1 tasks to measure" in run("measure", "--plugin", str(package), "--out", str(out))
    out.unlink()
    run("measure", "--plugin", str(package), "--out", str(out), "--episodes", "3", "--jobs", "1")
    value = tomllib.loads(out.read_text())["random"]["wheelchair/Reach-v0"]["value"]
    forget(package)
    with plugins_of(str(package)) as (registry, _):
        declared = registry.task("wheelchair/Reach-v0").random_return
    assert declared is not None
    assert declared.value == value
    assert declared.source.startswith("measured by mjbench: 3 episodes, seeds 2000000+, python ")


def test_an_environment_of_gymnasiums_registry_can_be_measured(tmp_path: Path) -> None:
    out = tmp_path / "references.toml"
    shown = run(
        "measure", "--task", "gymnasium:InvertedPendulum-v5", "--out", str(out), "--episodes", "3", "--jobs", "1"
    )
    assert "[1/1] adhoc/gymnasium:InvertedPendulum-v5: " in shown
    assert list(read_returns(out).rows) == ["adhoc/gymnasium:InvertedPendulum-v5"]


def test_a_package_without_measurements_has_none_and_a_damaged_file_is_named(package: Path) -> None:
    out = package / "mjbench_wheelchair" / "references.toml"
    out.unlink()
    with plugins_of(str(package)) as (registry, _):
        assert registry.task("wheelchair/Reach-v0").random_return is None
    forget(package)
    out.write_text("random = 3\n")
    with plugins_of(str(package)) as (registry, _), pytest.raises(PluginError, match=r"references\.toml is not a file"):
        registry.task("wheelchair/Reach-v0")
