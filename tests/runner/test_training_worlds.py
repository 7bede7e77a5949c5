"""Batches on a device: their episodes are means in the record, their state is in snapshots."""

import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from gymnasium.spaces import Box
from pendulums import SINGLE
from records import make_run

from mjbench.api.training_batch import TrainingStep
from mjbench.errors import SpecError
from mjbench.runner.episode_log import EpisodeLog
from mjbench.runner.finite import EnvironmentFault
from mjbench.runner.progress import ProgressWriter
from mjbench.runner.session import RunSession
from mjbench.runner.training_worlds import WatchedWorlds
from mjbench.snapshot.mujoco_state import Unresumable
from mjbench.spec.curriculum import Curriculum

WORLDS = 8


class Counting:
    """World i ends its episodes after 2 + i % 4 steps, and pays i + 1 in each of them."""

    def __init__(self, num_envs: int = WORLDS, device: str = "cpu", levels: bool = False, **told: Any) -> None:
        self.told = told
        self.num_envs, self.device = num_envs, torch.device(device)
        self.single_observation_space = Box(-np.inf, np.inf, (2,), np.float32)
        self.single_action_space = Box(-1.0, 1.0, (1,), np.float32)
        self.about = {"device": device, "precision": "float32"}
        self.length = torch.zeros(num_envs)
        self.levels = torch.arange(num_envs) % 3 if levels else None
        self.fault = 0.0

    def reset(self) -> Any:
        self.length.zero_()
        return self.seen()

    def seen(self) -> Any:
        return torch.stack([self.length, self.length + self.fault], dim=1)

    def step(self, actions: Any) -> TrainingStep:
        self.length += 1
        final = self.seen()
        over = self.length >= 2 + torch.arange(self.num_envs) % 4
        self.length.masked_fill_(over, 0)
        return TrainingStep(self.seen(), torch.arange(self.num_envs) + 1.0, over, over & False, final)

    def state_dict(self) -> dict[str, Any]:
        return {"length": self.length.clone()}

    def load_state_dict(self, state: Any) -> None:
        self.length.copy_(state["length"])


def watched(steps: int = 400, levels: bool = False) -> tuple[WatchedWorlds, EpisodeLog]:
    log = EpisodeLog(levels=levels)
    return WatchedWorlds(Counting(levels=levels), log, steps), log


def played(batch: WatchedWorlds, steps: int) -> None:
    for _ in range(steps):
        batch.step(torch.zeros(WORLDS, 1))


def test_every_episode_is_in_one_row() -> None:
    batch, log = watched()
    batch.reset()
    played(batch, 50)
    batch.read()
    assert batch.taken == 400
    assert log.episodes is not None
    told = log.columns()
    assert told.step[0] == 16
    assert all(step % WORLDS == 0 for step in told.step)
    per_world = [50 // (2 + i % 4) for i in range(WORLDS)]
    assert sum(log.episodes) == sum(per_world)
    returns = sum(count * (i + 1) * (2 + i % 4) for i, count in enumerate(per_world))
    assert np.isclose(np.dot(log.episodes, log.episode_return), returns)
    # after two steps the worlds of two steps end: 0 and 4, with 2 and 10
    assert (told.episodes or [])[0] == 2
    assert (told.episode_return[0], told.episode_length[0]) == (6.0, 2)
    assert log.recent() == {
        "rollout/ep_rew_mean": log.episode_return[-1],
        "rollout/ep_len_mean": log.episode_length[-1],
    }


def test_a_long_run_has_a_thousand_rows_at_most() -> None:
    batch, log = watched(steps=10**6)
    batch.reset()
    played(batch, 1000)
    batch.read()
    assert log.step == [1000 * i for i in range(1, 9)]
    assert all(length in (2, 3) for length in log.episode_length)


def test_levels_are_those_that_the_episodes_were_played_at() -> None:
    batch, log = watched(levels=True)
    batch.reset()
    played(batch, 2)
    batch.read()
    assert log.level == [round((0 + 1) / 2)]  # worlds 0 and 4


def test_a_batch_that_goes_on_counts_on() -> None:
    whole, expected = watched()
    whole.reset()
    played(whole, 50)
    whole.read()
    first, _ = watched()
    first.reset()
    played(first, 23)
    saved = first.saved()
    second, log = watched()
    second.reset()
    played(second, 5)
    second.go_on(saved)
    played(second, 27)
    second.read()
    assert log.columns() == expected.columns()
    assert second.taken == 400


def test_it_does_not_resume_on_another_device() -> None:
    batch, _ = watched()
    batch.reset()
    saved = batch.saved()
    saved["about"]["device"] = "cuda:0"
    with pytest.raises(Unresumable, match="that saved it: device was cuda:0, here it is cpu"):
        batch.go_on(saved)


def test_numbers_that_are_not_finite_are_the_batch_s_fault() -> None:
    log, inner = EpisodeLog(), Counting()
    batch = WatchedWorlds(inner, log, 400)
    batch.reset()
    inner.fault = float("nan")
    played(batch, 1)
    inner.fault = 0.0
    played(batch, 1)
    with pytest.raises(EnvironmentFault, match="not finite within its first 16 steps"):
        batch.read()


TASK = replace(SINGLE, training_entry_point="counting_worlds:Counting", curriculum=None)


def session(tmp_path: Path, task: Any = TASK, simulator: str = "counting") -> RunSession:
    run = replace(make_run(task=task.id, steps=400), simulator=simulator)
    return RunSession(run, task, ProgressWriter(tmp_path / "progress.json", run.steps))


def test_a_session_builds_the_task_s_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "counting_worlds", ModuleType("counting_worlds"))
    monkeypatch.setattr(sys.modules["counting_worlds"], "Counting", Counting, raising=False)
    made = session(tmp_path)
    batch: Any = made.make_training_batch(4, "cpu")
    assert batch.num_envs == 4
    assert batch._batch.told == {
        "kwargs": dict(TASK.kwargs),
        "seed": made.run.seed,
        "episode_limit": TASK.episode_limit,
    }
    assert made.simulator == {"device": "cpu", "precision": "float32"}
    rule = Curriculum(3, "score", 0.7, 0.3)
    batch = session(tmp_path, replace(TASK, curriculum=rule)).make_training_batch(4, "cpu")
    assert batch._batch.told["curriculum"] == rule


def test_a_run_without_a_simulator_has_no_such_batch(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="names no simulator"):
        session(tmp_path, simulator="").make_training_batch(4, "cpu")
    with pytest.raises(SpecError, match="has no training_entry_point"):
        session(tmp_path, replace(TASK, training_entry_point="")).make_training_batch(4, "cpu")
