"""The clauses on batches, curricula and warm starts: kept by the pendulums, and broken one by one."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pendulum_env import PendulumEnv, PendulumVectorEnv
from pendulums import BATCHED, CURRICULUM, STRONG

from mjbench.registry.lookup import Registry
from mjbench.spec.task import TaskSpec
from mjbench.testing import CHECKS, check_task


def outcome(check: str, task: TaskSpec, quick: bool = True) -> Any:
    return next(iter(check_task(task, Registry(), quick=quick, only=[check])))


@pytest.mark.parametrize("task", [BATCHED, STRONG], ids=lambda task: task.id)
def test_the_pendulums_keep_every_clause(task: TaskSpec, pendulums: None) -> None:
    names = [name for name in CHECKS if name != "rendering"]  # they cannot be names
    found = {each.check: each for each in check_task(task, Registry(), quick=True, only=names)}
    assert not [each for each in found.values() if each.status == "failed"]
    passed = {name for name, each in found.items() if each.status == "passed"}
    assert {"state", "batch", "batch-state", "curriculum"} <= passed
    assert ("warm-start" in passed) == (task is STRONG)


class Faulty(PendulumVectorEnv):
    """One fault a subclass."""

    def __init__(self, num_envs: int, fault: str, **kwargs: Any) -> None:
        super().__init__(num_envs, **kwargs)
        self.fault = fault
        if fault == "lambda":
            import threading

            self.held = (value for value in threading.enumerate())

    def reset(self, *, seed: Any = None, options: Any = None) -> Any:
        options = dict(options or {})
        if self.fault == "mask":
            options.pop("reset_mask", None)
        if self.fault == "level":
            options.pop("curriculum_level", None)
        if self.fault == "seed" and isinstance(seed, int):
            seed = [seed] * self.num_envs
        return super().reset(seed=seed, options=options)

    def step(self, actions: np.ndarray) -> Any:
        observations, rewards, terminated, truncated, infos = super().step(actions)
        if self.fault == "rounding":
            rewards = rewards.astype(np.float32)
        if self.fault == "info":
            infos.pop("height")
        if self.fault == "end":
            terminated = terminated & False
        return observations, rewards, terminated, truncated, infos


class Single(PendulumEnv):
    """Takes the fault's name, and has none of the batch's."""

    def __init__(self, fault: str, render_mode: str | None = None) -> None:
        super().__init__(render_mode=render_mode)
        self.fault = fault
        self.level = 3

    def reset(self, *, seed: Any = None, options: Any = None) -> Any:
        if self.fault == "sticky level":
            self.level = (options or {}).get("curriculum_level", self.level)
            options = {"curriculum_level": self.level}
        return super().reset(seed=seed, options=options)


FAULTS = [
    ("batch", "mask", "step \\d+: observations"),
    ("batch", "level", "reset with the mask"),
    ("batch", "seed", r"reset\(seed=7\)"),
    ("batch", "rounding", "step 0: rewards"),
    ("batch", "info", "infos of the batch lack 'height'"),
    ("batch", "end", "step \\d+: terminated"),
    ("batch-state", "lambda", "the state cannot be saved: .*generator"),
    ("curriculum", "sticky level", "not the full task after one at level 0"),
]


@pytest.mark.parametrize(("check", "fault", "message"), FAULTS)
def test_a_fault_is_caught_by_its_clause(check: str, fault: str, message: str) -> None:
    import re

    entry_points = {"entry_point": f"{__name__}:Single", "vector_entry_point": f"{__name__}:Faulty"}
    sound = replace(BATCHED, **entry_points, kwargs={"fault": "none"})
    assert outcome(check, sound).status == "passed"
    found = outcome(check, replace(sound, kwargs={"fault": fault}))
    assert found.status == "failed"
    assert re.search(message, found.reason), found.reason


def test_a_score_that_no_episode_tells_is_caught() -> None:
    found = outcome("curriculum", replace(BATCHED, curriculum=replace(CURRICULUM, score="distance")))
    assert (found.status, "'distance'" in found.reason) == ("failed", True)


def test_a_task_to_start_from_must_be_there_with_the_same_spaces(pointmass: None, pendulums: None) -> None:
    absent = outcome("warm-start", replace(STRONG, warm_start="pendulum/None-v0"))
    assert (absent.status, "unknown task" in absent.reason) == ("failed", True)
    other = outcome("warm-start", replace(STRONG, warm_start="pointmass/Centre-v0"))
    assert (other.status, "observation_space has the shape (3,)" in other.reason) == ("failed", True)
