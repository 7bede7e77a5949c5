"""PPO's update against stable-baselines3's, from the same weights, rollout and order of rows."""

from typing import Any

import numpy as np
import pytest
import stable_baselines3
from mjbench_fast.ppo.actor_critic import ActorCritic, ActorCriticPass
from mjbench_fast.ppo.options import PpoOptions
from mjbench_fast.ppo.rollout import Rollout
from mjbench_fast.ppo.update import Update
from mjbench_sb3.algorithms import PRESETS
from mjbench_sb3.export import actor_layers
from mjbench_sb3.shared_layers import SharedLayers
from mjbench_sb3.std_floor import hold_above
from side_by_side import ACTIVATIONS, TOLERANCE, Nothing, copy_weights, distance, pairs, precision, silent
from stable_baselines3.common.vec_env import DummyVecEnv

PRESET = PRESETS["ppo"].resolve("gymnasium/Hopper-v5")
SMALL = {"net_arch": [32, 32], "n_steps": 100, "batch_size": 20, "n_epochs": 1}
CHANGES: list[dict[str, Any]] = [
    {},
    {"learning_rate": 3e-3},
    {"learning_rate_schedule": "linear"},
    {"learning_rate_schedule": "linear to 1e-4"},
    {"batch_size": 33},  # the last minibatch is a single row
    {"batch_size": 40},  # the last minibatch is smaller
    {"batch_size": 1000},
    {"n_epochs": 3},
    {"clip_range": 0.01},
    {"normalize_advantage": False},
    {"ent_coef": 0.1},
    {"vf_coef": 2.0},
    {"max_grad_norm": 0.01},
    {"max_grad_norm": 1e6},
    {"n_envs": 4, "n_steps": 25},
    {"net_arch": [24]},
    {"net_arch": [24, 16, 8]},
    {"activation": "relu"},
    {"activation": "elu"},
    {"log_std_init": -1.0},
    {"ortho_init": False},
    {"std_min": 0.95, "max_grad_norm": 1e6, "learning_rate": 3e-3},  # some deviations reach it and some do not
    {"shared_net_arch": [24]},
    {"shared_net_arch": [24, 16], "net_arch": [8]},
    {"shared_net_arch": [24, 16], "net_arch": [12, 8], "activation": "elu", "std_min": 0.99},
]


class Both:
    """A model of stable-baselines3 and ours with the same weights and the same rollout."""

    def __init__(self, options: dict[str, Any], dtype: type[np.floating], seed: int = 0) -> None:
        self.options = PpoOptions(**{**PRESET, **SMALL, **options})
        o, rng = self.options, np.random.default_rng(seed)
        self.model = silent(
            stable_baselines3.PPO(
                "MlpPolicy",
                DummyVecEnv([Nothing] * o.n_envs),
                learning_rate=self.rate(),
                n_steps=o.n_steps,
                batch_size=o.batch_size,
                n_epochs=o.n_epochs,
                gamma=o.gamma,
                gae_lambda=o.gae_lambda,
                clip_range=o.clip_range,
                normalize_advantage=o.normalize_advantage,
                ent_coef=o.ent_coef,
                vf_coef=o.vf_coef,
                max_grad_norm=o.max_grad_norm,
                policy_kwargs={
                    "net_arch": o.net_arch,
                    "activation_fn": ACTIVATIONS[o.activation],
                    "log_std_init": o.log_std_init,
                    "ortho_init": o.ortho_init,
                    **self.features(),
                },
                seed=seed,
                device="cpu",
            )
        )
        self.networks = ActorCritic(5, 3, o.net_arch, o.activation, dtype, o.shared_net_arch)
        policy: Any = self.model.policy
        if o.std_min:
            hold_above(policy, o.std_min)
        critic = self.networks.critic.linear[len(o.shared_net_arch) :]
        self.matched = [
            *pairs([*self.networks.actor.linear, self.networks.mean], actor_layers(self.model)[0]),
            *pairs([*critic, self.networks.value], [*policy.mlp_extractor.value_net, policy.value_net]),
            [(self.networks.log_std, policy.log_std.data)],
        ]
        copy_weights(self.matched)
        self.rollout = Rollout(o.n_envs, o.n_steps, 5, 3, dtype)
        self.rows = o.n_envs * o.n_steps
        self.update = Update(self.networks, o, self.rows)
        self.rng = rng

    def features(self) -> dict[str, Any]:
        """What stable-baselines3 needs for layers that both networks share."""
        o = self.options
        given = {"sizes": list(o.shared_net_arch), "activation": ACTIVATIONS[o.activation]}
        return (
            {"features_extractor_class": SharedLayers, "features_extractor_kwargs": given} if o.shared_net_arch else {}
        )

    def rate(self) -> Any:
        from mjbench.algorithms.schedule import learning_rate

        return lambda remaining: learning_rate(
            self.options.learning_rate_schedule, self.options.learning_rate, remaining
        )

    def new_rollout(self) -> None:
        """Drawn at random, with old densities near the policy's own, so that some ratios are clipped."""
        rollout, rng = self.rollout, self.rng
        rollout.observations[:] = rng.normal(size=rollout.observations.shape).astype(np.float32)
        rollout.actions[:] = rng.normal(size=rollout.actions.shape).astype(np.float32)
        rollout.advantages[:] = rng.normal(size=rollout.advantages.shape)
        rollout.returns[:] = rng.normal(size=rollout.returns.shape)
        mean, _ = ActorCriticPass(self.networks, self.rows).forward(rollout.observations.reshape(self.rows, -1))
        z = (rollout.actions.reshape(self.rows, -1) - mean) / np.exp(self.networks.log_std)
        density = -0.5 * (z**2).sum(1) - self.networks.log_std.sum() - 1.5 * np.log(2 * np.pi)
        rollout.log_density[:] = (density + rng.normal(scale=0.2, size=self.rows)).reshape(rollout.log_density.shape)
        theirs: Any = self.model.rollout_buffer
        theirs.reset()
        for name, value in {
            "observations": rollout.observations,
            "actions": rollout.actions,
            "advantages": rollout.advantages,
            "returns": rollout.returns,
            "values": rollout.values[:, :-1],
            "log_probs": rollout.log_density,
        }.items():
            setattr(theirs, name, np.swapaxes(value, 0, 1).copy())
        theirs.full = True

    def updates(self, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """``count`` rollouts, learned from on both sides."""
        for i in range(count):
            self.new_rollout()
            orders = [self.rng.permutation(self.rows) for _ in range(self.options.n_epochs)]
            remaining = 1 - i / max(count, 10)
            given = iter(orders)
            monkeypatch.setattr(np.random, "permutation", lambda _, given=given: next(given))
            self.model._current_progress_remaining = remaining
            self.model.train()
            self.update.run(self.rollout, orders, self.rate()(remaining))


@pytest.mark.filterwarnings("ignore:You have specified a mini-batch size")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("options", CHANGES, ids=str)
def test_parameters_after_one_update_and_after_a_hundred(
    options: dict[str, Any], dtype: type[np.floating], monkeypatch: pytest.MonkeyPatch
) -> None:
    with precision(dtype):
        one = Both({**options, "n_steps": options.get("batch_size", 20)}, dtype)
        before = one.networks.parameters.values.copy()
        one.updates(1, monkeypatch)
        assert distance(one.matched) < TOLERANCE[dtype]
        assert (one.networks.parameters.values != before).mean() > 0.9
        many = Both(options, dtype)
        many.updates(20, monkeypatch)
        assert many.update.adam.steps >= 20
        assert distance(many.matched) < TOLERANCE[dtype]
