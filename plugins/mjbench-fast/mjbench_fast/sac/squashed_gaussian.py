"""Actions drawn from a diagonal Gaussian and squashed into -1..1, their density and its derivatives."""

import numpy as np

from mjbench_fast.nn.gaussian import HALF_LOG_2PI

LOG_STD_LOW, LOG_STD_HIGH = -20.0, 2.0
EPSILON = 1e-6


class SquashedGaussian:
    """``a = tanh(u)``, ``u = mean + exp(log_std) e``, e standard normal; ``log_std`` is clipped to -20..2.

    ``log p(a) = sum_j (-e_j^2 / 2 - log_std_j - log(2 pi) / 2 - log(1 - a_j^2 + 1e-6))``.
    """

    def __init__(self) -> None:
        self.action = self.log_density = np.empty(0)

    def draw(self, outputs: np.ndarray, noise: np.ndarray) -> None:
        """Set ``action`` (B, A) and ``log_density`` (B,).

        Args:
            outputs: (B, 2 A) mean and log_std before it is clipped, side by side.
            noise: e (B, A).
        """
        size = noise.shape[1]
        self._raw = outputs[:, size:]
        log_std = np.minimum(np.maximum(self._raw, LOG_STD_LOW), LOG_STD_HIGH)
        self._spread = np.exp(log_std) * noise
        self.action = np.tanh(outputs[:, :size] + self._spread)
        self._slope = 1 - self.action * self.action  # da / du
        terms = 0.5 * noise * noise + log_std + np.log(self._slope + EPSILON) + HALF_LOG_2PI
        self.log_density = -terms.sum(axis=1)

    def backward(self, d_action: np.ndarray, d_log_density: float, d_outputs: np.ndarray) -> None:
        """From the gradients of what ``draw`` set to that of ``outputs``.

        ``d log p / du = 2 a (1 - a^2) / (1 - a^2 + 1e-6)``, ``d log p / d log_std = -1`` beside what comes through u,
        ``du / d mean = 1``, ``du / d log_std = exp(log_std) e``.

        Args:
            d_action: (B, A).
            d_log_density: the same for every row.
            d_outputs: (B, 2 A), overwritten.
        """
        size = d_action.shape[1]
        d_u = d_outputs[:, :size]
        np.divide(self._slope, self._slope + EPSILON, out=d_u)
        np.multiply(d_u, self.action, out=d_u)
        np.multiply(d_u, 2 * d_log_density, out=d_u)
        np.add(d_u, d_action * self._slope, out=d_u)
        d_log_std = d_outputs[:, size:]
        np.multiply(d_u, self._spread, out=d_log_std)
        np.subtract(d_log_std, d_log_density, out=d_log_std)
        np.multiply(d_log_std, (self._raw >= LOG_STD_LOW) & (self._raw <= LOG_STD_HIGH), out=d_log_std)
