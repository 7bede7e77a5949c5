"""The hidden layers of one or more networks of equal shape that see the same input."""

from itertools import pairwise

from mjbench_fast.nn.activation import Activation
from mjbench_fast.nn.linear import Linear
from mjbench_fast.nn.parameters import Parameters
from mjbench_fast.nn.products import Product, small


class Layers:
    """``h_0 = f(x W_0 + b_0)``, ``h_l = f(h_{l-1} W_l + b_l)`` for ``copies`` networks side by side.

    Args:
        linear: the affine layers.
        activation: f.
        copies: networks.
    """

    def __init__(self, linear: list[Linear], activation: Activation, copies: int = 1) -> None:
        self.linear, self.activation, self.copies = linear, activation, copies
        self.widths = [layer.blocks * layer.outputs for layer in linear]

    @staticmethod
    def shapes(inputs: int, sizes: list[int], copies: int = 1) -> dict[str, tuple[int, ...]]:
        """What the layers add to ``Parameters``: ``hidden.0.weight``, ..."""
        shapes = Linear.shapes("hidden.0", inputs, copies * sizes[0])
        for layer, (before, after) in enumerate(pairwise(sizes), 1):
            shapes |= Linear.shapes(f"hidden.{layer}", before, after, copies)
        return shapes

    @classmethod
    def of(cls, parameters: Parameters, activation: Activation, copies: int = 1, multiply: Product = small) -> "Layers":
        """The layers that lie in ``parameters`` under the names of ``shapes``."""
        count = sum(name.startswith("hidden.") and name.endswith(".weight") for name in parameters.shapes)
        linear = [Linear.of(parameters, f"hidden.{layer}", multiply) for layer in range(count)]
        return cls(linear, activation, copies)

    def part(self, index: int) -> "Layers":
        """One of the networks alone, as a view."""
        return Layers([layer.part(index, self.copies) for layer in self.linear], self.activation)
