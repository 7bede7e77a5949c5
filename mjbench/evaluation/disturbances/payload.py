"""A payload: a point mass at the centre of mass of the robot's root body."""

from typing import Any

from mjbench.evaluation.disturbances.condition import Condition, Effect, no_root
from mjbench.evaluation.disturbances.model_edit import ModelEdit
from mjbench.evaluation.disturbances.target import Target


def _effect(target: Target, strength: float) -> Effect:
    root = target.root
    if root is None:
        return Effect()

    def load(model: Any) -> None:
        model.body_mass[root.body] += strength * root.mass_kg

    return ModelEdit(load, constants=True)


PAYLOAD = Condition(
    "payload",
    "kg",
    "a point mass of s times the robot's mass is added at the centre of mass of its root body",
    no_root,
    _effect,
    lambda target: target.root.mass_kg if target.root is not None else 0.0,
)
