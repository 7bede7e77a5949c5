"""Scaling of rewards by the spread of the returns that training has seen so far."""

from typing import Any

import numpy as np

EPSILON = 1e-8
CLIP = 10.0
"""Scaled rewards are clipped to +- this."""


class RewardNormaliser:
    """``r' = clip(r / sqrt(var(R) + 1e-8))``, where ``R <- gamma R + r`` is the discounted return of an episode so far.

    One number an environment: Python's floats are faster here than arrays.

    Args:
        active: False leaves rewards as they are.
        gamma: discount.
        environments: N.
        dtype: of what is returned.
    """

    def __init__(self, active: bool, gamma: float, environments: int, dtype: type[np.floating] = np.float32) -> None:
        self._active, self._gamma, self._dtype = active, gamma, dtype
        self._returns = [0.0] * environments
        self._mean, self._var, self._count = 0.0, 1.0, 1e-4

    def see(self, rewards: np.ndarray, dones: np.ndarray) -> None:
        """Take the rewards (N,) of a step into the statistics; episodes that are done (N,) begin at zero again."""
        if not self._active:
            return
        returns = [total * self._gamma + reward for total, reward in zip(self._returns, rewards.tolist(), strict=True)]
        self._merge(returns)
        self._returns = [0.0 if done else total for total, done in zip(returns, dones.tolist(), strict=True)]

    def apply(self, rewards: np.ndarray) -> np.ndarray:
        """Raw -> scaled by the statistics as they are; any shape."""
        if not self._active:
            return rewards
        scaled = rewards / (self._var + EPSILON) ** 0.5
        return np.minimum(np.maximum(scaled, -CLIP), CLIP).astype(self._dtype, copy=False)

    def capture(self) -> dict[str, Any]:
        """State for a snapshot."""
        return {"returns": self._returns, "moments": (self._mean, self._var, self._count)}

    def restore(self, state: dict[str, Any]) -> None:
        """Inverse of ``capture``."""
        self._returns = list(state["returns"])
        self._mean, self._var, self._count = state["moments"]

    def _merge(self, returns: list[float]) -> None:
        """As ``RunningMoments.update``, for numbers."""
        count = len(returns)
        mean = sum(returns) / count
        spread = sum((value - mean) ** 2 for value in returns)
        delta, total = mean - self._mean, self._count + count
        self._var = (self._var * self._count + spread + delta * delta * self._count * count / total) / total
        self._mean += delta * count / total
        self._count = total
