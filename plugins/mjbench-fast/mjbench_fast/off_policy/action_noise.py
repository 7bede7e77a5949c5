"""Noise that is added to actions while exploring."""

import numpy as np

THETA, STEP_S = 0.15, 0.01


class ActionNoise:
    """``x = (1 - rate) x + scale e``, e standard normal, for each environment and action.

    Independent noise has rate 1 and scale ``std``. The Ornstein-Uhlenbeck process
    ``dx = -theta x dt + std dW`` has rate ``theta dt`` and scale ``std sqrt(dt)``.

    Args:
        kind: key of ``NOISES``.
        std: its standard deviation.
        shape: (N, A).
    """

    def __init__(self, kind: str, std: float, shape: tuple[int, int]) -> None:
        self._keep, factor = NOISES[kind]
        self._scale = std * factor
        self.x = np.zeros(shape)

    def draw(self, rng: np.random.Generator) -> np.ndarray | None:
        """The noise (N, A) of the next step; None where there is none."""
        if not self._scale:
            return None
        self.x = self._keep * self.x + self._scale * rng.standard_normal(self.x.shape)
        return self.x

    def reset(self, environment: int) -> None:
        """Begin a new episode."""
        self.x[environment] = 0


NOISES = {"none": (0.0, 0.0), "normal": (0.0, 1.0), "ornstein-uhlenbeck": (1 - THETA * STEP_S, STEP_S**0.5)}
"""What is kept of the last value, and by how much the standard deviation is multiplied."""
