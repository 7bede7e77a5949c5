"""Affine layers of several networks that are evaluated together."""

import numpy as np

from mjbench_fast.nn.compiled import compiled
from mjbench_fast.nn.parameters import Parameters
from mjbench_fast.nn.products import Product, small


class Linear:
    """``y_i = x_i W_i + b_i`` for blocks i = 0, 1, ... that lie side by side in the columns of x and y.

    A first layer that several networks feed with one input is a single block with all their outputs.

    Args:
        weight: (blocks, inputs, outputs).
        bias: (blocks * outputs,).
        d_weight: gradients, shaped as what they belong to; written by ``backward``.
        d_bias: see ``d_weight``.
        multiply: who multiplies matrices.
    """

    def __init__(
        self,
        weight: np.ndarray,
        bias: np.ndarray,
        d_weight: np.ndarray,
        d_bias: np.ndarray,
        multiply: Product = small,
    ) -> None:
        self.weight, self.bias, self.d_weight, self.d_bias = weight, bias, d_weight, d_bias
        self.multiply = multiply
        self.blocks, self.inputs, self.outputs = weight.shape
        self._columns = [
            (slice(i * self.inputs, (i + 1) * self.inputs), slice(i * self.outputs, (i + 1) * self.outputs))
            for i in range(self.blocks)
        ]

    @staticmethod
    def shapes(name: str, inputs: int, outputs: int, blocks: int = 1) -> dict[str, tuple[int, ...]]:
        """What the layer adds to ``Parameters``."""
        return {f"{name}.weight": (blocks, inputs, outputs), f"{name}.bias": (blocks * outputs,)}

    @classmethod
    def of(cls, parameters: Parameters, name: str, multiply: Product = small) -> "Linear":
        """The layer whose parameters are called ``name``."""
        value, gradient = parameters.value, parameters.gradient
        weight, bias = f"{name}.weight", f"{name}.bias"
        return cls(value[weight], value[bias], gradient[weight], gradient[bias], multiply)

    def part(self, index: int, parts: int) -> "Linear":
        """One of ``parts`` networks alone, as a view: its block, or its share of a shared layer's outputs."""
        if self.blocks == parts:
            blocks, columns = slice(index, index + 1), slice(None)
            outputs = slice(index * self.outputs, (index + 1) * self.outputs)
        else:
            width = self.outputs // parts
            blocks, columns = slice(None), slice(index * width, (index + 1) * width)
            outputs = columns
        return Linear(
            self.weight[blocks, :, columns],
            self.bias[outputs],
            self.d_weight[blocks, :, columns],
            self.d_bias[outputs],
            self.multiply,
        )

    def forward(self, x: np.ndarray, y: np.ndarray) -> None:
        """x (B, blocks * inputs) -> y (B, blocks * outputs), overwritten."""
        self.product(x, y)
        np.add(y, self.bias, out=y)

    def product(self, x: np.ndarray, y: np.ndarray) -> None:
        """``forward`` without the bias."""
        for i, (here, there) in enumerate(self._columns):
            self.multiply(x[:, here], self.weight[i], y[:, there])

    def backward(self, x: np.ndarray, dy: np.ndarray, ones: np.ndarray) -> None:
        """``dW_i = x_i^T dy_i``, ``db = 1^T dy``.

        Args:
            x: (B, blocks * inputs) what ``forward`` was given.
            dy: (B, blocks * outputs) gradient with respect to its result.
            ones: (B,) ones: the sum over the batch is a product with them, which is faster than a reduction.
        """
        for i, (here, there) in enumerate(self._columns):
            self.multiply(x[:, here].T, dy[:, there], self.d_weight[i])
        np.dot(ones, dy, out=self.d_bias)

    def backward_input(self, dy: np.ndarray, dx: np.ndarray) -> None:
        """``dx_i = dy_i W_i^T``; dy (B, blocks * outputs) -> dx (B, blocks * inputs), overwritten."""
        for i, (here, there) in enumerate(self._columns):
            if self.outputs == 1:  # no product of matrices, whose libraries are slow at it
                _outer(dy[:, i], self.weight[i, :, 0], dx[:, here])
            else:
                self.multiply(dy[:, there], self.weight[i].T, dx[:, here])


@compiled
def _outer(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> None:
    """a (n,), b (k,) -> out (n, k)."""
    for i in range(a.size):
        for j in range(b.size):
            out[i, j] = a[i] * b[j]
