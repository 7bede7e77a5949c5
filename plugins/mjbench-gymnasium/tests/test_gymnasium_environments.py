"""The declarations against the environments themselves."""

import warnings

import gymnasium
import numpy as np
import pytest
from mjbench_gymnasium.make import make
from mjbench_gymnasium.tasks import TASKS

from mjbench.envs.make import make_env
from mjbench.envs.metrics import EpisodeMetrics

BY_ID = {spec.id: spec for spec in TASKS}
every_task = pytest.mark.parametrize("task", TASKS, ids=lambda spec: spec.id)


@every_task
def test_builds_steps_and_reports_its_metrics(task):
    env = make_env(task)
    observation, _ = env.reset(seed=1)
    assert env.observation_space.contains(observation)
    env.action_space.seed(1)
    metrics, running = EpisodeMetrics(task.metrics, 1), np.ones(1, bool)
    for _ in range(3):
        observation, reward, *_, info = env.step(env.action_space.sample())
        metrics.add({name: np.array([value]) for name, value in info.items()}, running)
        assert np.isfinite(observation).all()
        assert np.isfinite(reward)
    assert set(metrics.result()) == {metric.name for metric in task.metrics}
    assert np.isfinite(list(metrics.result().values())).all()
    env.close()


@every_task
def test_the_limit_is_gymnasiums_and_applied_once(task):
    assert gymnasium.spec(task.kwargs["env_id"]).max_episode_steps == task.episode_limit
    env = make(**task.kwargs)
    assert "TimeLimit" not in str(env)
    env.close()


@pytest.mark.parametrize("name", ["gymnasium/Reacher-v5", "gymnasium/Reacher-v4", "gymnasium/Pusher-v5"])
def test_truncates_at_the_limit(name):
    env = make_env(BY_ID[name])
    env.reset(seed=0)
    for step in range(1, BY_ID[name].episode_limit + 1):
        _, _, terminated, truncated, _ = env.step(env.action_space.sample())
        assert not terminated
        assert truncated == (step == BY_ID[name].episode_limit)
    env.close()


@every_task
def test_the_measured_random_return_is_repeatable(task):
    """Three episodes by the published seeds lie where a sample of the measured mean would."""
    env = make_env(task)
    returns = []
    for i in range(3):
        env.action_space.seed(3_000_000 + i)
        env.reset(seed=2_000_000 + i)
        total, done = 0.0, False
        while not done:
            _, reward, terminated, truncated, _ = env.step(env.action_space.sample())
            total, done = total + reward, terminated or truncated
        returns.append(total)
    spread = task.random_return.stderr * 100**0.5
    assert abs(np.mean(returns) - task.random_return.value) < 5 * spread / 3**0.5
    env.close()


def test_no_notice_reaches_the_user(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        make("HalfCheetah-v4").close()
    assert seen == []
    assert list(tmp_path.iterdir()) == []


def test_the_episodes_end_without_help_only_by_termination():
    env = make("InvertedPendulum-v5")
    env.reset(seed=0)
    outcomes = []
    for _ in range(200):
        _, _, terminated, truncated, _ = env.step(env.action_space.sample())
        outcomes.append((terminated, truncated))
        if terminated:
            break
    assert outcomes[-1] == (True, False)
    env.close()


def test_render_mode_passes_through():
    env = make("Reacher-v5", render_mode="rgb_array")
    assert env.render_mode == "rgb_array"
    env.close()
