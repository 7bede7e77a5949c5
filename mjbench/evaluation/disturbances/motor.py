"""Weak motors: every actuator gives a smaller force for the same control."""

from typing import Any

import numpy as np

from mjbench.evaluation.disturbances.condition import Condition, Effect, no_model
from mjbench.evaluation.disturbances.model_edit import ModelEdit
from mjbench.evaluation.disturbances.target import Target

LINEAR = (0, 1)
"""``mjtGain`` and ``mjtBias`` of which the force is proportional to three parameters."""


def _absent(target: Target) -> str:
    if reason := no_model(target):
        return reason
    kinds = np.concatenate([target.model.actuator_gaintype, target.model.actuator_biastype])
    if not kinds.size:
        return "it has no motors"
    return "" if np.isin(kinds, LINEAR).all() else "its actuators are no motors, such as muscles"


def _effect(target: Target, strength: float) -> Effect:
    def weaken(model: Any) -> None:
        for array in (
            model.actuator_gainprm[:, :3],
            model.actuator_biasprm[:, :3],
            model.actuator_forcerange,
            model.jnt_actfrcrange,
            model.tendon_actfrcrange,
        ):
            array *= 1.0 - strength

    return ModelEdit(weaken)


MOTOR = Condition(
    "motor",
    "of the force",
    "the force of each motor, and its limits, are lower by the share s",
    _absent,
    _effect,
)
