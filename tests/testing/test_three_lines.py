"""The contract as a plugin's own tests, run by a pytest of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from distributions import write_distribution

SPECS = """
from mjbench.spec.task import TaskSpec
TASKS = [
    TaskSpec(id="drift/Drift-v0", entry_point="faulty_envs:DriftEnv", episode_limit=20, budget=100),
    TaskSpec(id="drift/Twin-v0", entry_point="faulty_envs:DriftEnv", episode_limit=20, budget=100,
             kwargs={"fault": "one start"}),
]
"""
TESTS = """
from mjbench.testing import TaskContract
from drift_specs import TASKS

class TestDrift(TaskContract):
    tasks = TASKS
    quick = True
"""


def test_one_test_for_every_check_and_task(site: Path, tmp_path: Path) -> None:
    entry_points = {"mjbench.tasks": {"drift": "drift_specs:TASKS"}}
    write_distribution(site, "mjbench-drift", "0.1", entry_points, {"drift_specs": SPECS})
    (tmp_path / "test_drift.py").write_text(TESTS)
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ["PYTHONPATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-k", "not sb3", "test_drift.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "test_contract[drift/Twin-v0-different-seeds]" in done.stdout
    assert "5 seeds give one and the same trajectory" in done.stdout
    assert "1 failed, 21 passed, 10 skipped, 2 deselected" in done.stdout
    assert "declares no random return" in done.stdout


def test_the_base_itself_is_not_collected() -> None:
    from mjbench.testing import TaskContract

    assert not TaskContract.__name__.startswith("Test")
    assert pytest.Class is not None
