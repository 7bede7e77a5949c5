"""The update of PPO: epochs of minibatches over one rollout."""

import math

import torch
from torch import Tensor

from mjbench_warp.ppo.adam import Adam
from mjbench_warp.ppo.networks import ActorCritic
from mjbench_warp.ppo.options import ADAPTIVE, PpoOptions
from mjbench_warp.ppo.replayed import Replayed
from mjbench_warp.ppo.rollout import Rollout

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
PATIENCE = 1.5
"""An update ends where the divergence is above so many times its target, as in stable-baselines3."""
FACTOR, SLOWEST, FASTEST = 1.5, 1e-5, 1e-2
"""Of an adaptive learning rate: how much it changes at once, and its bounds, as in rsl_rl."""
STATISTICS = "policy_gradient_loss", "value_loss", "entropy_loss", "approx_kl", "clip_fraction", "loss"


class Update:
    """``L = -mean min(A r, A clip(r, 1 - c, 1 + c)) - ent_coef H + vf_coef mean (R - V)^2``, r the density ratio.

    Args:
        networks: what is improved.
        options: hyperparameters.
        rollout: what it learns from.
    """

    def __init__(self, networks: ActorCritic, options: PpoOptions, rollout: Rollout) -> None:
        self._networks, self._options, self._rollout = networks, options, rollout
        device = networks.values.device
        self.adam = Adam(networks.values)
        self.statistics = torch.zeros(len(STATISTICS), device=device)
        """Sums over the minibatches of the update, in the order of ``STATISTICS``; the last is the last loss."""
        self.minibatches = 0
        """Of the last update."""
        rows = rollout.rewards.numel()
        size = min(options.batch_size, rows)
        self._batches = [slice(start, min(start + size, rows)) for start in range(0, rows, size)]
        sizes = {batch.stop - batch.start for batch in self._batches}
        self._rows = {size: torch.zeros(size, dtype=torch.int64, device=device) for size in sizes}
        self._learn = {size: Replayed(lambda size=size: self._gradients(self._rows[size]), device) for size in sizes}
        self._step = Replayed(self._follow, device)
        self._divergence = torch.zeros((), device=device)
        self._stops = bool(options.target_kl) and options.learning_rate_schedule != ADAPTIVE

    def run(self, generator: torch.Generator) -> None:
        """Every epoch, each in an order that the generator draws; or until the divergence is too large."""
        self.statistics.zero_()
        self.minibatches = 0
        rows = self._rollout.rewards.numel()
        for _ in range(self._options.n_epochs):
            order = torch.randperm(rows, generator=generator, device=generator.device)
            for batch in self._batches:
                size = batch.stop - batch.start
                self._rows[size].copy_(order[batch])
                self._learn[size]()
                self.minibatches += 1
                if self._stops and float(self._divergence) > PATIENCE * self._options.target_kl:
                    return
                self._step()

    def _gradients(self, rows: Tensor) -> None:
        """Fill Adam's gradients from the rows (B,) of the rollout."""
        rollout, networks, options = self._rollout, self._networks, self._options
        observations, actions = rollout.observations.flatten(0, 1)[rows], rollout.actions.flatten(0, 1)[rows]
        density, advantages, returns = (
            source.flatten()[rows] for source in (rollout.log_density, rollout.advantages, rollout.returns)
        )
        if options.normalize_advantage and len(rows) > 1:
            advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
        z = (actions - networks.mean(observations)) / networks.log_std.exp()
        log_ratio = log_density(z, networks.log_std) - density
        ratio = log_ratio.exp()
        clipped = ratio.clamp(1 - options.clip_range, 1 + options.clip_range)
        policy = -torch.minimum(advantages * ratio, advantages * clipped).mean()
        value = (returns - networks.value(observations)).square().mean()
        entropy = -(networks.log_std + HALF_LOG_2PI + 0.5).sum()
        loss = policy + options.ent_coef * entropy + options.vf_coef * value
        networks.gradients(loss, self.adam.gradients)
        with torch.no_grad():
            self._divergence.copy_((ratio - 1 - log_ratio).mean())
            outside = ((ratio - 1).abs() > options.clip_range).float().mean()
            self.statistics[:-1] += torch.stack([policy, value, entropy, self._divergence, outside])
            self.statistics[-1] = loss

    def _follow(self) -> None:
        """One step of Adam along the gradients, at the rate that the divergence allows."""
        if self._options.learning_rate_schedule == ADAPTIVE:
            target, rate, divergence = self._options.target_kl, self.adam.rate, self._divergence
            slower = torch.where(divergence > 2 * target, rate / FACTOR, rate)
            # a divergence of zero is that of the first minibatch, which says nothing
            faster = torch.where((divergence < target / 2) & (divergence > 0), slower * FACTOR, slower)
            rate.copy_(faster.clamp(SLOWEST, FASTEST))
        self.adam.clip(self._options.max_grad_norm)
        self.adam.step()


def log_density(z: Tensor, log_std: Tensor) -> Tensor:
    """Of a normal distribution at ``mean + z std``: z (..., A), log_std (A,) -> (...)."""
    return -0.5 * z.square().sum(-1) - (log_std + HALF_LOG_2PI).sum()
