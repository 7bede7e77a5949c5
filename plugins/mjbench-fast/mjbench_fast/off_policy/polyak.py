"""Target networks follow the trained ones."""

import numpy as np

from mjbench_fast.parameters import Parameters

CHUNK = 1 << 14


def follow(target: Parameters, source: Parameters, tau: float) -> None:
    """``target = (1 - tau) target + tau source``."""
    for start in range(0, target.values.size, CHUNK):
        mine = target.values[start : start + CHUNK]
        np.multiply(mine, 1 - tau, out=mine)
        np.add(mine, source.values[start : start + CHUNK] * tau, out=mine)
