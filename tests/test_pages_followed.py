"""The pages for people with a robot or an algorithm of their own, followed from top to bottom."""

import json
from pathlib import Path

import pytest
from following import Reader, steps

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
    assert "cem" in said["mjbench compare cem fast-ppo"]
    presets = json.loads(reader.run("mjbench list algorithms cem gymnasium/Reacher-v5 --json"))["presets"]
    assert [presets[name]["elite"] for name in ("1", "2")] == [6, 4]


def test_pages_have_steps() -> None:
    for page in ("your_robot.md", "your_algorithm.md"):
        found = list(steps(page))
        assert sum(bool(step.file) for step in found) >= 2
        assert sum(step.text.startswith("mjbench ") for step in found) >= 5
