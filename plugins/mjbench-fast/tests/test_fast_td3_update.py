"""TD3's update against stable-baselines3's, from the same weights, batch and noise."""

from typing import Any

import numpy as np
import pytest
import stable_baselines3
import torch
from mjbench_fast.td3.agent import Td3
from mjbench_fast.td3.options import Td3Options
from mjbench_sb3.algorithms import PRESETS
from side_by_side import ACTIVATIONS, TOLERANCE, Nothing, copy_weights, critic_pairs, distance, pairs, precision, silent
from transitions import ACTIONS, SIZE, Transitions

PRESET = PRESETS["td3"].resolve("gymnasium/Hopper-v5")
SMALL = {"net_arch": [32, 32], "batch_size": 20, "buffer_size": 10}
CHANGES: list[dict[str, Any]] = [
    {},
    {"learning_rate": 1e-2},
    {"batch_size": 1},
    {"tau": 0.3},
    {"gamma": 0.5},
    {"policy_delay": 1},
    {"policy_delay": 5},
    {"target_policy_noise": 0.0},
    {"target_policy_noise": 1.0},
    {"target_noise_clip": 0.01},
    {"target_noise_clip": 10.0},
    {"net_arch": [24]},
    {"net_arch": [24, 16, 8]},
    {"activation": "tanh"},
    {"activation": "elu"},
]


class Both:
    """A model of stable-baselines3 and ours with the same weights."""

    def __init__(self, changes: dict[str, Any], dtype: type[np.floating]) -> None:
        self.options = o = Td3Options(**{**PRESET, **SMALL, **changes})
        self.model: Any = silent(
            stable_baselines3.TD3(
                "MlpPolicy",
                Nothing(SIZE, ACTIONS),
                learning_rate=o.learning_rate,
                buffer_size=o.buffer_size,
                tau=o.tau,
                gamma=o.gamma,
                policy_delay=o.policy_delay,
                target_policy_noise=o.target_policy_noise,
                target_noise_clip=o.target_noise_clip,
                policy_kwargs={"net_arch": o.net_arch, "activation_fn": ACTIVATIONS[o.activation]},
                seed=0,
                device="cpu",
            )
        )
        self.agent = Td3(SIZE, ACTIONS, o, dtype)
        self.matched = [
            *pairs([*self.agent.actor.layers.linear, self.agent.actor.head], self.model.actor.mu),
            *pairs([*self.agent.target.layers.linear, self.agent.target.head], self.model.actor_target.mu),
            *critic_pairs(self.agent.critics.networks, self.model.critic),
            *critic_pairs(self.agent.critics.targets, self.model.critic_target),
        ]
        copy_weights(self.matched)
        self.transitions = Transitions(o.batch_size, dtype)

    def update(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """One on both sides."""
        batch, noise = self.transitions.draw(), self.transitions.noise()
        self.agent.learn(batch, noise, self.options.learning_rate)

        def normal(tensor: torch.Tensor, mean: float, std: float) -> torch.Tensor:
            return tensor.copy_(mean + std * torch.from_numpy(noise))

        monkeypatch.setattr(self.model.replay_buffer, "sample", lambda *_, **__: self.transitions.given())
        with monkeypatch.context() as patch:
            patch.setattr(torch.Tensor, "normal_", normal)
            self.model.train(1, self.options.batch_size)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_parameters_after_one_update_and_after_a_hundred(
    changes: dict[str, Any], dtype: type[np.floating], monkeypatch: pytest.MonkeyPatch
) -> None:
    with precision(dtype):
        both = Both(changes, dtype)
        before = [parameters.values.copy() for parameters in both.agent.trained()]
        both.update(monkeypatch)
        assert distance(both.matched) < TOLERANCE[dtype]
        for _ in range(99):
            both.update(monkeypatch)
        for parameters, values in zip(both.agent.trained(), before, strict=True):
            assert (parameters.values != values).mean() > 0.8
        assert both.agent.adam.steps == 100 // both.options.policy_delay
        assert distance(both.matched) < TOLERANCE[dtype]
