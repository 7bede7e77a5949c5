"""The update of PPO: epochs of minibatches over one rollout."""

from collections.abc import Iterable

import numpy as np

from mjbench_fast.adam import Adam
from mjbench_fast.gaussian import log_density, standardise
from mjbench_fast.ppo.actor_critic import ActorCritic, Evaluator
from mjbench_fast.ppo.options import PpoOptions
from mjbench_fast.ppo.rollout import Rollout

ADAM_EPSILON = 1e-5
ADVANTAGE_EPSILON = 1e-8
NORM_EPSILON = 1e-6


class Update:
    """``L = -mean min(A r, A clip(r, 1 - c, 1 + c)) - ent_coef H + vf_coef mean (R - V)^2``, r the density ratio.

    Args:
        networks: what is improved.
        options: hyperparameters.
        rows: steps in a rollout, of all environments.
    """

    def __init__(self, networks: ActorCritic, options: PpoOptions, rows: int) -> None:
        self._networks, self._options, self._rows = networks, options, rows
        self.adam = Adam(networks.parameters, ADAM_EPSILON)
        inputs, actions = networks.layers.linear[0].inputs, networks.log_std.size
        self._observations = np.empty((rows, inputs), networks.dtype)
        self._actions = np.empty((rows, actions), networks.dtype)
        self._scalars = np.empty((4, rows), networks.dtype)  # old log density, advantage, return, spare
        size = min(options.batch_size, rows)
        self._batches = [slice(start, min(start + size, rows)) for start in range(0, rows, size)]
        self._workers = {
            batch: _Minibatch(networks, options, batch) for batch in {size, rows - self._batches[-1].start}
        }

    def run(self, rollout: Rollout, orders: Iterable[np.ndarray], rate: float) -> None:
        """One epoch for each of ``orders``, a permutation (rows,) of the rollout's rows, at a learning rate."""
        sources = rollout.log_density, rollout.advantages, rollout.returns
        observations = rollout.observations.reshape(self._rows, -1)
        actions = rollout.actions.reshape(self._rows, -1)
        for order in orders:
            # mode: with an array to write to, numpy checks every index before it writes, through a buffer
            np.take(observations, order, axis=0, out=self._observations, mode="clip")
            np.take(actions, order, axis=0, out=self._actions, mode="clip")
            for source, target in zip(sources, self._scalars, strict=False):
                np.take(source.reshape(-1), order, out=target, mode="clip")
            if self._options.normalize_advantage:
                self._normalise_advantages()
            for batch in self._batches:
                worker = self._workers[batch.stop - batch.start]
                worker.gradients(self._observations[batch], self._actions[batch], self._scalars[:, batch])
                self._clip_gradients()
                self.adam.step(rate)

    def _normalise_advantages(self) -> None:
        """``A = (A - mean) / (std + 1e-8)`` within each minibatch of more than one row; std with n - 1."""
        advantages = self._scalars[1]
        size = self._batches[0].stop
        whole = self._rows // size * size
        for rows in (advantages[:whole].reshape(-1, size), advantages[whole:].reshape(1, -1)):
            if rows.shape[1] > 1:
                rows -= rows.mean(axis=1, keepdims=True)
                rows /= np.sqrt((rows * rows).sum(axis=1, keepdims=True) / (rows.shape[1] - 1)) + ADVANTAGE_EPSILON

    def _clip_gradients(self) -> None:
        """``g *= min(1, max_grad_norm / (|g| + 1e-6))`` over all parameters together."""
        gradients = self._networks.parameters.gradients
        scale = self._options.max_grad_norm / (float(np.dot(gradients, gradients)) ** 0.5 + NORM_EPSILON)
        if scale < 1:
            np.multiply(gradients, scale, out=gradients)


class _Minibatch:
    """The gradients of one minibatch of B rows."""

    def __init__(self, networks: ActorCritic, options: PpoOptions, batch: int) -> None:
        self._networks, self._options, self._batch = networks, options, batch
        self._evaluator = Evaluator(networks, batch)
        self._z, self._d_mean = (np.empty((batch, networks.log_std.size), networks.dtype) for _ in range(2))
        self._d_value = np.empty((batch, 1), networks.dtype)

    def gradients(self, observations: np.ndarray, actions: np.ndarray, scalars: np.ndarray) -> None:
        """Fill the gradients of all parameters.

        Args:
            observations: (B, inputs).
            actions: (B, A).
            scalars: (3 or more, B) old log density, advantage, return.
        """
        options, networks, z = self._options, self._networks, self._z
        old, advantages, returns = scalars[:3]
        mean, value = self._evaluator.forward(observations)
        std = np.exp(networks.log_std)  # (A,)
        standardise(actions, mean, std, z)
        ratio = np.exp(log_density(z, networks.log_std) - old)  # (B,)
        # Where the clipped term is the smaller one, nothing depends on the ratio.
        clipped = np.where(advantages > 0, ratio > 1 + options.clip_range, ratio < 1 - options.clip_range)
        d_log = advantages * ratio  # dL / d log density
        d_log *= -1 / self._batch
        d_log[clipped] = 0
        # d log density / d mean = z / std, / d log_std = z^2 - 1; the entropy is sum(log_std) and a constant
        np.multiply(z, d_log[:, None], out=self._d_mean)
        d_log_std = networks.parameters.gradient["log_std"]
        np.einsum("ij,ij->j", z, self._d_mean, out=d_log_std)
        d_log_std -= float(d_log.sum()) + options.ent_coef
        np.divide(self._d_mean, std, out=self._d_mean)
        np.subtract(value[:, 0], returns, out=self._d_value[:, 0])
        np.multiply(self._d_value, 2 * options.vf_coef / self._batch, out=self._d_value)
        self._evaluator.backward(self._d_mean, self._d_value)
