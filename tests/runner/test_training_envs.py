"""Batches of training environments: native or stepped one by one, episodes are the same, counted and graded."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pendulums import BATCHED, CURRICULUM, SINGLE
from records import make_run

from mjbench.envs.curriculum import Levels
from mjbench.envs.make import make_env
from mjbench.envs.vector import make_batch
from mjbench.errors import MjbenchError, SpecError
from mjbench.evaluation.evaluator import Evaluator
from mjbench.runner.episode_log import EpisodeLog, EpisodeRecorder
from mjbench.runner.progress import ProgressWriter
from mjbench.runner.session import RunSession
from mjbench.runner.training_envs import TrainingBatch
from mjbench.spec.curriculum import Curriculum
from mjbench.spec.task import TaskSpec

COUNT = 5


def training(
    task: TaskSpec, count: int = COUNT, rule: Curriculum | None = CURRICULUM
) -> tuple[TrainingBatch, EpisodeLog]:
    log = EpisodeLog(levels=rule is not None)
    levels = None if rule is None else Levels(rule, count, (3, 0))
    env = make_batch(task, count, () if rule is None else (rule.score,))
    return TrainingBatch(env, task.episode_limit, log, levels), log


def actions(steps: int, count: int = COUNT) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (steps, count, 1)).astype(np.float32)


def play(batch: TrainingBatch, given: np.ndarray) -> list[Any]:
    seen: list[Any] = [batch.reset(seed=7)[0]]
    for action in given:
        observations, rewards, terminated, truncated, infos = batch.step(action)
        final = infos["final_obs"][infos["_final_obs"]] if "final_obs" in infos else np.zeros(0)
        seen += [observations, rewards, terminated, truncated, final]
    return seen


@pytest.mark.parametrize("rule", [None, CURRICULUM])
def test_a_native_batch_trains_as_single_environments_do(rule: Curriculum | None) -> None:
    native, single = training(BATCHED, rule=rule), training(SINGLE, rule=rule)
    for one, other in zip(play(native[0], actions(150)), play(single[0], actions(150)), strict=True):
        assert np.array_equal(one, other)
    assert vars(native[1]) == vars(single[1])
    assert len(native[1].step) > 20
    if rule is not None:
        assert len(set(native[1].level or [])) == rule.levels


def test_the_batch_of_one_is_the_recorded_single_environment() -> None:
    batch, log = training(BATCHED, 1)
    batch.reset(seed=7)
    alone = EpisodeLog(levels=True)
    env = EpisodeRecorder(make_env(SINGLE), alone, Levels(CURRICULUM, 1, (3, 0)))
    env.reset(seed=7)
    for action in actions(200, 1):
        batch.step(action)
        *_, terminated, truncated, _ = env.step(action[0])
        if terminated or truncated:
            env.reset()
    assert log.columns() == alone.columns()
    assert len(set(log.level or [])) > 1


def test_episodes_are_counted_truncated_and_entered() -> None:
    batch, log = training(BATCHED)
    batch.reset(seed=0)
    returns, lengths, ended = np.zeros(COUNT), np.zeros(COUNT, int), []
    for step, action in enumerate(actions(60), start=1):
        before = batch.env.state.copy()
        observations, rewards, terminated, truncated, infos = batch.step(action)
        returns, lengths = returns + rewards, lengths + 1
        assert np.array_equal(truncated, lengths >= BATCHED.episode_limit)
        for i in np.flatnonzero(terminated | truncated):
            ended.append((step * COUNT, float(returns[i]), int(lengths[i])))
            assert not np.array_equal(infos["final_obs"][i], observations[i])
            returns[i], lengths[i] = 0, 0
        assert ("final_obs" in infos) == bool((terminated | truncated).any())
        assert not np.array_equal(before, batch.env.state)
    assert list(zip(log.step, log.episode_return, log.episode_length, strict=True)) == ended


def test_levels_rise_fall_and_graduate_by_the_rule() -> None:
    levels = Levels(replace(CURRICULUM, rise=0.5, fall=0.2, graduates="stay"), 4, (0,))
    done = np.array([True, True, True, False])
    levels.update(done, np.array([0.6, 0.5, 0.1, 9.0]))
    assert levels.now.tolist() == [1, 0, 0, 0]
    for _ in range(5):
        levels.update(done, np.array([0.6, 0.6, np.nan, 9.0]))
    assert levels.now.tolist() == [3, 3, 0, 0]
    levels.update(done, np.array([0.1, 0.2, 0.1, 0.1]))
    assert levels.now.tolist() == [2, 3, 0, 0]
    drawn = Levels(CURRICULUM, 200, (0,))
    for _ in range(CURRICULUM.levels):
        drawn.update(np.ones(200, bool), np.ones(200))
    assert set(drawn.now.tolist()) == set(range(CURRICULUM.levels))
    again = Levels(CURRICULUM, 200, (1,))
    for _ in range(CURRICULUM.levels):
        again.update(np.ones(200, bool), np.ones(200))
    assert drawn.now.tolist() != again.now.tolist()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"levels": 1}, "at least 2"),
        ({"score": ""}, "score"),
        ({"fall": 0.6, "rise": 0.5}, "exceed"),
        ({"graduates": "x"}, "'x'"),
    ],
)
def test_a_curriculum_that_contradicts_itself_is_refused(changes: dict, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        replace(CURRICULUM, **changes)


@pytest.mark.parametrize("task", [SINGLE, BATCHED])
def test_a_score_that_is_not_told_is_named(task: TaskSpec) -> None:
    batch, _ = training(task, rule=replace(CURRICULUM, score="distance"))
    batch.reset(seed=0)
    with pytest.raises(MjbenchError, match=r"curriculum: info has no 'distance', only .*height"):
        play(batch, actions(30))


def test_a_vector_entry_point_to_something_else_is_refused() -> None:
    with pytest.raises(SpecError, match="VectorEnv of 3, not a PendulumEnv"):
        make_batch(replace(BATCHED, vector_entry_point=f"{__name__}:not_a_batch"), 3)


def not_a_batch(num_envs: int, autoreset_mode: Any) -> Any:
    return make_env(SINGLE).unwrapped


class Swing:
    """Acts on what it sees."""

    def act(self, observation: np.ndarray) -> np.ndarray:
        return np.tanh(3 * observation[:, 2:]).astype(np.float32)

    def save(self, folder: Any) -> None:
        raise NotImplementedError


def test_evaluation_of_a_batch_gives_the_numbers_of_single_environments() -> None:
    native, single = (Evaluator(task).evaluate(Swing(), 30, 1_000_000) for task in (BATCHED, SINGLE))
    assert native == single
    assert len(set(native.episode_length)) > 2
    assert native.success is not None
    assert len(set(native.success)) == 2


class Still:
    """N environments that cost next to nothing, so that what remains is the harness."""

    def __init__(self, count: int) -> None:
        self.num_envs, self.metadata, self.render_mode = count, {}, None
        self.single_observation_space = self.single_action_space = None
        self.observation_space = self.action_space = None
        self.rows, self.zeros, self.no = np.zeros((count, 48)), np.zeros(count), np.zeros(count, bool)

    def reset(self, seed: Any = None, options: Any = None) -> Any:
        return self.rows, {}

    def step(self, given: Any) -> Any:
        return self.rows, self.zeros, self.no, self.no, {"score": self.zeros}


def test_the_harness_costs_little() -> None:
    batch = TrainingBatch(Still(64), 1000, EpisodeLog(True), Levels(replace(CURRICULUM, score="score"), 64, (0,)))
    batch.reset(seed=0)
    start = time.process_time()
    for _ in range(5000):
        batch.step(None)  # pyright: ignore[reportArgumentType]
    # 64 episodes end at once every 1000 steps
    assert (time.process_time() - start) / 5000 < 0.15e-3


def test_an_algorithm_that_ignores_the_policy_to_start_from_is_refused(tmp_path: Path) -> None:
    run = replace(make_run(task=BATCHED.id), source="0123456789ab")
    session = RunSession(run, BATCHED, ProgressWriter(tmp_path / "progress.json", run.steps), source=tmp_path)
    with pytest.raises(SpecError, match=r"sac cannot start from another run's policy.*--from-scratch"):
        session.on_step(1, lambda: Swing())
    assert session.source_policy() == tmp_path
    session.on_step(1, lambda: Swing())


def test_a_step_of_a_large_batch_may_pass_several_checkpoints(tmp_path: Path) -> None:
    run = make_run(task=BATCHED.id)
    run = replace(run, protocol=replace(run.protocol, checkpoints=10))
    session = RunSession(run, BATCHED, ProgressWriter(tmp_path / "progress.json", run.steps))
    session.on_step(35, lambda: Swing())
    assert list(dict.fromkeys(session.evaluations.step)) == [10, 20, 30]
    session.close()
