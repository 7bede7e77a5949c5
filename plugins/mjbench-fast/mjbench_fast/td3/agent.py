"""The networks of TD3 and their update."""

from typing import Any

import numpy as np

from mjbench_fast.nn.adam import Adam
from mjbench_fast.nn.linear import Linear
from mjbench_fast.nn.network import Network
from mjbench_fast.nn.network_pass import NetworkPass
from mjbench_fast.nn.parameters import Parameters
from mjbench_fast.nn.products import zeros
from mjbench_fast.off_policy.critics import Critics
from mjbench_fast.off_policy.polyak import follow
from mjbench_fast.off_policy.replay import Batch
from mjbench_fast.td3.options import Td3Options


class Td3:
    """Critics: ``y = r + gamma (1 - d) min_i Q'_i(s', clip(pi'(s') + clip(e)))``, loss ``sum_i mean (Q_i - y)^2``.

    Actor ``pi(s) = tanh(...)``: loss ``-mean Q_1(s, pi(s))``, after every ``policy_delay`` steps of the critics; only
    then do the targets follow.

    Args:
        size: observation size.
        actions: A.
        options: hyperparameters.
        dtype: of all numbers.
    """

    def __init__(self, size: int, actions: int, options: Td3Options, dtype: type[np.floating] = np.float32) -> None:
        self._options, self._size = options, size
        arch, activation, batch = options.net_arch, options.activation, options.batch_size
        self.actor, self.target = (Network(size, actions, arch, activation, dtype=dtype) for _ in range(2))
        self.critics = Critics(size, actions, arch, activation, batch, dtype)
        self.adam = Adam(self.actor.parameters)
        self._here = NetworkPass(self.actor.layers, self.actor.head, batch, dtype)
        self._there = NetworkPass(self.target.layers, self.target.head, batch, dtype)
        self._acting = NetworkPass(self.actor.layers, self.actor.head, options.n_envs, dtype)
        self._first = NetworkPass(*self.critics.networks.part(0), batch, dtype)
        self._pairs = zeros((batch, size + actions), dtype)
        self._d_value = zeros((batch, 1), dtype)
        self._d_value[:] = -1 / batch
        self._d_actions = zeros((batch, actions), dtype)
        self.updates = 0
        self._values: np.ndarray | None = None  # (B, 1) of the actions that the actor was last improved on

    def initialise(self, rng: np.random.Generator) -> None:
        """Draw all weights; the targets begin equal."""
        self.actor.initialise(rng)
        self.actor_was_set()
        self.critics.initialise(rng)

    def act(self, observations: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """See ``Agent``; all randomness comes from the action noise."""
        return np.tanh(self._acting.forward(observations))

    def begin_round(self) -> None:
        """See ``Agent``; rounds mean nothing here."""

    def update(self, batch: Batch, rng: np.random.Generator, rate: float) -> None:
        """See ``Agent``."""
        self.learn(batch, rng.standard_normal(batch.actions.shape, np.float32), rate)

    def learn(self, batch: Batch, noise: np.ndarray, rate: float) -> None:
        """One update; noise (B, A) is standard normal."""
        options, clip = self._options, self._options.target_noise_clip
        self.updates += 1
        blur = np.minimum(np.maximum(noise * options.target_policy_noise, -clip), clip)
        actions = np.tanh(self._there.forward(batch.next_observations)) + blur
        values = self.critics.next_values(batch, np.minimum(np.maximum(actions, -1), 1))
        wanted = batch.rewards + (1 - batch.terminal) * (options.gamma * values)
        self.critics.improve(batch, wanted, 1.0, rate)
        if self.updates % options.policy_delay == 0:
            self._improve_actor(batch, rate)
            self.critics.follow(options.tau)
            follow(self.target.parameters, self.actor.parameters, options.tau)

    def _improve_actor(self, batch: Batch, rate: float) -> None:
        actions = self._pairs[:, self._size :]
        self._pairs[:, : self._size] = batch.observations
        np.tanh(self._here.forward(batch.observations), out=actions)
        self._values = self._first.forward(self._pairs)
        self._first.backward_input(self._d_value, self._d_actions)
        np.multiply(self._d_actions, 1 - actions * actions, out=self._d_actions)
        self._here.backward(self._d_actions)
        self.adam.step(rate)

    def losses(self) -> dict[str, float]:
        """See ``Agent``; the actor's is of its own last update."""
        if self._values is None:
            return {}
        return {"train/actor_loss": -float(self._values.mean()), "train/critic_loss": self.critics.loss(1.0)}

    def actor_layers(self) -> list[Linear]:
        """See ``Agent``."""
        return [*self.actor.layers.linear, self.actor.head]

    def actor_was_set(self) -> None:
        """See ``Agent``: the target begins equal."""
        self.target.parameters.values[:] = self.actor.parameters.values

    def trained(self) -> list[Parameters]:
        """See ``Agent``."""
        return [self.actor.parameters, self.critics.networks.parameters]

    def capture(self) -> dict[str, Any]:
        """See ``Agent``."""
        return {
            "actor": self.actor.parameters.values,
            "target": self.target.parameters.values,
            "adam": self.adam.capture(),
            "critics": self.critics.capture(),
            "updates": self.updates,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """See ``Agent``."""
        self.actor.parameters.values[:] = state["actor"]
        self.target.parameters.values[:] = state["target"]
        self.adam.restore(state["adam"])
        self.critics.restore(state["critics"])
        self.updates = state["updates"]
