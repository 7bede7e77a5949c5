"""PPO's update, advantages and statistics against those of mjbench-fast, from the same weights, rollout and order."""

from typing import Any

import numpy as np
import pytest
import torch
from mjbench_warp.ppo.networks import ActorCritic
from mjbench_warp.ppo.normaliser import ObservationNormaliser, RewardNormaliser
from mjbench_warp.ppo.options import PpoOptions
from mjbench_warp.ppo.rollout import Rollout
from mjbench_warp.ppo.update import Update
from point_session import OPTIONS

pytest.importorskip("mjbench_fast")
from mjbench_fast.normalise.observation_normaliser import ObservationNormaliser as TheirObservations
from mjbench_fast.normalise.reward_normaliser import RewardNormaliser as TheirRewards
from mjbench_fast.ppo.actor_critic import ActorCritic as TheirNetworks
from mjbench_fast.ppo.actor_critic import ActorCriticPass
from mjbench_fast.ppo.losses import Losses
from mjbench_fast.ppo.options import PpoOptions as TheirOptions
from mjbench_fast.ppo.rollout import Rollout as TheirRollout
from mjbench_fast.ppo.update import Update as TheirUpdate

CPU = torch.device("cpu")
INPUTS, ACTIONS, STEPS, WORLDS = 5, 3, 8, 6
ROWS = STEPS * WORLDS
SMALL = {"n_steps": STEPS, "n_envs": WORLDS, "batch_size": 16, "learning_rate_schedule": "constant"}
CHANGES: list[dict[str, Any]] = [
    {},
    {"batch_size": 47},  # the last minibatch is a single row
    {"batch_size": 20},  # the last minibatch is smaller
    {"batch_size": 1000},
    {"clip_range": 0.01},
    {"normalize_advantage": False},
    {"ent_coef": 0.1},
    {"vf_coef": 2.0},
    {"max_grad_norm": 0.01},
    {"net_arch": [24, 16, 8]},
    {"activation": "relu"},
    {"activation": "tanh"},
]
torch.set_num_threads(1)


class Both:
    """Networks of ours and of mjbench-fast with the same weights, and the same random rollout."""

    def __init__(self, changes: dict[str, Any]) -> None:
        settings = {**OPTIONS, **SMALL, **changes}
        self.options = PpoOptions(**settings)
        self.theirs_have = TheirOptions(**{k: v for k, v in settings.items() if k not in ("target_kl", "device")})
        self.networks = ActorCritic(INPUTS, ACTIONS, self.options, torch.Generator().manual_seed(0), CPU)
        self.theirs = TheirNetworks(INPUTS, ACTIONS, self.options.net_arch, self.options.activation)
        for (weight, bias), other in self.layers():
            other.weight[0], other.bias[:] = weight.detach().numpy().T, bias.detach().numpy()
        self.theirs.log_std[:] = self.networks.log_std.detach().numpy()
        self.rollout = Rollout(STEPS, WORLDS, INPUTS, ACTIONS, CPU)
        self.their_rollout = TheirRollout(1, ROWS, INPUTS, ACTIONS)  # rows in the order of ours
        self.update = Update(self.networks, self.options, self.rollout)
        self.their_update = TheirUpdate(self.theirs, self.theirs_have, ROWS)

    def layers(self) -> Any:
        pairs = zip(self.networks.actor, [*self.theirs.actor.linear, self.theirs.mean], strict=True)
        return [*pairs, *zip(self.networks.critic, [*self.theirs.critic.linear, self.theirs.value], strict=True)]

    def fill(self, rng: np.random.Generator) -> None:
        """Old densities near the policy's own, so that some ratios are clipped."""
        ours, theirs = self.rollout, self.their_rollout
        for name in ("observations", "actions", "advantages", "returns"):
            drawn = rng.normal(size=getattr(ours, name).shape).astype(np.float32)
            getattr(ours, name).copy_(torch.from_numpy(drawn))
            getattr(theirs, name)[:] = drawn.reshape(getattr(theirs, name).shape)
        mean, _ = ActorCriticPass(self.theirs, ROWS).forward(theirs.observations.reshape(ROWS, -1))
        z = (theirs.actions.reshape(ROWS, -1) - mean) / np.exp(self.theirs.log_std)
        density = -0.5 * (z**2).sum(1) - self.theirs.log_std.sum() - 1.5 * np.log(2 * np.pi)
        theirs.log_density[0] = density + rng.normal(scale=0.2, size=ROWS)
        ours.log_density.view(-1).copy_(torch.from_numpy(theirs.log_density[0]))

    def learn(self, seed: int, rate: float) -> Losses:
        """One update on both sides, with the same orders of rows."""
        draws, losses = torch.Generator().manual_seed(seed), Losses(self.theirs_have)
        orders = [torch.randperm(ROWS, generator=draws).numpy() for _ in range(self.options.n_epochs)]
        self.their_update.run(self.their_rollout, orders, rate, losses)
        self.update.adam.rate.fill_(rate)
        self.update.run(torch.Generator().manual_seed(seed))
        return losses

    def distance(self) -> float:
        pairs = [(self.networks.log_std, self.theirs.log_std)]
        for (weight, bias), other in self.layers():
            pairs += [(weight.T, other.weight[0]), (bias, other.bias)]
        return max(float(np.abs(ours.detach().numpy() - theirs).max()) for ours, theirs in pairs)


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_an_update_is_that_of_mjbench_fast(changes: dict[str, Any]) -> None:
    both, rng = Both(changes), np.random.default_rng(0)
    before = both.networks.values.clone()
    assert both.distance() == 0
    for seed in range(3):
        both.fill(rng)
        both.learn(seed, 1e-3)
    assert both.distance() < 2e-5
    assert float((both.networks.values - before).abs().mean()) > 1e-3


