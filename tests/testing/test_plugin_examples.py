"""The examples of docs/plugins.md, run as they stand there."""

import csv
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from distributions import write_distribution
from listening import listening

from mjbench.policies.mlp import MlpPolicy
from mjbench.registry.lookup import Registry
from mjbench.runner.execute import execute
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import ResultStore

PAGE = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text()
MODULES = {"A tracker": "tracker", "An exporter": "exporter", "A command": "command"}
TASK = "pointmass/Centre-v0"


def block(section: str, language: str) -> str:
    """The one block of a language in a section of the page."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    (found,) = re.findall(rf"(?ms)^```{language}\n(.*?)^```", text)
    return found


@pytest.fixture
def examples(pointmass: None, site: Path) -> None:
    """The modules of the page as a package, with the entry points that the page shows."""
    package = site / "mjbench_demo"
    package.mkdir()
    (package / "__init__.py").touch()
    points: dict[str, dict[str, str]] = {}
    for section, module in MODULES.items():
        (package / f"{module}.py").write_text(block(section, "python"))
        points |= tomllib.loads(block(section, "toml"))["project"]["entry-points"]
    write_distribution(site, "mjbench-demo", "0.1", points, {})


def mjbench(*arguments: str, code: int = 0) -> str:
    command = [sys.executable, "-m", "mjbench.cli.main", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def curves(results: Path) -> list[list[str]]:
    (file,) = results.glob(".tracking/**/csv/curves.csv")
    return list(csv.reader(file.read_text().splitlines()))


@pytest.mark.usefixtures("examples")
def test_the_tracker_writes_curves(tmp_path: Path) -> None:
    results = tmp_path / "results"
    words = ("--task", TASK, "--algo", "random-search", "--seeds", "1", "--steps", "2000", "--track", "csv")
    mjbench("run", *words, "--results", str(results))
    rows = curves(results)
    assert [int(row[0]) for row in rows if row[1] == "train/best_return"] == [1000]
    assert int(rows[-1][0]) == 2000
    assert {"evaluation/return", "distance_m", "time/fps"} <= {row[1] for row in rows}
    assert all(np.isfinite(float(row[2])) for row in rows)


@pytest.mark.usefixtures("examples")
def test_the_trackers_points_are_not_doubled_by_a_run_that_resumes(tmp_path: Path) -> None:
    tracker: Any = Registry().tracker("csv")
    for step in (0, 2000):
        tracker.start(None, tmp_path, step)
        for point in (1000, 2000, 3000):
            if point > step:
                tracker.scalars(point, {"train/loss": step})
        tracker.close()
    rows = list(csv.reader((tmp_path / "curves.csv").read_text().splitlines()))
    assert rows == [["1000", "train/loss", "0"], ["2000", "train/loss", "0"], ["3000", "train/loss", "2000"]]


@pytest.mark.usefixtures("examples")
def test_the_exporter_writes_a_policy(tmp_path: Path) -> None:
    one = np.ones((1, 4), np.float32), np.zeros(1, np.float32)
    policy = MlpPolicy((one[0],), (one[1],), -one[0][0, :1], one[0][0, :1])
    policy.save(tmp_path)
    done = mjbench("export", str(tmp_path), "--format", "text", "--out", str(tmp_path / "policy.txt"))
    assert "not compared with the policy: the exporter text cannot play its files" in done
    assert (tmp_path / "policy.txt").read_text().splitlines() == ["None tanh clip", "[[1.0, 1.0, 1.0, 1.0]] [0.0]"]


@pytest.mark.usefixtures("examples")
def test_the_command_is_one_of_mjbenchs() -> None:
    assert mjbench("budget", TASK) == f"{Registry().task(TASK).budget:,}\n"
    assert "unknown task 'pointmass/Center-v0'; did you mean" in mjbench("budget", "pointmass/Center-v0", code=2)


@pytest.mark.usefixtures("pointmass")
def test_the_loop_logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Learner:
        """Collects and learns nothing."""

        rate = 0.5

        def __init__(self, session: Any) -> None:
            self.session, self.steps, self.asked = session, 0, 0
            self.env = session.make_env()
            self.env.reset(seed=session.run.seed)
            learners.append(self)

        def collect(self) -> None:
            for _ in range(100):
                *_, terminated, truncated, _ = self.env.step(np.zeros(self.env.action_space.shape, np.float32))
                if terminated or truncated:
                    self.env.reset()
                self.steps += 1
                self.session.on_step(self.steps, self.policy)

        def improve(self) -> None:
            pass

        def loss(self) -> float:
            self.asked += 1
            return 0.25

        def policy(self) -> MlpPolicy:
            space, size = self.env.action_space, self.env.observation_space.shape[0]
            weight = np.zeros((space.shape[0], size), np.float32)
            return MlpPolicy((weight,), (np.zeros(space.shape[0], np.float32),), space.low, space.high)

    learners: list[Learner] = []
    names: dict[str, Any] = {"Learner": Learner}
    exec(block("Scalars of training", "python"), names)
    registry, recorder = listening()
    monkeypatch.setattr(
        type(registry.algorithm("random-search")), "train", lambda self, session: names["train"](session)
    )
    run = RunSpec(TASK, "random-search", {}, 0, 2000, EvalProtocol(checkpoints=1, episodes=1, final_episodes=1))
    execute(run, ResultStore(tmp_path / "unheard"), registry)
    execute(run, ResultStore(tmp_path / "heard"), registry, trackers=["recorder"])
    assert [learner.asked for learner in learners] == [0, 2]
    assert [step for step, _ in recorder.of("scalars")] == [1000, 2000]
    scalars = recorder.of("scalars")[0][1]
    assert (scalars["train/loss"], scalars["train/learning_rate"]) == (0.25, 0.5)
    assert scalars["rollout/ep_len_mean"] == 100
    assert scalars["time/fps"] > 0
