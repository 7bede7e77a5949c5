"""What the package says without a simulator."""

import subprocess
import sys
import tomllib
from importlib.resources import files

import pytest
from mjbench_gymnasium.suites import GYMNASIUM_MUJOCO, QUICKSTART_1, QUICKSTART_2
from mjbench_gymnasium.tasks import TASKS

from mjbench.registry.lookup import Registry


def test_importing_the_tasks_imports_no_simulator():
    program = (
        "import sys, mjbench_gymnasium.tasks, mjbench_gymnasium.suites\n"
        "print([name for name in ('gymnasium', 'mujoco', 'numpy', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_entry_points_name_the_tasks_and_suites():
    registry = Registry()
    assert {spec.id for spec in TASKS} <= set(registry.tasks)
    assert registry.suite("quickstart") is QUICKSTART_2
    assert registry.suite("quickstart@1") is QUICKSTART_1
    assert registry.suite("gymnasium-mujoco") is GYMNASIUM_MUJOCO


def test_eleven_v5_tasks_and_ten_of_v4():
    names = [spec.id.partition("/")[2] for spec in TASKS]
    assert len(names) == len(set(names)) == 21
    assert sum(name.endswith("-v5") for name in names) == 11
    assert "Pusher-v4" not in names


@pytest.mark.parametrize("suite", [QUICKSTART_1, QUICKSTART_2, GYMNASIUM_MUJOCO], ids=lambda suite: suite.folder)
def test_the_suites_name_tasks_of_this_package(suite):
    assert set(suite.tasks) <= {spec.id for spec in TASKS}


def test_random_returns_are_the_measured_ones():
    measured = tomllib.loads(files("mjbench_gymnasium").joinpath("references.toml").read_text(encoding="utf-8"))
    assert set(measured["random"]) == {spec.id for spec in TASKS}
    for spec in TASKS:
        row = measured["random"][spec.id]
        assert spec.random_return is not None
        assert (spec.random_return.value, spec.random_return.stderr) == (row["value"], row["stderr"])
        assert row["episodes"] >= 100
        assert f"mujoco {measured['versions']['mujoco']}" in spec.random_return.source


def test_the_reference_lies_above_the_random_policy():
    for spec in TASKS:
        assert spec.reference_return is not None
        assert spec.random_return is not None
        assert spec.reference_return.source
        assert spec.normalise(spec.reference_return.value) == 1
        assert spec.reference_return.value > spec.random_return.value
