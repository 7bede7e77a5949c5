"""Whole trainings beside stable-baselines3's: the same initial weights, noise and orders, step for step."""

from typing import Any

import numpy as np
import pytest
import torch
from alone import Alone, make_run
from mjbench_fast.ppo.learner import Ppo
from mjbench_fast.ppo.options import PpoOptions
from mjbench_fast.ppo.rollout import Rollout
from mjbench_sb3.model import build
from side_by_side import copy_weights, distance, pairs
from stable_baselines3.common.buffers import RolloutBuffer

from mjbench.algorithms.options import read

ENVS = {"InvertedPendulum-v5": 20, "Hopper-v5": 15}
"""With time limits that some episodes reach and some do not."""


class Draws:
    """What our trainer draws, handed to stable-baselines3 in the pieces that it asks for."""

    def __init__(self, steps: int, envs: int, actions: int) -> None:
        self.rng, self.shape = np.random.default_rng(7), (steps, envs, actions)
        self.rows: Any = iter(())

    def noise(self, shape: Any, dtype: Any = None, device: Any = None) -> torch.Tensor:
        row = next(self.rows, None)
        if row is None:
            self.rows = iter(self.rng.standard_normal(self.shape, np.float32))
            row = next(self.rows)
        return torch.from_numpy(row)

    def permutation(self, rows: int) -> np.ndarray:
        return self.rng.permutation(rows)


@pytest.mark.parametrize("env", ENVS)
@pytest.mark.parametrize("envs", [1, 3])
@pytest.mark.parametrize("normalize", [(True, True), (True, False), (False, True), (False, False)])
def test_a_training_step_for_step(
    env: str, envs: int, normalize: tuple[bool, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 3 * 64 * envs
    changes = {"n_envs": envs, "normalize_observation": normalize[0], "normalize_reward": normalize[1]}
    sessions = [Alone(make_run(name, steps=steps, **changes), env, ENVS[env]) for name in ("ppo", "fast-ppo")]
    model, ours = build("ppo", sessions[0]), Ppo(sessions[1], read(PpoOptions, sessions[1].run))
    policy: Any = model.policy
    matched = [
        *pairs(
            [*ours.networks.actor.linear, ours.networks.mean], [*policy.mlp_extractor.policy_net, policy.action_net]
        ),
        *pairs(
            [*ours.networks.critic.linear, ours.networks.value], [*policy.mlp_extractor.value_net, policy.value_net]
        ),
    ]
    copy_weights(matched)
    sessions[1].listens = True
    draws = Draws(64, envs, ours.environments.actions)
    ours._rng = np.random.default_rng(7)
    with monkeypatch.context() as patch:
        patch.setattr(torch.distributions.normal, "_standard_normal", draws.noise)
        patch.setattr(np.random, "permutation", draws.permutation)
        model.learn(steps, log_interval=None)  # pyright: ignore[reportArgumentType]
    ours.reset()
    before = ours.networks.parameters.values.copy()
    cut = 0
    for _ in range(3):
        assert ours.collect() or ours.steps == steps
        cut += int(ours.rollout.starts[:, 1:].sum())
        ours.improve()
    assert cut > 3
    assert np.abs(ours.networks.parameters.values - before).max() > 0.001
    assert distance(matched) < 1e-4  # single precision, and the simulator between
    logged, theirs = sessions[1].logged[-1], model.logger.name_to_value
    for name in logged:
        assert logged[name] == pytest.approx(theirs[name], rel=1e-3, abs=1e-4), name
    statistics: Any = model.get_env()
    if normalize[0]:
        assert np.allclose(ours.observations.seen.mean, statistics.obs_rms.mean, rtol=1e-5, atol=1e-6)
        assert np.allclose(ours.observations.seen.var, statistics.obs_rms.var, rtol=1e-4)
    if normalize[1]:
        seen, theirs = ours.rewards.seen, statistics.ret_rms
        assert np.allclose([seen.mean[0], seen.var[0], seen.count], [theirs.mean, theirs.var, theirs.count], rtol=1e-4)


@pytest.mark.parametrize(("gamma", "gae_lambda"), [(0.99, 0.95), (1.0, 1.0), (0.5, 0.0)])
def test_advantages_and_returns(gamma: float, gae_lambda: float) -> None:
    import gymnasium

    rng, rollout = np.random.default_rng(0), Rollout(3, 50, 2, 1)
    box = gymnasium.spaces.Box(-1, 1, (2,))
    theirs = RolloutBuffer(50, box, box, "cpu", gae_lambda, gamma, n_envs=3)
    rollout.rewards[:] = rng.normal(size=(3, 50))
    rollout.values[:] = rng.normal(size=(3, 51))
    rollout.starts[:] = rng.random((3, 51)) < 0.1
    theirs.rewards, theirs.values = rollout.rewards.T.copy(), rollout.values[:, :-1].T.copy()
    theirs.episode_starts = rollout.starts[:, :-1].T.astype(np.float32)
    theirs.compute_returns_and_advantage(torch.from_numpy(rollout.values[:, -1].copy()), rollout.starts[:, -1])
    rollout.estimate(gamma, gae_lambda)
    assert np.allclose(rollout.advantages, theirs.advantages.T, atol=1e-5)
    assert np.allclose(rollout.returns, theirs.returns.T, atol=1e-5)
