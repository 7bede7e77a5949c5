"""Whole trainings of SAC beside stable-baselines3's: the same initial weights, draws and batches, step for step."""

from typing import Any

import numpy as np
import pytest
import torch
from alone import Alone, make_run
from mjbench_fast.environments import Environments
from mjbench_fast.off_policy.learner import OffPolicy
from mjbench_fast.options import read
from mjbench_fast.sac.agent import Sac
from mjbench_fast.sac.options import SacOptions
from mjbench_sb3.model import build
from side_by_side import copy_weights, critic_pairs, distance, pairs

ENVS = {"InvertedPendulum-v5": 20, "Hopper-v5": 15, "HalfCheetah-v5": 40}
"""With time limits: all episodes of HalfCheetah reach theirs, of the others some do not."""


class Draws:
    """A generator that keeps what it gave, to give it again in the pieces that stable-baselines3 asks for."""

    def __init__(self, low: np.ndarray, high: np.ndarray) -> None:
        self._rng, self._low, self._high = np.random.default_rng(7), low, high
        self._actions: list[np.ndarray] = []
        self._noise: list[np.ndarray] = []
        self._rows: list[np.ndarray] = []

    def uniform(self, low: float, high: float, shape: tuple[int, int]) -> np.ndarray:
        drawn = self._rng.uniform(low, high, shape)
        self._actions += list(drawn.astype(np.float32))
        return drawn

    def standard_normal(self, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
        drawn = self._rng.standard_normal(shape, dtype)
        self._noise += list(drawn) if drawn.ndim == 3 else [drawn]
        return drawn

    def integers(self, low: int, high: int, count: int) -> np.ndarray:
        drawn = self._rng.integers(low, high, count)
        self._rows.append(drawn)
        return drawn

    def sampled_action(self) -> np.ndarray:
        return self._low + (self._actions.pop(0) + 1) * (0.5 * (self._high - self._low))

    def noise(self, shape: Any, dtype: Any = None, device: Any = None) -> torch.Tensor:
        return torch.from_numpy(self._noise.pop(0))

    def randint(self, envs: int) -> Any:
        """As ``np.random.randint``: asked for steps of the buffer, then for the environment of each."""
        environments: list[np.ndarray] = []

        def drawn(*_: Any, **__: Any) -> np.ndarray:
            if environments:
                return environments.pop()
            step, environment = np.divmod(self._rows.pop(0), envs)
            environments.append(environment)
            return step

        return drawn

    def left(self) -> int:
        return len(self._actions) + len(self._noise) + len(self._rows)


@pytest.mark.parametrize(
    ("env", "envs"),
    [
        ("InvertedPendulum-v5", 1),
        ("InvertedPendulum-v5", 3),
        ("Hopper-v5", 1),
        ("Hopper-v5", 3),
        ("HalfCheetah-v5", 1),  # with three, contacts make a difference in the last digit grow within 60 steps
    ],
)
def test_a_training_step_for_step(env: str, envs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = 180 * envs
    sessions = [Alone(make_run(name, steps=steps, n_envs=envs), env, ENVS[env]) for name in ("sac", "fast-sac")]
    model: Any = build("sac", sessions[0])  # pyright: ignore[reportArgumentType]
    options = read(SacOptions, sessions[1].run)
    environments = Environments(sessions[1], envs)  # pyright: ignore[reportArgumentType]
    agent = Sac(environments.size, environments.actions, options)
    draws: Any = Draws(environments.low, environments.high)
    ours = OffPolicy(sessions[1], options, environments, agent, draws)  # pyright: ignore[reportArgumentType]
    halves = [agent.actor.head.part(index, 2) for index in range(2)]
    matched = [
        *pairs([*agent.actor.layers.linear, *halves], [*model.actor.latent_pi, model.actor.mu, model.actor.log_std]),
        *critic_pairs(agent.critics.networks, model.critic),
        *critic_pairs(agent.critics.targets, model.critic_target),
    ]
    copy_weights(matched)
    before = agent.actor.parameters.values.copy()
    ours.reset()
    while ours.steps < steps:
        ours.collect()
        ours.improve()
    with monkeypatch.context() as patch:
        patch.setattr(model.action_space, "sample", draws.sampled_action)
        patch.setattr(torch.distributions.normal, "_standard_normal", draws.noise)
        patch.setattr(np.random, "randint", draws.randint(envs))
        model.learn(steps, log_interval=None)
    assert draws.left() == 0
    assert agent.adam.steps > 100
    assert np.abs(agent.actor.parameters.values - before).max() > 0.01
    assert distance(matched) < 1e-4  # single precision, and the simulator between
