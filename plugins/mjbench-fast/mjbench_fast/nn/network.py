"""One or more multilayer perceptrons of equal shape that see the same input."""

import numpy as np

from mjbench_fast.nn.activation import ACTIVATIONS
from mjbench_fast.nn.initialisation import uniform
from mjbench_fast.nn.layers import Layers
from mjbench_fast.nn.linear import Linear
from mjbench_fast.nn.parameters import Parameters
from mjbench_fast.nn.products import large


class Network:
    """``y_i = h_i W_i + b_i`` on the hidden layers ``h_i`` of ``copies`` networks side by side, with large matrices.

    Args:
        inputs: numbers in a row of the input.
        outputs: of each network.
        sizes: hidden layers.
        activation: name of the activation function.
        copies: networks.
        dtype: of all numbers.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        sizes: list[int],
        activation: str,
        copies: int = 1,
        dtype: type[np.floating] = np.float32,
    ) -> None:
        shapes = {**Layers.shapes(inputs, sizes, copies), **Linear.shapes("head", sizes[-1], outputs, copies)}
        self.parameters = Parameters(shapes, dtype)
        self.dtype = dtype
        self.layers = Layers.of(self.parameters, ACTIVATIONS[activation], copies, large)
        self.head = Linear.of(self.parameters, "head", large)

    def initialise(self, rng: np.random.Generator) -> None:
        """Draw the weights as torch does by default."""
        for layer in (*self.layers.linear, self.head):
            uniform(layer, rng)

    def part(self, index: int) -> tuple[Layers, Linear]:
        """Hidden layers and head of one of the networks alone, as views."""
        return self.layers.part(index), self.head.part(index, self.layers.copies)
