"""A robot's run that is killed in the middle of its curriculum ends in the bytes of one that was left alone."""

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from committed import committed_results
from killing import content, killed_and_resumed, resumed, small_run, undisturbed

from mjbench.store.store import ResultStore

RESULTS = committed_results()


@pytest.mark.slow
def test_killed_while_the_robots_stand_before_steps_of_several_heights(tmp_path: Path) -> None:
    (walker,) = (RESULTS / "quadruped" / "AnymalWalk-v0" / "ppo").glob("0-*")
    source = ResultStore(RESULTS).read(walker).run
    run = replace(small_run("quadruped/AnymalStep-v0", "ppo", steps=16 * 960, n_envs=16), source=source.run_id)
    for root in ("whole", "killed"):
        shutil.copytree(walker, ResultStore(tmp_path / root).folder(source))
    expected = content(undisturbed(run, tmp_path / "whole"), run)
    levels = expected["training"]["level"]
    assert len(set(levels)) >= 2, levels
    store = killed_and_resumed(run, tmp_path / "killed", 2, random.Random(0), every_s=1.0)
    assert resumed(store, run) >= 1
    assert content(store, run) == expected
