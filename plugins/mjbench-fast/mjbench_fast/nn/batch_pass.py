"""One batch on its way through the hidden layers and back, on arrays allocated once."""

from functools import cached_property

import numpy as np

from mjbench_fast.nn.layers import Layers
from mjbench_fast.nn.products import zeros


class BatchPass:
    """Forward and backward for batches of one size.

    Args:
        layers: through which.
        batch: B, rows of a batch.
        dtype: of the numbers.
    """

    def __init__(self, layers: Layers, batch: int, dtype: type[np.floating] = np.float32) -> None:
        self._layers = layers
        self._dtype = dtype
        self.ones = np.ones(batch, dtype)
        self.hidden = [zeros((batch, width), dtype) for width in layers.widths]
        self._x = self.hidden[0]

    @cached_property
    def d_hidden(self) -> list[np.ndarray]:
        """Gradients with respect to ``hidden``; the last is what ``backward`` starts from."""
        return [zeros(array.shape, self._dtype) for array in self.hidden]

    def forward(self, x: np.ndarray) -> np.ndarray:
        """x (B, inputs) -> the last hidden layer (B, copies * width), valid until the next call."""
        self._x = x
        for layer, h in zip(self._layers.linear, self.hidden, strict=True):
            layer.product(x, h)
            self._layers.activation.forward(h, layer.bias)
            x = h
        return x

    def backward(self) -> None:
        """From ``d_hidden[-1]``, overwritten, to the gradients of all layers' parameters."""
        self._back(len(self.hidden) - 1, parameters=True)

    def backward_input(self, dx: np.ndarray) -> None:
        """From ``d_hidden[-1]``, overwritten, to dx (B, k), the gradient of the last k inputs.

        The parameters' gradients stay as they are.
        """
        self._back(len(self.hidden) - 1, parameters=False)
        first = self._layers.linear[0]
        weight = first.weight[0, first.inputs - dx.shape[1] :]  # (k, copies * width)
        first.multiply(self.d_hidden[0], weight.T, dx)

    def _back(self, last: int, parameters: bool) -> None:
        for i in range(last, -1, -1):
            layer, dz = self._layers.linear[i], self.d_hidden[i]
            self._layers.activation.backward(self.hidden[i], dz)
            if parameters:
                layer.backward(self.hidden[i - 1] if i else self._x, dz, self.ones)
            if i:
                layer.backward_input(dz, self.d_hidden[i - 1])