def test_it_says_the_same_of_itself() -> None:
    both = Both({"ent_coef": 0.1})
    both.fill(np.random.default_rng(1))
    theirs = both.learn(0, 1e-3).scalars(both.their_rollout, both.theirs.log_std, 1e-3)
    sums, count = both.update.statistics.tolist(), both.update.minibatches
    names = ["policy_gradient_loss", "value_loss", "entropy_loss", "approx_kl", "clip_fraction"]
    ours = {f"train/{name}": value / count for name, value in zip(names, sums, strict=False)}
    ours["train/loss"] = sums[-1]
    assert count == both.options.n_epochs * 3
    assert ours == pytest.approx({name: theirs[name] for name in ours}, rel=1e-4, abs=1e-6)


def test_advantages_are_those_of_mjbench_fast() -> None:
    ours, theirs = Rollout(STEPS, WORLDS, INPUTS, ACTIONS, CPU), TheirRollout(WORLDS, STEPS, INPUTS, ACTIONS)
    rng = np.random.default_rng(2)
    theirs.rewards[:], theirs.values[:] = rng.normal(size=theirs.rewards.shape), rng.normal(size=theirs.values.shape)
    theirs.starts[:] = rng.random(theirs.starts.shape) < 0.3
    for target, source in (
        (ours.rewards, theirs.rewards),
        (ours.values, theirs.values),
        (ours.dones, theirs.starts[:, 1:]),
    ):
        target.copy_(torch.from_numpy(np.ascontiguousarray(source.T)))
    theirs.estimate(0.9, 0.8)
    ours.estimate(0.9, 0.8)
    np.testing.assert_allclose(ours.advantages.numpy(), theirs.advantages.T, atol=1e-5)
    np.testing.assert_allclose(ours.returns.numpy(), theirs.returns.T, atol=1e-5)


def test_statistics_are_those_of_mjbench_fast() -> None:
    rng = np.random.default_rng(3)
    ours, theirs = ObservationNormaliser(True, INPUTS, CPU), TheirObservations(True, INPUTS)
    our_rewards, their_rewards = RewardNormaliser(True, 0.9, WORLDS, CPU), TheirRewards(True, 0.9, WORLDS)
    for _ in range(5):
        seen = (rng.normal(size=(WORLDS, INPUTS)) * 3 + 1).astype(np.float32)
        np.testing.assert_allclose(ours.see(torch.from_numpy(seen)).numpy(), theirs.see(seen), atol=1e-6)
        rewards, dones = rng.normal(size=WORLDS).astype(np.float32), rng.random(WORLDS) < 0.3
        scaled = our_rewards.see(torch.from_numpy(rewards), torch.from_numpy(dones)).numpy()
        their_rewards.see(rewards, dones)
        np.testing.assert_allclose(scaled, their_rewards.apply(rewards), atol=1e-5)
    std: Any = theirs.frozen()[1]
    np.testing.assert_allclose(ours.seen.std().numpy(), std, rtol=1e-6)


def test_a_network_begins_as_that_of_stable_baselines3_does() -> None:
    options = PpoOptions(**{**OPTIONS, "net_arch": [64, 64]})
    networks = ActorCritic(INPUTS, ACTIONS, options, torch.Generator().manual_seed(0), CPU)
    for part, gain in ((networks.actor, 0.01), (networks.critic, 1.0)):
        for (weight, bias), scale in zip(part, (2**0.5, 2**0.5, gain), strict=True):
            narrow = weight.detach() if weight.shape[0] <= weight.shape[1] else weight.detach().T
            torch.testing.assert_close(narrow @ narrow.T, scale**2 * torch.eye(len(narrow)), atol=1e-5, rtol=0)
            assert not bias.any()
    plain = ActorCritic(
        INPUTS, ACTIONS, PpoOptions(**{**OPTIONS, "ortho_init": False}), torch.Generator().manual_seed(0), CPU
    )
    weight, bias = (parameter.detach() for parameter in plain.actor[0])
    assert 0.9 * INPUTS**-0.5 < float(weight.abs().max()) <= INPUTS**-0.5
    assert 0 < float(bias.abs().max()) <= INPUTS**-0.5
