"""MuJoCo's models and velocities in a batch: of its own where it offers them, else of its single environments."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mjbench.api.physics import PhysicsBatch
from mjbench.envs.vector import SingleEnvs
from mjbench.evaluation.scene import find_scene


@dataclass(frozen=True)
class Physics:
    """What can be changed. Environments may replace their model at a reset, so nothing is kept."""

    batch: Any

    def models(self) -> Sequence[Any]:
        """Every model once: one that all environments share, or one for each."""
        if isinstance(self.batch, PhysicsBatch):
            return list(self.batch.physics_models())
        return [scene.model for env in self.batch.envs if (scene := find_scene(env)) is not None]

    def push(self, row: int, dofs: Sequence[int], velocity: np.ndarray) -> None:
        """Add ``velocity`` to degrees of freedom of one environment."""
        if isinstance(self.batch, PhysicsBatch):
            self.batch.physics_velocities()[row, list(dofs)] += velocity
        elif (scene := find_scene(self.batch.envs[row])) is not None:
            scene.data.qvel[list(dofs)] += velocity


def find_physics(batch: Any) -> Physics | None:
    """The physics of a batch that has been reset; None where no MuJoCo is to be found."""
    single = isinstance(batch, SingleEnvs) and find_scene(batch.envs[0]) is not None
    return Physics(batch) if single or isinstance(batch, PhysicsBatch) else None
