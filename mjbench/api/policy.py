"""What a trained policy must offer."""

from __future__ import annotations  # numpy only describes arrays here; listing plugins need not import it

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np


@runtime_checkable
class Policy(Protocol):
    """A trained policy, self-contained: its observation normalisation is inside and frozen.

    It may also have ``sample(observation, generator)``, which draws actions (N, action size) from its distribution with
    a ``numpy.random.Generator``. Only ``mjbench evaluate --stochastic`` uses it: evaluations play the mode.
    """

    def act(self, observation: np.ndarray) -> np.ndarray:
        """The policy's mode for a batch. observation (N, observation size) -> action (N, action size)."""
        ...

    def save(self, folder: Path) -> None:
        """Write safetensors and JSON files into ``folder``; the same policy gives the same bytes."""
        ...
