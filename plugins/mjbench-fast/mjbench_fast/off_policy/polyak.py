"""Target networks follow the trained ones."""

import numpy as np

from mjbench_fast.nn.compiled import compiled
from mjbench_fast.nn.parameters import Parameters


def follow(target: Parameters, source: Parameters, tau: float) -> None:
    """``target = (1 - tau) target + tau source``."""
    number = target.values.dtype.type
    _follow(target.values, source.values, number(1 - tau), number(tau))


@compiled
def _follow(target: np.ndarray, source: np.ndarray, keep: float, take: float) -> None:
    for i in range(target.size):
        target[i] = target[i] * keep + source[i] * take
