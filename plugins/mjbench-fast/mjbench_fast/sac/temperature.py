"""The weight of the entropy, fixed or learned."""

from math import exp, log
from typing import Any

import numpy as np

from mjbench_fast.nn.adam import Adam
from mjbench_fast.nn.parameters import Parameters


class Temperature:
    """``alpha = exp(l)``; learned, it minimises ``-l mean(log p + H)`` (Haarnoja et al. 2018b).

    Args:
        value: alpha, or where it begins.
        learned: whether it is learned.
        entropy: H, the entropy that is aimed at.
        dtype: of l.
    """

    def __init__(self, value: float, learned: bool, entropy: float, dtype: type[np.floating] = np.float32) -> None:
        self._fixed = None if learned else value
        self._entropy = entropy
        self.parameters = Parameters({"log": (1,)}, dtype)
        self.parameters.values[:] = log(value) if learned else 0
        self._adam = Adam(self.parameters)

    def value(self) -> float:
        """alpha as it is now."""
        return exp(self.parameters.values[0]) if self._fixed is None else self._fixed

    def improve(self, log_density: np.ndarray, rate: float) -> None:
        """One step; log_density (B,). Nothing where alpha is fixed."""
        if self._fixed is None:
            self.parameters.gradients[:] = -(float(log_density.mean()) + self._entropy)
            self._adam.step(rate)

    def losses(self, value: float, log_density: np.ndarray) -> dict[str, float]:
        """Of the step that was taken from ``value``; empty where alpha is fixed."""
        if self._fixed is not None:
            return {}
        return {"train/ent_coef_loss": -log(value) * (float(log_density.mean()) + self._entropy)}

    def capture(self) -> dict[str, Any]:
        """State for a snapshot."""
        return {"log": self.parameters.values, "adam": self._adam.capture()}

    def restore(self, state: dict[str, Any]) -> None:
        """Inverse of ``capture``."""
        self.parameters.values[:] = state["log"]
        self._adam.restore(state["adam"])
