"""What conditions are looked up for: a task, and MuJoCo's model in its environments."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mjbench.evaluation.disturbances.physics import find_physics
from mjbench.evaluation.disturbances.root import Root, find_root
from mjbench.spec.task import TaskSpec


@dataclass(frozen=True)
class Target:
    """One task. Nothing here depends on the state of its environments."""

    task: TaskSpec
    model: Any
    """MuJoCo's model of an undisturbed environment; None where none can be found."""
    control_s: float | None
    """Time between two actions, s; None where the environment does not say it."""

    @classmethod
    def of(cls, task: TaskSpec, batch: Any) -> "Target":
        """Of a batch of the task that has been reset."""
        physics = find_physics(batch)
        rate = batch.metadata.get("render_fps")
        return cls(task, physics.models()[0] if physics else None, 1.0 / float(rate) if rate else None)

    @cached_property
    def root(self) -> Root | None:
        """Of its robot; None where that is fixed to the world, or there is no model."""
        return find_root(self.model) if self.model is not None else None
