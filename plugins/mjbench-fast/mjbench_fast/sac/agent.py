"""The networks of SAC and their update."""

import math
from typing import Any

import numpy as np

from mjbench.algorithms.hyperparameters import initial_coefficient
from mjbench_fast.nn.adam import Adam
from mjbench_fast.nn.linear import Linear
from mjbench_fast.nn.network import Network
from mjbench_fast.nn.network_pass import NetworkPass
from mjbench_fast.nn.parameters import Parameters
from mjbench_fast.nn.products import zeros
from mjbench_fast.off_policy.critics import Critics
from mjbench_fast.off_policy.replay import Batch
from mjbench_fast.sac.options import SacOptions
from mjbench_fast.sac.squashed_gaussian import SquashedGaussian
from mjbench_fast.sac.temperature import Temperature

CRITIC_WEIGHT = 0.5


class Sac:
    """Critics: ``y = r + gamma (1 - d) (min_i Q'_i(s', a') - alpha log p(a'))``, loss ``sum_i mean (Q_i - y)^2 / 2``.

    Actor: loss ``mean(alpha log p(a) - min_i Q_i(s, a))`` for ``a`` drawn from it, after the critics' step.

    Args:
        size: observation size.
        actions: A.
        options: hyperparameters.
        dtype: of all numbers.
    """

    def __init__(self, size: int, actions: int, options: SacOptions, dtype: type[np.floating] = np.float32) -> None:
        self._options, self._size, self._dtype = options, size, dtype
        arch, activation, batch = options.net_arch, options.activation, options.batch_size
        self.actor = Network(size, 2 * actions, arch, activation, dtype=dtype)
        self.critics = Critics(size, actions, arch, activation, batch, dtype)
        entropy = -actions if options.target_entropy == "auto" else options.target_entropy
        begin = initial_coefficient(options.ent_coef)
        self.temperature = Temperature(
            float(options.ent_coef) if begin is None else begin, begin is not None, float(entropy), dtype
        )
        self.adam = Adam(self.actor.parameters)
        self._here, self._there = (NetworkPass(self.actor.layers, self.actor.head, batch, dtype) for _ in range(2))
        self._acting = NetworkPass(self.actor.layers, self.actor.head, options.n_envs, dtype)
        self._now, self._next, self._explored = (SquashedGaussian() for _ in range(3))
        self._pairs = zeros((batch, size + actions), dtype)
        self._d_values = zeros((batch, 2), dtype)
        self._d_actions = zeros((batch, actions), dtype)
        self._d_outputs = zeros((batch, 2 * actions), dtype)
        self._round = 0  # updates in this round so far
        self._alpha = math.nan  # of the last update

    def initialise(self, rng: np.random.Generator) -> None:
        """Draw all weights."""
        self.actor.initialise(rng)
        self.actor.head.part(1, 2).bias += self._options.log_std_init
        self.critics.initialise(rng)

    def act(self, observations: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """See ``Agent``."""
        outputs = self._acting.forward(observations)
        noise = rng.standard_normal((len(outputs), outputs.shape[1] // 2), np.float32)
        self._explored.draw(outputs, noise)
        return self._explored.action

    def begin_round(self) -> None:
        """See ``Agent``."""
        self._round = 0

    def update(self, batch: Batch, rng: np.random.Generator, rate: float) -> None:
        """See ``Agent``."""
        noise = rng.standard_normal((2, *batch.actions.shape), np.float32)
        self.learn(batch, noise[0], noise[1], rate)

    def learn(self, batch: Batch, noise: np.ndarray, next_noise: np.ndarray, rate: float) -> None:
        """One update; noise (B, A) for the actions here, next_noise (B, A) for those in the next observations."""
        options, now, following = self._options, self._now, self._next
        now.draw(self._here.forward(batch.observations), noise)
        self._alpha = alpha = self.temperature.value()
        self.temperature.improve(now.log_density, rate)
        following.draw(self._there.forward(batch.next_observations), next_noise)
        values = self.critics.next_values(batch, following.action) - alpha * following.log_density
        wanted = batch.rewards + (1 - batch.terminal) * (options.gamma * values)
        self.critics.improve(batch, wanted, CRITIC_WEIGHT, rate)
        self._improve_actor(batch, alpha, rate)
        if self._round % options.target_update_interval == 0:
            self.critics.follow(options.tau)
        self._round += 1

    def _improve_actor(self, batch: Batch, alpha: float, rate: float) -> None:
        """The gradient reaches the action through the smaller of the two values alone."""
        rows = len(self._pairs)
        self._pairs[:, : self._size] = batch.observations
        self._pairs[:, self._size :] = self._now.action
        values = self.critics.both.forward(self._pairs)  # (B, 2)
        first = values[:, 0] <= values[:, 1]
        self._d_values[:, 0] = first * (-1 / rows)
        self._d_values[:, 1] = ~first * (-1 / rows)
        self.critics.both.backward_input(self._d_values, self._d_actions)
        self._now.backward(self._d_actions, alpha / rows, self._d_outputs)
        self._here.backward(self._d_outputs)
        self.adam.step(rate)

    def losses(self) -> dict[str, float]:
        """See ``Agent``."""
        if math.isnan(self._alpha):
            return {}
        log_density = self._now.log_density
        values = self.critics.both.outputs.min(axis=1)  # of the actions that the actor was improved on
        return {
            "train/actor_loss": float((self._alpha * log_density - values).mean()),
            "train/critic_loss": self.critics.loss(CRITIC_WEIGHT),
            "train/ent_coef": self._alpha,
            **self.temperature.losses(self._alpha, log_density),
        }

    def actor_layers(self) -> list[Linear]:
        """See ``Agent``."""
        return [*self.actor.layers.linear, self.actor.head.part(0, 2)]  # the other half is the spread

    def actor_was_set(self) -> None:
        """See ``Agent``; nothing depends on them yet."""

    def trained(self) -> list[Parameters]:
        """See ``Agent``."""
        return [self.actor.parameters, self.critics.networks.parameters]

    def capture(self) -> dict[str, Any]:
        """See ``Agent``."""
        return {
            "actor": self.actor.parameters.values,
            "adam": self.adam.capture(),
            "critics": self.critics.capture(),
            "temperature": self.temperature.capture(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """See ``Agent``."""
        self.actor.parameters.values[:] = state["actor"]
        self.adam.restore(state["adam"])
        self.critics.restore(state["critics"])
        self.temperature.restore(state["temperature"])
