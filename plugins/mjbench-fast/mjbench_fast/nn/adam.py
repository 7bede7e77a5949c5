"""Adam on one flat vector of parameters."""

from typing import Any

import numpy as np

from mjbench_fast.nn.compiled import compiled
from mjbench_fast.nn.parameters import Parameters

BETA1, BETA2 = 0.9, 0.999


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
        self._parameters, self._epsilon = parameters, epsilon
        self.steps = 0
        self.first = np.zeros_like(parameters.values)
        """(size,) ``m / (1 - b1)``."""
        self.second = np.zeros_like(parameters.values)
        """(size,) ``v / (1 - b2)``."""

    def step(self, rate: float, share: float = 1.0) -> None:
        """One step along ``share`` of ``parameters.gradients``."""
        self.steps += 1
        scale = ((1 - BETA2**self.steps) / (1 - BETA2)) ** 0.5
        number = self.first.dtype.type
        _step(
            self._parameters.values,
            self._parameters.gradients,
            self.first,
            self.second,
            number(share),
            number(BETA1),
            number(BETA2),
            number(rate * (1 - BETA1) / (1 - BETA1**self.steps) * scale),
            number(self._epsilon * scale),
            np.finfo(number).tiny,
        )

    def capture(self) -> dict[str, Any]:
        """State for a snapshot."""
        return {"steps": self.steps, "first": self.first, "second": self.second}

    def restore(self, state: dict[str, Any]) -> None:
        """Inverse of ``capture``."""
        self.steps = state["steps"]
        self.first[:], self.second[:] = state["first"], state["second"]


@compiled
def _step(
    values: np.ndarray,
    gradients: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    share: float,
    beta1: float,
    beta2: float,
    rate: float,
    epsilon: float,
    tiny: float,
) -> None:
    """What is no more than ``tiny`` becomes 0.

    The moments of a unit that a rectifier has shut for good only decay, and processors are slow at numbers below the
    smallest normal one.
    """
    zero = values.dtype.type(0)
    for i in range(values.size):
        g = gradients[i] * share
        m = first[i] * beta1 + g
        v = second[i] * beta2 + g * g
        first[i] = zero if abs(m) <= tiny else m
        second[i] = zero if v <= tiny else v
        values[i] -= first[i] / (np.sqrt(second[i]) + epsilon) * rate
