"""The pages for people with a robot or an algorithm of their own, followed from top to bottom."""

import json
from pathlib import Path

import pytest
from committed import committed_results
from following import DOCS, Reader, steps

from mjbench.envs.rendering import no_rendering


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    """Somebody with an empty folder and an environment of their own."""
    for module in ("hatchling", "editables", "mjbench_gymnasium", "mjbench_fast", "pip"):
        pytest.importorskip(module)
    return Reader(tmp_path)


@pytest.mark.slow
def test_your_robot(reader: Reader) -> None:
    if cause := no_rendering():
        pytest.skip(cause)
    said = dict(reader.follow("your_robot.md"))
    assert " failed" not in said["mjbench plugins check rover"]
    assert (reader.folder / "rover.png").stat().st_size > 10_000
    records = list(reader.folder.glob("results/rover/Goal-v0/fast-ppo/*/record.json"))
    runs = [json.loads(path.read_text()) for path in records]
    assert sorted(run["run"]["steps"] for run in runs) == [10_000, 10_000, 40_000, 40_000]
    assert len(runs[-1]["evaluations"]["success"]) == len(runs[-1]["evaluations"]["metrics"]["nearest_m"])
    long = [run["evaluations"]["episode_return"][-50:] for run in runs if run["run"]["steps"] == 40_000]
    assert min(sum(returns) / 50 for returns in long) > 0.1, "nothing is learned"
    board = reader.folder / "leaderboards" / "small" / "README.md"
    assert "fast-ppo" in board.read_text()


@pytest.mark.slow
def test_your_algorithm(reader: Reader) -> None:
    said = dict(reader.follow("your_algorithm.md"))
    assert " failed" not in said["mjbench plugins check cem"]
    board = (reader.folder / "leaderboards" / "beside" / "README.md").read_text()
    assert all(name in board for name in ("cem", "fast-ppo", "fast-sac"))
    assert "cem" in said["mjbench compare cem fast-ppo --suite beside.toml"]
    paper = reader.folder / "leaderboards" / "beside" / "paper"
    table = (paper / "tables" / "returns.tex").read_text()
    assert "\\begin{tabular}" in table
    assert "InvertedPendulum" in table
    assert "fast-sac" not in table
    assert (paper / "main.tex").exists()
    presets = json.loads(reader.run("mjbench list algorithms cem gymnasium/Reacher-v5 --json"))["presets"]
    assert [presets[name]["elite"] for name in ("1", "2")] == [6, 4]


@pytest.mark.slow
def test_a_go1_is_trained_and_filmed(reader: Reader) -> None:
    pytest.importorskip("mjbench_quadruped")
    if cause := no_rendering():
        pytest.skip(cause)
    said = dict(reader.follow("tutorial_go1.md"))
    assert "quadruped/Go1Walk-v0" in said["mjbench list tasks go1walk"]
    (record,) = reader.folder.glob("results/quadruped/Go1Walk-v0/fast-ppo/*/record.json")
    evaluations = json.loads(record.read_text())["evaluations"]
    returns, metres = (each[-50:] for each in (evaluations["episode_return"], evaluations["metrics"]["distance_m"]))
    assert 10 < sum(returns) / 50 < 60, "the page says about 35"
    assert sum(metres) / 50 < 0.5, "the page says that the robot stands"
    assert (reader.folder / "short.png").stat().st_size > 10_000


@pytest.mark.slow
def test_two_machines_share_runs(reader: Reader) -> None:
    said = reader.follow("tutorial_cluster.md")
    (second,) = [text for command, text in said if "--results two --remote" in command]
    assert "Nothing to do" in second
    assert "copied 3 records" in dict(said)["mjbench results merge two three --into results"]
    assert len(list(reader.folder.glob("results/**/record.json"))) == 3
    assert (reader.folder / "boards" / "index.html").exists()


def test_the_times_of_the_tutorial_are_those_of_the_records() -> None:
    folder = committed_results() / "quadruped" / "Go1Walk-v0" / "ppo"
    costs = [json.loads(path.read_text())["resources"] for path in folder.glob("*/record.json")]
    cpu, wall = ([round(cost[key] / 60) for cost in costs] for key in ("cpu_s", "wall_s"))
    text = " ".join((DOCS / "tutorial_go1.md").read_text().split())
    assert f"The five committed runs of `ppo` took {min(cpu)} to {max(cpu)} minutes of processor time each" in text
    assert f"{min(wall)} to {max(wall)} minutes by the clock" in text
    assert len(costs) == 5


@pytest.mark.parametrize("page", ["your_robot.md", "your_algorithm.md", "tutorial_cluster.md"])
def test_pages_have_steps(page: str) -> None:
    found = list(steps(page))
    assert sum(bool(step.file) for step in found) >= 1
    assert sum(step.text.startswith("mjbench ") for step in found) >= 5
