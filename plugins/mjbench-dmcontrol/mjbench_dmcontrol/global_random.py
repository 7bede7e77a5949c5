"""numpy's global generator, lent to code that insists on it."""

from typing import Any

import numpy as np


class GlobalRandom:
    """A stream of its own for the code inside a ``with`` block that calls ``numpy.random.uniform`` and the like.

    Outside the block the global generator is as if the block had never run, so that neither side disturbs the other.
    """

    def __init__(self, seed: int | None = None) -> None:
        self.seed(seed)

    def seed(self, seed: int | None) -> None:
        """Start the stream anew; None draws a seed from the system."""
        self._inside: Any = np.random.RandomState(seed).get_state()

    def __enter__(self) -> None:
        self._outside: Any = np.random.get_state()
        np.random.set_state(self._inside)

    def __exit__(self, *_: object) -> None:
        self._inside = np.random.get_state()
        np.random.set_state(self._outside)
