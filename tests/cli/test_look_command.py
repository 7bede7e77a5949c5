"""``mjbench run`` looks at a task outside the registry before it trains on it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = str(Path(__file__).parent.parent)
MODULE = """
import gymnasium
from faulty_envs import DriftEnv

for name, fault in {"Good": "", "Global": "global random", "View": "view"}.items():
    gymnasium.register(f"{name}-v0", DriftEnv, max_episode_steps=20, kwargs={"fault": fault})
"""


def run(cwd: Path, task: str, *words: str) -> subprocess.CompletedProcess[str]:
    path = TESTS + os.pathsep + os.environ["PYTHONPATH"]
    (cwd / "looked_at.py").write_text(MODULE)
    command = [
        sys.executable,
        "-m",
        "mjbench.cli.main",
        "run",
        "--task",
        f"looked_at:{task}",
        "--algo",
        "random-search",
    ]
    return subprocess.run(
        [*command, "--seeds", "0,", "--steps", "200", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.usefixtures("pointmass")
def test_an_error_ends_with_2_and_one_line_before_anything_trains(tmp_path: Path) -> None:
    done = run(tmp_path, "Global-v0")
    assert done.returncode == 2, done.stderr
    (line,) = [line for line in done.stderr.splitlines() if "adhoc/looked_at:Global-v0" in line]
    assert "global generator" in line
    assert "--no-look" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("results/adhoc"))
    assert run(tmp_path, "Global-v0", "--no-look").returncode == 0
    assert list(tmp_path.glob("results/adhoc/*/*/*/record.json"))


@pytest.mark.usefixtures("pointmass")
@pytest.mark.parametrize(("task", "warnings"), [("Good-v0", 0), ("View-v0", 1)])
def test_a_warning_is_a_line_and_training_goes_on(task: str, warnings: int, tmp_path: Path) -> None:
    done = run(tmp_path, task)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("warning: ") == warnings
