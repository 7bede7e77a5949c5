"""A look at a task before training: one cause is one line, with what to do."""

import random
import re
import time
from typing import Any

import gymnasium
import numpy as np
import pytest
from faulty_envs import DriftEnv
from gymnasium.spaces import Box

from mjbench.envs.make import make_env
from mjbench.errors import SpecError
from mjbench.spec.task import TaskSpec
from mjbench.testing.look import look


class OddEnv(DriftEnv):
    """More that goes wrong, in ways that ``check_env`` of others or training itself would not name."""

    def __init__(self, odd: str = "") -> None:
        super().__init__()
        self.odd = odd
        self.own = np.random.default_rng()
        self.low = 0.0
        if odd == "whole numbers":
            self.observation_space = Box(-100, 100, (2,), np.int64)
        if odd == "bytes overflow":
            self.observation_space = Box(0, 1, (2,), np.uint8)
        if odd == "one-sided actions":
            self.action_space = Box(2.0, 10.0, (2,), np.float32)
        if odd == "dictionary":
            self.observation_space: Any = gymnasium.spaces.Dict({"a": Box(-1, 1, (2,)), "b": Box(-1, 1, (1,))})

    def reset(self, **given: Any) -> Any:
        observation, info = super().reset(**given)
        match self.odd:
            case "old reset":
                return observation
            case "own generator":
                self.position[:] = self.own.uniform(-1, 1, 2)
            case "python's generator":
                self.position[:] = random.random()
            case "bytes overflow":
                return np.array([3, 4]), info
        return self._observation(), info

    def step(self, action: np.ndarray) -> Any:
        observation, reward, terminated, truncated, info = super().step(action)
        match self.odd:
            case "old step":
                return observation, reward, terminated or truncated, info
            case "slow":
                time.sleep(0.05)
            case "filter":
                self.low = 0.9 * self.low + observation[0]
                observation[1] = self.low
            case "bytes overflow":
                observation = np.array([3, 4])
        return observation, reward, terminated, truncated, info


def notices(kind: str, **kwargs: Any) -> list[str]:
    task = TaskSpec(id="a/B-v0", entry_point=f"{__name__}:{kind}", kwargs=kwargs, episode_limit=20, budget=100)
    return [("" if notice.error else "warning: ") + notice.text for notice in look(task)]


def test_nothing_is_said_of_what_keeps_the_contract() -> None:
    assert notices("OddEnv") == []


CASES = [
    ("whole numbers", "holds int64, and reset.* arrives as .*dtype=np.float64"),
    ("bytes overflow", r"reset\(\): observation\[0\] = 3 is outside of its space \[0, 1\]; widen it"),
    ("old reset", "reset.. has the interface before Gymnasium 0.26"),
    ("old step", r"step\(\) returns 4 values \(the interface before Gymnasium 0.26\)"),
    ("own generator", "twice gives two different episodes: something else"),
    ("python's generator", "twice gives two different episodes: it draws from the global generator"),
    ("filter", "gives another episode after an episode was played"),
    ("one-sided actions", r"^warning: actions lie in \[2, 10\].*RescaleAction"),
]


@pytest.mark.parametrize(("odd", "words"), CASES, ids=[odd for odd, _ in CASES])
def test_one_line_for_each_cause(odd: str, words: str) -> None:
    (said,) = notices("OddEnv", odd=odd)
    assert re.search(words, said), said


FAULTS = [
    ("global random", "it draws from the global generator"),
    ("leftover", "gives another episode after an episode was played"),
    ("reward nan", "step 1, seed 7: the reward is nan"),
    ("reward array", r"step 1: the reward is an array of shape \(1,\)"),
    ("reward text", "step 1: the reward is a str"),
    ("nan", r"step 3, seed 7: observation\[0\] is nan"),
    ("nan at reset", r"reset\(\), seed 7: observation\[0\] is nan"),
    ("shape", r"has the shape \(3,\), its space has \(2,\); gymnasium.wrappers.FlattenObservation"),
    ("raises", "step 1 raises RuntimeError: the motor burns"),
    ("exits", "step 1 raises SystemExit: 3"),
    ("view", "^warning: observations share one array.*return a copy"),
    ("writes action", "^warning: step.. changes the action"),
    ("tight bounds", "^warning: .* is outside of its space .*widen it"),
    ("unbounded actions", "^warning: the action space has no bounds"),
    ("one start", "^warning: three seeds give one and the same episode"),
]


@pytest.mark.parametrize(("fault", "words"), FAULTS, ids=[fault for fault, _ in FAULTS])
def test_faults_that_the_contract_knows(fault: str, words: str) -> None:
    (said,) = notices("DriftEnv", fault=fault)
    assert re.search(words, said), said


def test_the_global_generators_stay_as_they_were() -> None:
    random.seed(1)
    np.random.seed(1)
    expected = random.random(), np.random.random()
    random.seed(1)
    np.random.seed(1)
    notices("DriftEnv", fault="global random")
    assert (random.random(), np.random.random()) == expected


def test_a_slow_environment_is_looked_at_for_fewer_steps() -> None:
    began = time.monotonic()
    assert notices("OddEnv", odd="slow") == []
    assert time.monotonic() - began < 10, "sixty steps of each play would take 15 s"


def test_a_space_that_can_be_flattened_names_the_wrapper() -> None:
    task = TaskSpec(
        id="a/B-v0", entry_point=f"{__name__}:OddEnv", kwargs={"odd": "dictionary"}, episode_limit=20, budget=100
    )
    with pytest.raises(SpecError, match="FlattenObservation"):
        make_env(task)
