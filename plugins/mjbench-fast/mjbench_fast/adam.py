"""Adam on one flat vector of parameters."""

from typing import Any

import numpy as np

from mjbench_fast.parameters import Parameters

BETA1, BETA2 = 0.9, 0.999
CHUNK = 1 << 14
"""Numbers that are worked on at a time: five arrays of them fit the second-level cache."""


class Adam:
    """Kingma and Ba (2015), with torch's defaults.

    ``m = b1 m + (1 - b1) g``, ``v = b2 v + (1 - b2) g^2``,
    ``p -= rate / (1 - b1^t) m / (sqrt(v / (1 - b2^t)) + epsilon)``.
    Kept are ``m / (1 - b1)`` and ``v / (1 - b2)``: the constants then act once, on scalars.

    Args:
        parameters: what to improve.
        epsilon: see above.
    """

    def __init__(self, parameters: Parameters, epsilon: float = 1e-8) -> None:
        self._epsilon = epsilon
        self.steps = 0
        self.first = np.zeros_like(parameters.values)
        """(size,) ``m / (1 - b1)``."""
        self.second = np.zeros_like(parameters.values)
        """(size,) ``v / (1 - b2)``."""
        scratch = np.empty(min(CHUNK, parameters.values.size), parameters.values.dtype)
        self._chunks = [
            (
                *(a[start : start + CHUNK] for a in (parameters.values, parameters.gradients, self.first, self.second)),
                scratch[: min(CHUNK, parameters.values.size - start)],
            )
            for start in range(0, parameters.values.size, CHUNK)
        ]

    def step(self, rate: float) -> None:
        """One step along ``parameters.gradients``."""
        self.steps += 1
        scale = ((1 - BETA2**self.steps) / (1 - BETA2)) ** 0.5
        rate *= (1 - BETA1) / (1 - BETA1**self.steps) * scale
        epsilon = self._epsilon * scale
        for value, gradient, first, second, scratch in self._chunks:
            np.multiply(first, BETA1, out=first)
            np.add(first, gradient, out=first)
            np.multiply(second, BETA2, out=second)
            np.multiply(gradient, gradient, out=scratch)
            np.add(second, scratch, out=second)
            np.sqrt(second, out=scratch)
            np.add(scratch, epsilon, out=scratch)
            np.divide(first, scratch, out=scratch)
            np.multiply(scratch, rate, out=scratch)
            np.subtract(value, scratch, out=value)

    def capture(self) -> dict[str, Any]:
        """State for a snapshot."""
        return {"steps": self.steps, "first": self.first, "second": self.second}

    def restore(self, state: dict[str, Any]) -> None:
        """Inverse of ``capture``."""
        self.steps = state["steps"]
        self.first[:], self.second[:] = state["first"], state["second"]
