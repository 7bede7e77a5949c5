"""Scaling of rewards by the spread of the returns that training has seen so far."""

from typing import Any

import numpy as np

from mjbench_fast.compiled import compiled
from mjbench_fast.moments import RunningMoments

EPSILON = 1e-8
CLIP = 10.0
"""Scaled rewards are clipped to +- this."""


class RewardNormaliser:
    """``r' = clip(r / sqrt(var(R) + 1e-8))``, where ``R <- gamma R + r`` is the discounted return of an episode so far.

    Args:
        active: False leaves rewards as they are.
        gamma: discount.
        environments: N.
        dtype: of what is returned.
    """

    def __init__(self, active: bool, gamma: float, environments: int, dtype: type[np.floating] = np.float32) -> None:
        self._active, self._gamma, self._dtype = active, gamma, dtype
        self._returns = np.zeros((environments, 1))
        self.seen = RunningMoments(1)

    def see(self, rewards: np.ndarray, dones: np.ndarray) -> None:
        """Take the rewards (N,) of a step into the statistics; episodes that are done (N,) begin at zero again."""
        if self._active:
            _add(rewards, self._gamma, self._returns)
            self.seen.update(self._returns)
            self._returns[dones] = 0

    def apply(self, rewards: np.ndarray) -> np.ndarray:
        """Raw -> scaled by the statistics as they are; any shape."""
        if not self._active:
            return rewards
        scaled = np.empty(rewards.shape, self._dtype)
        _scale(rewards.reshape(-1), float(self.seen.var[0] + EPSILON) ** 0.5, scaled.reshape(-1))
        return scaled

    def capture(self) -> dict[str, Any]:
        """State for a snapshot."""
        return {"returns": self._returns, "moments": self.seen.capture()}

    def restore(self, state: dict[str, Any]) -> None:
        """Inverse of ``capture``."""
        self._returns[:] = state["returns"]
        self.seen.restore(state["moments"])


@compiled
def _add(rewards: np.ndarray, gamma: float, returns: np.ndarray) -> None:
    for i in range(rewards.size):
        returns[i, 0] = returns[i, 0] * gamma + rewards[i]


@compiled
def _scale(rewards: np.ndarray, spread: float, scaled: np.ndarray) -> None:
    for i in range(rewards.size):
        x = rewards[i] / spread
        x = CLIP if x > CLIP else x
        scaled[i] = -CLIP if x < -CLIP else x
