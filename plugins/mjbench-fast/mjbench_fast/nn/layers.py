"""The hidden layers of one or more networks of equal shape that see the same input and may share their first layers."""

from collections.abc import Sequence
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
        shared: how many of the first layers belong to all networks.
    """

    def __init__(self, linear: list[Linear], activation: Activation, copies: int = 1, shared: int = 0) -> None:
        self.linear, self.activation, self.copies, self.shared = linear, activation, copies, shared
        self.widths = [layer.blocks * layer.outputs for layer in linear]

    @staticmethod
    def shapes(
        inputs: int, sizes: Sequence[int], copies: int = 1, shared: Sequence[int] = ()
    ) -> dict[str, tuple[int, ...]]:
        """What the layers add to ``Parameters``: ``hidden.0.weight``, ...

        Args:
            inputs: numbers in a row of the input.
            sizes: of the layers that each network has.
            copies: networks.
            shared: sizes of the layers before them, which all networks share.
        """
        widths = [inputs, *shared, copies * sizes[0]]
        shapes: dict[str, tuple[int, ...]] = {}
        for layer, (before, after) in enumerate(pairwise(widths)):
            shapes |= Linear.shapes(f"hidden.{layer}", before, after)
        for layer, (before, after) in enumerate(pairwise(sizes), len(widths) - 1):
            shapes |= Linear.shapes(f"hidden.{layer}", before, after, copies)
        return shapes

    @classmethod
    def of(
        cls,
        parameters: Parameters,
        activation: Activation,
        copies: int = 1,
        multiply: Product = small,
        shared: int = 0,
    ) -> "Layers":
        """The layers that lie in ``parameters`` under the names of ``shapes``."""
        count = sum(name.startswith("hidden.") and name.endswith(".weight") for name in parameters.shapes)
        linear = [Linear.of(parameters, f"hidden.{layer}", multiply) for layer in range(count)]
        return cls(linear, activation, copies, shared)

    def part(self, index: int) -> "Layers":
        """One of the networks alone, as a view; what all share is a part of each."""
        own = [layer.part(index, self.copies) for layer in self.linear[self.shared :]]
        return Layers([*self.linear[: self.shared], *own], self.activation)
