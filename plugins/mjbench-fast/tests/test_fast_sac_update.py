"""SAC's update against stable-baselines3's, from the same weights, batch and noise."""

from typing import Any

import numpy as np
import pytest
import stable_baselines3
import torch
from mjbench_fast.nn.network_pass import NetworkPass
from mjbench_fast.sac.agent import Sac
from mjbench_fast.sac.options import SacOptions
from mjbench_fast.sac.squashed_gaussian import LOG_STD_HIGH, LOG_STD_LOW
from mjbench_sb3.algorithms import PRESETS
from side_by_side import ACTIVATIONS, TOLERANCE, Nothing, copy_weights, critic_pairs, distance, pairs, precision, silent
from transitions import ACTIONS, SIZE, Transitions

PRESET = PRESETS["sac"].resolve("gymnasium/Hopper-v5")
SMALL = {"net_arch": [32, 32], "batch_size": 20, "buffer_size": 10}
CHANGES: list[dict[str, Any]] = [
    {},
    {"learning_rate": 3e-3},
    {"batch_size": 1},
    {"tau": 0.3},
    {"tau": 1.0},
    {"gamma": 0.5},
    {"ent_coef": 0.0},
    {"ent_coef": 0.2},
    {"ent_coef": "auto_0.1"},
    {"target_entropy": -7},
    {"target_update_interval": 3, "gradient_steps": 5},
    {"gradient_steps": 5},
    {"net_arch": [40]},
    {"net_arch": [24, 16, 8]},
    {"activation": "tanh"},
    {"activation": "elu"},
]


class Both:
    """A model of stable-baselines3 and ours with the same weights."""

    def __init__(self, changes: dict[str, Any], dtype: type[np.floating]) -> None:
        self.options = o = SacOptions(**{**PRESET, **SMALL, **changes})
        self.model: Any = silent(
            stable_baselines3.SAC(
                "MlpPolicy",
                Nothing(SIZE, ACTIONS),
                learning_rate=o.learning_rate,
                buffer_size=o.buffer_size,
                tau=o.tau,
                gamma=o.gamma,
                ent_coef=o.ent_coef,
                target_entropy=o.target_entropy,  # pyright: ignore[reportArgumentType]
                target_update_interval=o.target_update_interval,
                policy_kwargs={"net_arch": o.net_arch, "activation_fn": ACTIVATIONS[o.activation]},
                seed=0,
                device="cpu",
            )
        )
        self.agent = Sac(SIZE, ACTIONS, o, dtype)
        actor, theirs = self.agent.actor, self.model.actor
        halves = [actor.head.part(index, 2) for index in range(2)]
        self.matched = [
            *pairs([*actor.layers.linear, *halves], [*theirs.latent_pi, theirs.mu, theirs.log_std]),
            *critic_pairs(self.agent.critics.networks, self.model.critic),
            *critic_pairs(self.agent.critics.targets, self.model.critic_target),
        ]
        if self.model.log_ent_coef is not None:
            self.matched.append([(self.agent.temperature.parameters.values, self.model.log_ent_coef.data)])
        copy_weights(self.matched)
        self.transitions = Transitions(o.batch_size, dtype)

    def round(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """``gradient_steps`` updates on both sides."""
        steps = self.options.gradient_steps
        given = []
        self.agent.begin_round()
        for _ in range(steps):
            batch, noise, following = self.transitions.draw(), self.transitions.noise(), self.transitions.noise()
            given.append((self.transitions.given(), noise, following))
            self.agent.learn(batch, noise, following, self.options.learning_rate)
        samples = iter([batch for batch, *_ in given])
        noises = iter([torch.from_numpy(noise) for _, *pair in given for noise in pair])
        monkeypatch.setattr(self.model.replay_buffer, "sample", lambda *_, **__: next(samples))
        monkeypatch.setattr(torch.distributions.normal, "_standard_normal", lambda *_, **__: next(noises))
        self.model.train(steps, self.options.batch_size)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_parameters_after_one_round_and_after_a_hundred_updates(
    changes: dict[str, Any], dtype: type[np.floating], monkeypatch: pytest.MonkeyPatch
) -> None:
    with precision(dtype):
        both = Both(changes, dtype)
        before = [parameters.values.copy() for parameters in both.agent.trained()]
        both.round(monkeypatch)
        assert distance(both.matched) < TOLERANCE[dtype]
        for _ in range(99 // both.options.gradient_steps + 1):
            both.round(monkeypatch)
        for parameters, values in zip(both.agent.trained(), before, strict=True):
            assert (parameters.values != values).mean() > 0.8
        assert both.agent.adam.steps >= 100
        assert distance(both.matched) < TOLERANCE[dtype]


def test_a_policy_whose_spreads_and_actions_reach_their_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """As late in a training. In single precision Adam makes whole steps of gradients that are nothing but rounding."""
    with precision(np.float64):
        both = Both({}, np.float64)
        theirs = both.model.actor
        for head in (theirs.mu, theirs.log_std):
            head.weight.data *= 100
        theirs.log_std.bias.data -= 3
        copy_weights(both.matched)
        begin = theirs.log_std.weight.data.clone()
        lowest, highest, largest = [], [], []
        actor = both.agent.actor
        outputs = NetworkPass(actor.layers, actor.head, both.options.batch_size, np.float64)
        for _ in range(100):
            both.round(monkeypatch)
            mean, log_std = np.split(outputs.forward(both.transitions.batch.observations), 2, axis=1)
            lowest.append((log_std < LOG_STD_LOW).mean())
            highest.append((log_std > LOG_STD_HIGH).mean())
            largest.append((np.abs(np.tanh(mean)) > 0.999).mean())
        assert distance(both.matched) < 1e-9  # their density is that of mean + spread, after rounding, less the mean
        for share in (lowest, highest, largest):
            assert 0.1 < np.mean(share) < 0.9
        assert (theirs.log_std.weight.data - begin).abs().max() > 1e-3
