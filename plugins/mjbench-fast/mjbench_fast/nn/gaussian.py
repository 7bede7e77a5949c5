"""The diagonal Gaussian that actions are drawn from: density, entropy and derivatives."""

import math

import numpy as np

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def standardise(action: np.ndarray, mean: np.ndarray, std: np.ndarray, z: np.ndarray) -> None:
    """``z = (action - mean) / std``; all (B, A) but std, (A,)."""
    np.subtract(action, mean, out=z)
    np.divide(z, std, out=z)


def log_density(z: np.ndarray, log_std: np.ndarray) -> np.ndarray:
    """``sum_j (-z_j^2 / 2 - log_std_j - log(2 pi) / 2)``; z (B, A), log_std (A,) -> (B,)."""
    constant = float(log_std.sum()) + HALF_LOG_2PI * log_std.size
    return -0.5 * np.einsum("ij,ij->i", z, z) - constant
