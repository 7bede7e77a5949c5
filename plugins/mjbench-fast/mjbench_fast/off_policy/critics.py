"""Two action values and their slowly following targets (Fujimoto et al. 2018)."""

from typing import Any

import numpy as np

from mjbench_fast.nn.adam import Adam
from mjbench_fast.nn.network import Network
from mjbench_fast.nn.network_pass import NetworkPass
from mjbench_fast.nn.products import zeros
from mjbench_fast.off_policy.polyak import follow
from mjbench_fast.off_policy.replay import Batch


class Critics:
    """``Q_1(s, a)`` and ``Q_2(s, a)``, evaluated side by side.

    Args:
        size: observation size.
        actions: A.
        sizes: hidden layers.
        activation: name of the activation function.
        batch: B, rows of a batch.
        dtype: of all numbers.
    """

    def __init__(
        self,
        size: int,
        actions: int,
        sizes: list[int],
        activation: str,
        batch: int,
        dtype: type[np.floating] = np.float32,
    ) -> None:
        self.networks, self.targets = (Network(size + actions, 1, sizes, activation, 2, dtype) for _ in range(2))
        self.adam = Adam(self.networks.parameters)
        self.both = NetworkPass(self.networks.layers, self.networks.head, batch, dtype)
        self._targets = NetworkPass(self.targets.layers, self.targets.head, batch, dtype)
        self._next = zeros((batch, size + actions), dtype)
        self._d_values = zeros((batch, 2), dtype)
        self._size = size

    def initialise(self, rng: np.random.Generator) -> None:
        """Draw the weights; the targets begin equal."""
        self.networks.initialise(rng)
        self.targets.parameters.values[:] = self.networks.parameters.values

    def next_values(self, batch: Batch, actions: np.ndarray) -> np.ndarray:
        """``min_i Q'_i(s', a')`` of the targets; actions (B, A) -> (B,)."""
        self._next[:, : self._size] = batch.next_observations
        self._next[:, self._size :] = actions
        return self._targets.forward(self._next).min(axis=1)

    def improve(self, batch: Batch, wanted: np.ndarray, weight: float, rate: float) -> None:
        """One step on ``weight sum_i mean (Q_i - y)^2``.

        Args:
            batch: where.
            wanted: y (B,).
            weight: see above.
            rate: learning rate.
        """
        np.subtract(self.both.forward(batch.pairs), wanted[:, None], out=self._d_values)
        np.multiply(self._d_values, 2 * weight / len(wanted), out=self._d_values)
        self.both.backward(self._d_values)
        self.adam.step(rate)

    def loss(self, weight: float) -> float:
        """What the last ``improve`` with this weight took its step on; the gradients of the values still tell."""
        gradients = self._d_values
        return float(np.square(gradients).sum()) * len(gradients) / (4 * weight)

    def follow(self, tau: float) -> None:
        """Move the targets."""
        follow(self.targets.parameters, self.networks.parameters, tau)

    def capture(self) -> dict[str, Any]:
        """State for a snapshot."""
        return {
            "networks": self.networks.parameters.values,
            "targets": self.targets.parameters.values,
            "adam": self.adam.capture(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Inverse of ``capture``."""
        self.networks.parameters.values[:] = state["networks"]
        self.targets.parameters.values[:] = state["targets"]
        self.adam.restore(state["adam"])
