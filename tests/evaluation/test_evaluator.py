from dataclasses import replace

import gymnasium
import numpy as np
import pytest

from mjbench.envs.make import make_env
from mjbench.errors import MjbenchError, SpecError
from mjbench.evaluation.evaluator import Evaluator
from mjbench.spec.task import Metric, TaskSpec


class Counting(gymnasium.Env):
    """Observes its clock and its seed's draw; an episode ends after as many steps as the draw says."""

    observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (2,))
    action_space = gymnasium.spaces.Box(-1, 1, (1,))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.length, self.t = int(self.np_random.integers(2, 9)), 0
        return np.array([0, self.length], np.float64), {}

    def step(self, action):
        self.t += 1
        info = {"t": self.t, "won": self.length > 5}
        return np.array([self.t, self.length], np.float64), float(action[0]), self.t >= self.length, False, info


class Carried(Counting):
    """Its reward also counts the episodes that this environment has begun."""

    begun = 0

    def reset(self, *, seed=None, options=None):
        self.begun += 1
        return super().reset(seed=seed)

    def step(self, action):
        observation, reward, terminated, truncated, info = super().step(action)
        return observation, reward + self.begun, terminated, truncated, info


METRICS = tuple(Metric(f"t_{how}", "t", how) for how in ("last", "mean", "sum", "max", "min", "std"))
TASK = TaskSpec("count/Down-v0", f"{__name__}:Counting", 6, 100, success="won", metrics=METRICS)


class Half:
    """Always acts 0.5, and remembers the sizes of its batches."""

    def __init__(self) -> None:
        self.batches: set[int] = set()

    def act(self, observation: np.ndarray) -> np.ndarray:
        self.batches.add(len(observation))
        return np.full((len(observation), 1), 0.5, np.float32)

    def save(self, folder) -> None:
        raise NotImplementedError


def lengths(first: int, count: int) -> list[int]:
    env = Counting()
    return [min(TASK.episode_limit, int(env.reset(seed=first + i)[0][1])) for i in range(count)]


def test_each_episode_is_whole_and_belongs_to_its_seed() -> None:
    played = Evaluator(TASK).evaluate(Half(), 20, 1_000_000)
    expected = lengths(1_000_000, 20)
    assert len(set(expected)) > 2
    assert played.episode_length == expected
    assert played.episode_return == [0.5 * length for length in expected]
    assert played.seed == list(range(1_000_000, 1_000_020))


def test_metrics_and_success_are_those_of_the_episode() -> None:
    played = Evaluator(TASK).evaluate(Half(), 20, 1_000_000)
    assert played.success is not None
    assert any(played.success)
    assert not all(played.success)
    for i, length in enumerate(played.episode_length):
        row = {name: values[i] for name, values in played.metrics.items()}
        total = length * (length + 1) / 2
        spread = row.pop("t_std")
        assert row == {"t_last": length, "t_mean": total / length, "t_sum": total, "t_max": length, "t_min": 1}
        assert spread == pytest.approx(np.std(np.arange(1, length + 1)), rel=1e-12)


def test_one_evaluation_leaves_no_trace_in_the_next() -> None:
    evaluator = Evaluator(TASK)
    first = evaluator.evaluate(Half(), 7, 1_000_000)
    evaluator.evaluate(Half(), 3, 2_000_000)
    assert evaluator.evaluate(Half(), 7, 1_000_000) == first
    assert Evaluator(TASK).evaluate(Half(), 7, 1_000_000) == first


def test_the_batch_keeps_its_size_as_episodes_end() -> None:
    policy = Half()
    Evaluator(TASK).evaluate(policy, 20, 1_000_000)
    assert policy.batches == {20}


def test_a_metric_that_the_task_does_not_report_is_named() -> None:
    task = replace(TASK, metrics=(Metric("speed", "velocity"),))
    with pytest.raises(MjbenchError, match=r"speed.*velocity.*only t, won"):
        Evaluator(task).evaluate(Half(), 1, 1_000_000)


@pytest.mark.parametrize("entry_point", ["no.such.module:f", "math:no_such_thing"])
def test_an_entry_point_to_nothing_is_named(entry_point: str) -> None:
    with pytest.raises(SpecError, match=r"count/Down-v0: entry point .* does not load"):
        make_env(TaskSpec("count/Down-v0", entry_point, 6, 100))


def test_an_environment_with_other_spaces_is_refused() -> None:
    with pytest.raises(SpecError, match="one-dimensional Box"):
        make_env(TaskSpec("toy/Lake-v1", "gymnasium:make", 6, 100, kwargs={"id": "CliffWalking-v1"}))


def test_a_task_outside_the_registry_is_evaluated_in_fresh_environments() -> None:
    task = replace(TASK, entry_point=f"{__name__}:Carried")
    fresh, kept = Evaluator(task, keep=False), Evaluator(task)
    assert fresh.evaluate(Half(), 2, 5) == fresh.evaluate(Half(), 2, 5)
    assert kept.evaluate(Half(), 2, 5) != kept.evaluate(Half(), 2, 5), "the environment carries nothing over"
