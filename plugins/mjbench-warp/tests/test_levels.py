"""Levels on a device rise and fall as ``mjbench.envs.curriculum.Levels`` does."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("warp", reason="warp-lang is not installed: pip install ./plugins/mjbench-warp")

from mjbench_warp.worlds.levels import moved

from mjbench.envs.curriculum import Levels
from mjbench.spec.curriculum import Curriculum


def test_levels_are_those_of_the_reference() -> None:
    rule, generator = Curriculum(3, "progress", rise=0.7, fall=0.3), np.random.default_rng(0)
    theirs, ours = Levels(rule, 50, (0,)), torch.zeros(50, dtype=torch.int64)
    for _ in range(30):
        over, score = generator.random(50) < 0.5, generator.random(50)
        theirs.update(over, score)
        ours = moved(rule, ours, torch.from_numpy(over), torch.from_numpy(score), torch.zeros(50))
        assert ours.tolist() == theirs.now.tolist()
    assert set(ours.tolist()) == {0, 1, 2}


def test_graduates_go_to_any_level() -> None:
    rule, top = Curriculum(3, "progress", 0.7, 0.3, graduates="random"), torch.full((300,), 2)
    done = torch.ones(300, dtype=torch.bool)
    after = moved(rule, top, done, torch.ones(300), torch.linspace(0, 0.999, 300))
    assert torch.bincount(after).tolist() == [100, 100, 100]
