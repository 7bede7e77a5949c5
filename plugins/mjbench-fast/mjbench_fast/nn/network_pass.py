"""One batch on its way through whole networks and back, on arrays allocated once."""

import numpy as np

from mjbench_fast.nn.batch_pass import BatchPass
from mjbench_fast.nn.layers import Layers
from mjbench_fast.nn.linear import Linear
from mjbench_fast.nn.products import zeros


class NetworkPass:
    """Forward and backward for batches of one size.

    Args:
        layers: hidden layers of the networks.
        head: their last layer.
        batch: B, rows of a batch.
        dtype: of the numbers.
    """

    def __init__(self, layers: Layers, head: Linear, batch: int, dtype: type[np.floating] = np.float32) -> None:
        self._head = head
        self._hidden = BatchPass(layers, batch, dtype)
        self.outputs = zeros((batch, head.blocks * head.outputs), dtype)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """x (B, inputs) -> (B, copies * outputs), valid until the next call."""
        self._head.forward(self._hidden.forward(x), self.outputs)
        return self.outputs

    def backward(self, dy: np.ndarray) -> None:
        """dy (B, copies * outputs) -> the gradients of all parameters."""
        self._head.backward(self._hidden.hidden[-1], dy, self._hidden.ones)
        self._head.backward_input(dy, self._hidden.d_hidden[-1])
        self._hidden.backward()

    def backward_input(self, dy: np.ndarray, dx: np.ndarray) -> None:
        """dy (B, copies * outputs) -> dx (B, k), the gradient of the last k inputs; parameters' stay as they are."""
        self._head.backward_input(dy, self._hidden.d_hidden[-1])
        self._hidden.backward_input(dx)
