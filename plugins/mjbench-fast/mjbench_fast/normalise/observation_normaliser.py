"""Normalisation of observations by what training has seen so far."""

from typing import Any

import numpy as np

from mjbench_fast.nn.compiled import compiled
from mjbench_fast.normalise.moments import RunningMoments, merge

EPSILON = 1e-8
CLIP = 10.0
"""Normalised observations are clipped to +- this."""


class ObservationNormaliser:
    """``o' = clip((o - mean) / sqrt(var + 1e-8))``.

    Args:
        active: False only casts.
        size: numbers in an observation.
        dtype: of what is returned.
    """

    def __init__(self, active: bool, size: int, dtype: type[np.floating] = np.float32) -> None:
        self._active, self._dtype = active, dtype
        self.seen = RunningMoments(size)
        self._std = np.ones(size)

    def see(self, observations: np.ndarray) -> np.ndarray:
        """Take the observations (N, size) after a step or reset into the statistics, then ``apply`` these."""
        if not self._active:
            return observations.astype(self._dtype)
        normalised = np.empty(observations.shape, self._dtype)
        _see(observations, self.seen.mean, self.seen.var, self.seen.count, self._std, normalised)
        self.seen.count += len(observations)
        return normalised

    def apply(self, observations: np.ndarray) -> np.ndarray:
        """(N, size) raw -> normalised by the statistics as they are; a new array."""
        if not self._active:
            return observations.astype(self._dtype)
        normalised = np.empty(observations.shape, self._dtype)
        _normalise(observations, self.seen.mean, self._std, normalised)
        return normalised

    def frozen(self) -> tuple[np.ndarray, np.ndarray] | tuple[None, None]:
        """Mean and standard deviation (size,) for a policy that is evaluated."""
        if not self._active:
            return None, None
        return self.seen.mean.astype(np.float32), self._std.astype(np.float32)

    def capture(self) -> dict[str, Any]:
        """State for a snapshot."""
        return self.seen.capture()

    def restore(self, state: dict[str, Any]) -> None:
        """Inverse of ``capture``."""
        self.seen.restore(state)
        self._std[:] = np.sqrt(self.seen.var + EPSILON)


@compiled
def _normalise(rows: np.ndarray, mean: np.ndarray, std: np.ndarray, normalised: np.ndarray) -> None:
    for i in range(rows.shape[0]):
        for j in range(rows.shape[1]):
            x = (rows[i, j] - mean[j]) / std[j]
            x = CLIP if x > CLIP else x
            normalised[i, j] = -CLIP if x < -CLIP else x


@compiled
def _see(
    rows: np.ndarray, mean: np.ndarray, var: np.ndarray, count: float, std: np.ndarray, normalised: np.ndarray
) -> None:
    merge(rows, mean, var, count)
    for j in range(std.size):
        std[j] = np.sqrt(var[j] + EPSILON)
    _normalise(rows, mean, std, normalised)
