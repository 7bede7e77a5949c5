"""Every task against dm_control: it builds, repeats, and its declared limit is the true one."""

import math

import numpy as np
import pytest
from mjbench_dmcontrol.tasks import TASKS

from mjbench.envs.make import make_env

LIGHT = {"dm_control/reach_site_features-v0", "dm_control/CmuHumanoidGoToTarget-v0"}
"""Composer tasks that are tested every time; the others take seconds each."""


EACH_TASK = [
    pytest.param(spec, id=spec.id, marks=[pytest.mark.slow] if "composer" in spec.tags and spec.id not in LIGHT else [])
    for spec in TASKS
]


def steps_until(env) -> int:
    """Control steps until dm_control ends an episode by itself."""
    if hasattr(env, "_step_limit"):
        return math.ceil(env._step_limit)
    time, steps = 0.0, 0
    while time < env._time_limit:
        # As the simulation does it: many small sums, whose rounding may decide the last step.
        for _ in range(env.task.physics_steps_per_control_step):
            time += env.task.physics_timestep
        steps += 1
    return steps


def play(env, seed: int, steps: int = 12) -> list[np.ndarray]:
    env.action_space.seed(seed)
    seen = [env.reset(seed=seed)[0]]
    for _ in range(steps):
        observation, reward, terminated, truncated, _ = env.step(env.action_space.sample())
        seen += [observation, np.array([reward])]
        if terminated or truncated:
            seen.append(env.reset()[0])
    return seen


@pytest.mark.parametrize("task", EACH_TASK)
def test_builds_repeats_and_declares_its_limit(task):
    env = make_env(task)
    assert steps_until(env.unwrapped.dm_env) == task.episode_limit
    first = play(env, 3)
    assert all(np.isfinite(seen).all() for seen in first)
    assert env.observation_space.contains(first[0])
    play(env, 4)
    again = play(env, 3)
    np.testing.assert_equal(again, first)
    fresh = make_env(task)
    np.testing.assert_equal(play(fresh, 3), first)
    fresh.close()
    env.close()


@pytest.mark.parametrize("name", ["cartpole-balance", "reach_site_features"])
def test_truncated_at_the_limit_and_not_before(name):
    task = next(spec for spec in TASKS if spec.id == f"dm_control/{name}-v0")
    env = make_env(task).unwrapped  # without mjbench's own limit
    env.reset(seed=0)
    ends = [env.step(env.action_space.sample())[2:4] for _ in range(task.episode_limit)]
    assert ends == [(False, False)] * (task.episode_limit - 1) + [(False, True)]
    env.close()


@pytest.mark.parametrize("name", ["lqr-lqr_2_1", "lqr-lqr_6_2"])
def test_the_reference_of_lqr_is_its_optimal_controller(name):
    from dm_control.suite import lqr_solver

    task = next(spec for spec in TASKS if spec.id == f"dm_control/{name}-v0")
    env = make_env(task)
    assert task.reference_return is not None
    dm_env = env.unwrapped.dm_env
    gain = None
    returns = []
    for seed in range(2_000_000, 2_000_100):
        env.reset(seed=seed)
        gain = lqr_solver.solve(dm_env)[1] if gain is None else gain
        total, done = 0.0, False
        while not done:
            action = gain @ dm_env.physics.state()
            assert env.action_space.contains(action.astype(np.float32))
            _, reward, terminated, truncated, _ = env.step(action)
            total, done = total + reward, terminated or truncated
        returns.append(total)
    assert np.mean(returns) == pytest.approx(task.reference_return.value, abs=0.05)
    assert np.std(returns, ddof=1) / 10 == pytest.approx(task.reference_return.stderr, abs=0.05)
    env.close()
