"""An arm's run that is killed in the middle of its curriculum ends in the bytes of one that was left alone."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from killing import content, killed_and_resumed, resumed, small_run, undisturbed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "algorithm", "steps"),
    [("ReachCurriculum", "fast-ppo", 32 * 2400), ("Push", "fast-sac", 32 * 200), ("ReachRandomised", "ppo", 32 * 800)],
)
def test_killed_while_it_learns(task: str, algorithm: str, steps: int, tmp_path: Path) -> None:
    changes = (
        {"learning_starts": 640, "batch_size": 64} if algorithm == "fast-sac" else {"n_steps": 16, "batch_size": 128}
    )
    run = small_run(f"franka/{task}-v0", algorithm, steps=steps, n_envs=32, **changes)
    if task == "ReachCurriculum":
        run = replace(run, stop_at="success=1")
    expected = content(undisturbed(run, tmp_path / "whole"), run)
    store = killed_and_resumed(run, tmp_path / "killed", 2, random.Random(0), every_s=0.7)
    assert resumed(store, run) >= 1
    assert content(store, run) == expected
