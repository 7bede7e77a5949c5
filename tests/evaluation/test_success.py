"""An episode has succeeded where ``info`` says true; what says neither true nor false is refused."""

from typing import Any

import gymnasium
import numpy as np
import pytest

from mjbench.errors import MjbenchError
from mjbench.evaluation.evaluator import Evaluator
from mjbench.spec.task import TaskSpec


class SaysEnv(gymnasium.Env[np.ndarray, np.ndarray]):
    """Says at each step what it is told to."""

    value: Any = None

    def __init__(self) -> None:
        self.observation_space = gymnasium.spaces.Box(-1, 1, (1,), np.float64)
        self.action_space = gymnasium.spaces.Box(-1, 1, (1,), np.float32)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        return np.zeros(1), {}

    def step(self, action: np.ndarray) -> Any:
        return np.zeros(1), 0.0, False, False, {"is_success": SaysEnv.value}


class Still:
    def act(self, observations: np.ndarray) -> np.ndarray:
        return np.zeros((len(observations), 1), np.float32)


def played(value: Any) -> Any:
    SaysEnv.value = value
    task = TaskSpec(id="a/B-v0", entry_point=f"{__name__}:SaysEnv", episode_limit=3, budget=10, success="is_success")
    return Evaluator(task).evaluate(Still(), 2, 10).success  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("value", [True, np.bool_(True), 1, 1.0, np.array(True)])
def test_true(value: Any) -> None:
    assert played(value) == [True, True]


@pytest.mark.parametrize("value", [False, 0, 0.0, np.array(False)])
def test_false(value: Any) -> None:
    assert played(value) == [False, False]


@pytest.mark.parametrize("value", [None, float("nan"), 0.3, 2, "False", [1, 2], float("inf")])
def test_neither(value: Any) -> None:
    with pytest.raises(MjbenchError, match="is_success"):
        played(value)
