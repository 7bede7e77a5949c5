"""What a native batch offers so that evaluation can disturb its physics."""

from __future__ import annotations  # numpy only describes arrays here; listing plugins need not import it

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np


@runtime_checkable
class PhysicsBatch(Protocol):
    """A ``gymnasium.vector.VectorEnv`` that computes with MuJoCo itself, such as by ``mujoco.rollout``.

    Batches of single environments need none of this: MuJoCo is found in each of them. A batch without these methods
    can be disturbed by what does not touch its physics, such as delayed actions.
    """

    def physics_models(self) -> Sequence[Any]:
        """The ``MjModel`` that all environments share, or one for each. What is written there counts from the next
        step on."""
        ...

    def physics_velocities(self) -> np.ndarray:
        """Velocities (N, nv), a view: what is written there counts from the next step on."""
        ...
