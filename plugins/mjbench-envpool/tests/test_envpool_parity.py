"""EnvPool's tasks beside the originals: put into the same state and given the same actions, they answer alike.

EnvPool's rewards are single precision, and its MuJoCo is an older one: contacts part by rounding, which grows.
"""

from collections.abc import Callable
from typing import Any

import gymnasium
import mujoco
import numpy as np
import pytest
from mjbench_dmcontrol.make import make_suite
from mjbench_envpool.env import EnvPoolEnv

STEPS = 25
REWARD = 1e-6
"""Relative, and absolute below 1."""
State = tuple[np.ndarray, np.ndarray]


def after_root(hidden: int) -> Callable[[np.ndarray, int, int], State]:
    """Observations that hold all of qpos but its first entries, which move nothing, and then qvel."""
    return lambda seen, nq, nv: (
        np.concatenate([np.zeros(hidden), seen[: nq - hidden]]),
        seen[nq - hidden : nq - hidden + nv],
    )


def double_pendulum(seen: np.ndarray, nq: int, nv: int) -> State:
    """From (position, two sines, two cosines, velocities)."""
    return np.concatenate([seen[:1], np.arctan2(seen[1:3], seen[3:5])]), seen[5 : 5 + nv]


def reacher(seen: np.ndarray, nq: int, nv: int) -> State:
    """From (two cosines, two sines, target, velocities); the target rests."""
    return np.concatenate([np.arctan2(seen[2:4], seen[:2]), seen[4:6]]), np.concatenate([seen[6:8], np.zeros(2)])


def cartpole(seen: np.ndarray, nq: int, nv: int) -> State:
    """From (position, cosine, sine, velocities)."""
    return np.array([seen[0], np.arctan2(seen[2], seen[1])]), seen[3:]


GYMNASIUM: dict[str, tuple[Callable[[np.ndarray, int, int], State], float]] = {
    "Ant-v5": (after_root(2), 1e-9),
    "HalfCheetah-v5": (after_root(1), 1e-9),
    "Hopper-v5": (after_root(1), 1e-9),
    "InvertedDoublePendulum-v5": (double_pendulum, 1e-9),
    "InvertedPendulum-v5": (after_root(0), 1e-9),
    "Reacher-v5": (reacher, 1e-9),
    "Swimmer-v5": (after_root(2), 1e-9),
    "Walker2d-v5": (after_root(1), 1e-9),
    "Humanoid-v5": (after_root(2), 0.05),  # contact forces are among what it observes
}
"""How to read the state from an observation, and how far observations may part."""
DM_CONTROL = {
    "CheetahRun-v1": ("cheetah", "run", after_root(1)),
    "CartpoleBalance-v1": ("cartpole", "balance", cartpole),
}
SINGLE = 1e-5
"""mjbench's dm_control observations are single precision."""


@pytest.mark.filterwarnings("ignore:.*deprecated")
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("task", GYMNASIUM)
def test_gymnasium_answers_alike(task: str, seed: int) -> None:
    read, tolerance = GYMNASIUM[task]
    env = EnvPoolEnv(task)
    original: Any = gymnasium.make(task).unwrapped
    original.reset(seed=0)
    model = original.model
    first, _ = env.reset(seed=seed)
    mujoco.mj_resetData(model, original.data)  # pyright: ignore[reportAttributeAccessIssue]
    original.set_state(*read(first, model.nq, model.nv))
    _compare(env, original, tolerance)


@pytest.mark.parametrize("task", DM_CONTROL)
def test_dm_control_answers_alike_in_the_same_order(task: str) -> None:
    domain, name, read = DM_CONTROL[task]
    env, original = EnvPoolEnv(task), make_suite(domain, name)
    original.reset(seed=0)
    physics = original.dm_env.physics
    first, _ = env.reset(seed=5)
    with physics.reset_context():
        physics.data.qpos[:], physics.data.qvel[:] = read(first, physics.model.nq, physics.model.nv)
    assert _compare(env, original, SINGLE) > 0.01


def _compare(env: Any, original: Any, tolerance: float) -> float:
    """Play the same actions until an end. -> highest reward"""
    assert env.observation_space.shape == original.observation_space.shape
    np.testing.assert_array_equal(env.action_space.low.astype(np.float32), original.action_space.low)
    np.testing.assert_array_equal(env.action_space.high.astype(np.float32), original.action_space.high)
    random = np.random.default_rng(0)
    rewards: list[float] = []
    for step in range(STEPS):
        action = random.uniform(env.action_space.low, env.action_space.high)
        seen, reward, terminated, *_ = env.step(action)
        expected, paid, over, *_ = original.step(action)
        np.testing.assert_allclose(seen, expected, rtol=tolerance, atol=tolerance, err_msg=f"step {step}")
        np.testing.assert_allclose(reward, paid, rtol=max(REWARD, tolerance), atol=REWARD, err_msg=f"step {step}")
        assert terminated == over
        rewards.append(reward)
        if over:
            break
    assert len(rewards) >= 5
    return max(rewards)
