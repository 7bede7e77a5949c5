"""The update of PPO: epochs of minibatches over one rollout."""

from collections.abc import Iterable

import numpy as np

from mjbench_fast.nn.adam import Adam
from mjbench_fast.nn.compiled import compiled
from mjbench_fast.nn.gaussian import HALF_LOG_2PI
from mjbench_fast.ppo.actor_critic import ActorCritic, ActorCriticPass
from mjbench_fast.ppo.losses import Losses
from mjbench_fast.ppo.options import PpoOptions
from mjbench_fast.ppo.rollout import Rollout

ADAM_EPSILON = 1e-5
ADVANTAGE_EPSILON = 1e-8
NORM_EPSILON = 1e-6


class Update:
    """``L = -mean min(A r, A clip(r, 1 - c, 1 + c)) - ent_coef H + vf_coef mean (R - V)^2``, r the density ratio.

    After each step, a standard deviation below ``std_min`` is set to it, so that its gradient can raise it again.

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

    def run(self, rollout: Rollout, orders: Iterable[np.ndarray], rate: float, losses: Losses | None = None) -> None:
        """One epoch for each of ``orders``, a permutation (rows,) of the rollout's rows, at a learning rate.

        ``losses`` takes every minibatch, where somebody listens.
        """
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
                if losses is not None:
                    log_std = self._networks.log_std
                    losses.add(self._actions[batch], worker.mean, worker.value, log_std, self._scalars[:, batch])
                self.adam.step(rate, self._clipped())
                if self._options.std_min:
                    np.maximum(self._networks.log_std, self._options.log_std_min, out=self._networks.log_std)

    def _normalise_advantages(self) -> None:
        """``A = (A - mean) / (std + 1e-8)`` within each minibatch of more than one row; std with n - 1."""
        advantages = self._scalars[1]
        size = self._batches[0].stop
        whole = self._rows // size * size
        for rows in (advantages[:whole].reshape(-1, size), advantages[whole:].reshape(1, -1)):
            if rows.shape[1] > 1:
                rows -= rows.mean(axis=1, keepdims=True)
                rows /= np.sqrt((rows * rows).sum(axis=1, keepdims=True) / (rows.shape[1] - 1)) + ADVANTAGE_EPSILON

    def _clipped(self) -> float:
        """The share of the gradients that is followed: ``min(1, max_grad_norm / (|g| + 1e-6))``, |g| of all of them."""
        gradients = self._networks.parameters.gradients
        share = self._options.max_grad_norm / (float(np.dot(gradients, gradients)) ** 0.5 + NORM_EPSILON)
        return 1.0 if share >= 1 else share


class _Minibatch:
    """The gradients of one minibatch of B rows."""

    def __init__(self, networks: ActorCritic, options: PpoOptions, batch: int) -> None:
        self._networks, self._options = networks, options
        self._pass = ActorCriticPass(networks, batch)
        self._d_mean = np.empty((batch, networks.log_std.size), networks.dtype)
        self._d_value = np.empty((batch, 1), networks.dtype)
        self.mean, self.value = self._pass.mean, self._pass.value

    def gradients(self, observations: np.ndarray, actions: np.ndarray, scalars: np.ndarray) -> None:
        """Fill the gradients of all parameters.

        Args:
            observations: (B, inputs).
            actions: (B, A).
            scalars: (3 or more, B) old log density, advantage, return.
        """
        networks, number = self._networks, self._networks.dtype
        mean, value = self._pass.forward(observations)
        _loss_gradients(
            actions,
            mean,
            value,
            networks.log_std,
            scalars,
            number(self._options.clip_range),
            number(self._options.vf_coef),
            number(self._options.ent_coef),
            self._d_mean,
            self._d_value,
            networks.parameters.gradient["log_std"],
        )
        self._pass.backward(self._d_mean, self._d_value)


@compiled
def _loss_gradients(
    actions: np.ndarray,
    mean: np.ndarray,
    value: np.ndarray,
    log_std: np.ndarray,
    scalars: np.ndarray,
    clip_range: float,
    vf_coef: float,
    ent_coef: float,
    d_mean: np.ndarray,
    d_value: np.ndarray,
    d_log_std: np.ndarray,
) -> None:
    """From mean (B, A), value (B, 1) and log_std (A,) to the gradients of the loss with respect to them.

    ``d log density / d mean = z / std``, ``/ d log_std = z^2 - 1``; the entropy is ``sum(log_std)`` and a constant.
    """
    rows, size = actions.shape
    number = mean.dtype.type
    one, half = number(1), number(0.5)
    share = one / number(rows)
    constant = log_std.sum() + number(HALF_LOG_2PI) * number(size)
    std = np.exp(log_std)
    d_log_std[:] = -ent_coef
    for i in range(rows):
        squares = number(0)
        for j in range(size):
            z = (actions[i, j] - mean[i, j]) / std[j]
            d_mean[i, j] = z
            squares += z * z
        ratio = np.exp(-half * squares - constant - scalars[0, i])
        advantage = scalars[1, i]
        # Where the clipped term is the smaller one, nothing depends on the ratio.
        clipped = ratio > one + clip_range if advantage > 0 else ratio < one - clip_range
        d_log = number(0) if clipped else -share * advantage * ratio  # dL / d log density
        for j in range(size):
            z = d_mean[i, j]
            d_log_std[j] += d_log * (z * z - one)
            d_mean[i, j] = d_log * z / std[j]
        d_value[i, 0] = number(2) * vf_coef * share * (value[i, 0] - scalars[2, i])
