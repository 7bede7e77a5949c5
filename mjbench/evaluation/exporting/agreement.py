"""How far an exported file is from the policy."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mjbench.api.exporter import Act
from mjbench.api.policy import Policy
from mjbench.errors import MjbenchError
from mjbench.policies.mlp import MlpPolicy

TOLERANCE = 1e-5
ROUNDING = 10.0
"""Times the rounding error of the policy itself that a file may be off, where that is more than the tolerance."""


@dataclass(frozen=True)
class Agreement:
    """The largest difference between actions, over some observations."""

    observations: str
    """What they are, for people: ``played``, ``extreme``."""
    count: int
    difference: float
    """Infinite where the file gave numbers that are not finite, or of another shape."""
    rounding: float
    """Largest difference between the policy in single precision and in double precision, on the same observations."""
    tolerance: float

    @property
    def allowed(self) -> float:
        """The largest difference that counts as agreement.

        Two programs add the products of a layer in different orders. Where that alone moves an action by more than the
        tolerance, a file is held to a multiple of the policy's own rounding error.
        """
        return max(self.tolerance, ROUNDING * self.rounding)

    @property
    def agrees(self) -> bool:
        """Whether the difference is small enough."""
        return self.difference <= self.allowed


def compare(policy: Policy, act: Act, groups: Mapping[str, np.ndarray], tolerance: float) -> list[Agreement]:
    """The policy and a file on each group of observations, (N, observation size) float32.

    Raises:
        MjbenchError: the policy itself gives numbers that are not finite.
    """
    found: list[Agreement] = []
    for name, observations in groups.items():
        with np.errstate(all="ignore"):
            ours, theirs = policy.act(observations), np.asarray(act(observations))
        if not np.isfinite(ours).all():
            raise MjbenchError(f"the policy gives actions that are not finite on {name} observations")
        difference = float("inf")
        if theirs.shape == ours.shape and np.isfinite(theirs).all():
            difference = float(np.abs(ours - theirs).max())
        rounding = 0.0
        if isinstance(policy, MlpPolicy):
            rounding = float(np.abs(ours - in_double_precision(policy, observations)).max())
        found.append(Agreement(name, len(observations), difference, rounding, tolerance))
    return found


def in_double_precision(policy: MlpPolicy, observations: np.ndarray) -> np.ndarray:
    """The policy's actions with all sums in double precision, (N, action size) float64."""
    x = observations.astype(np.float64)
    if policy.observation_mean is not None and policy.observation_std is not None:
        x = (x - policy.observation_mean.astype(float)) / policy.observation_std.astype(float)
        x = np.clip(x, -policy.observation_clip, policy.observation_clip)
    for layer, (weight, bias) in enumerate(zip(policy.weights, policy.biases, strict=True)):
        x = x @ weight.T.astype(float) + bias
        if layer < len(policy.weights) - 1:
            x = {"tanh": np.tanh, "relu": _relu, "elu": _elu}[policy.activation](x)
    low, high = policy.action_low.astype(float), policy.action_high.astype(float)
    return low + (np.tanh(x) + 1) / 2 * (high - low) if policy.squash == "tanh" else np.clip(x, low, high)


def _relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0.0)


def _elu(x: np.ndarray) -> np.ndarray:
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0.0)))
