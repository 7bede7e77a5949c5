"""All parameters of some networks in one vector, so that an optimiser is a handful of operations on it."""

from collections.abc import Mapping
from math import prod

import numpy as np

from mjbench_fast.nn.products import zeros


class Parameters:
    """Named arrays that lie one after another in ``values``, and their gradients likewise in ``gradients``.

    Args:
        shapes: name to shape.
        dtype: of the numbers.
    """

    def __init__(self, shapes: Mapping[str, tuple[int, ...]], dtype: type[np.floating] = np.float32) -> None:
        self.shapes = dict(shapes)
        size = sum(prod(shape) for shape in shapes.values())
        self.values = zeros((size,), dtype)
        self.gradients = zeros((size,), dtype)
        self.value = self._views(self.values)
        self.gradient = self._views(self.gradients)

    def _views(self, flat: np.ndarray) -> dict[str, np.ndarray]:
        views, start = {}, 0
        for name, shape in self.shapes.items():
            views[name] = flat[start : start + prod(shape)].reshape(shape)
            start += prod(shape)
        return views
