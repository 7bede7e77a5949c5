"""Observations on which an exported file is compared with the policy."""

from typing import Any

import numpy as np

from mjbench.api.policy import Policy
from mjbench.policies.mlp import MlpPolicy

PLAYED = 900
EXTREME = 100
FARTHEST = 1e3
"""Extreme observations are up to this many ranges away from the middle of the others."""


def played(env: Any, policy: Policy, seed: int, count: int = PLAYED) -> np.ndarray:
    """Observations of the policy's own episodes, (count, observation size) float32."""
    rows: list[np.ndarray] = []
    while len(rows) < count:
        observation, _ = env.reset(seed=seed)
        seed, over = seed + 1, False
        while not over and len(rows) < count:
            rows.append(np.asarray(observation, np.float32))
            observation, _, terminated, truncated, _ = env.step(policy.act(observation[None])[0])
            over = terminated or truncated
    return np.stack(rows)


def made_up(policy: Policy, size: int, count: int = PLAYED) -> np.ndarray:
    """Normal random numbers, spread as the policy's own statistics where it has any; (count, size) float32."""
    rows = np.random.default_rng(0).standard_normal((count, size))
    if isinstance(policy, MlpPolicy) and policy.observation_mean is not None and policy.observation_std is not None:
        rows = policy.observation_mean + policy.observation_std * rows
    return rows.astype(np.float32)


def extreme(others: np.ndarray, count: int = EXTREME) -> np.ndarray:
    """Corners far outside of the range of ``others``, and zero; (count, size) float32."""
    draw = np.random.default_rng(1)
    low, high = others.min(axis=0).astype(float), others.max(axis=0).astype(float)
    distance = np.geomspace(1.0, FARTHEST, count - 1)[:, None]
    signs = draw.choice([-1.0, 1.0], (count - 1, others.shape[1]))
    rows = (low + high) / 2 + np.maximum(high - low, 1.0) * distance * signs
    return np.vstack([np.zeros((1, others.shape[1])), rows]).astype(np.float32)
