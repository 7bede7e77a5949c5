"""Scaling of rewards by the spread of the returns that training has seen so far."""

from typing import Any

import numpy as np

from mjbench_fast.nn.compiled import compiled
from mjbench_fast.normalise.moments import RunningMoments, merge

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
        scaled = rewards.astype(self._dtype, order="C")  # or flattening it would copy
        _scale(scaled.reshape(-1), self.seen.var[0])
        return scaled

    def see_rollout(self, rewards: np.ndarray, dones: np.ndarray) -> None:
        """``see`` and ``apply`` step after step: rewards (N, T), scaled in place, and dones (N, T)."""
        if self._active:
            seen = self.seen
            seen.count = _see_rollout(rewards, dones, self._gamma, self._returns, seen.mean, seen.var, seen.count)

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
def _scale(rewards: np.ndarray, var: float) -> None:
    spread = np.sqrt(var + EPSILON)
    for i in range(rewards.size):
        x = rewards[i] / spread
        x = CLIP if x > CLIP else x
        rewards[i] = -CLIP if x < -CLIP else x


@compiled
def _see_rollout(
    rewards: np.ndarray,
    dones: np.ndarray,
    gamma: float,
    returns: np.ndarray,
    mean: np.ndarray,
    var: np.ndarray,
    count: float,
) -> float:
    """-> the count after it."""
    for t in range(rewards.shape[1]):
        _add(rewards[:, t], gamma, returns)
        merge(returns, mean, var, count)
        count += returns.size
        for i in range(returns.size):
            if dones[i, t]:
                returns[i] = 0
        _scale(rewards[:, t], var[0])
    return count
