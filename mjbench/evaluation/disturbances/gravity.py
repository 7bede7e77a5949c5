"""Stronger gravity."""

import sys
from typing import Any

import numpy as np

from mjbench.evaluation.disturbances.condition import Condition, Effect, no_model
from mjbench.evaluation.disturbances.model_edit import ModelEdit
from mjbench.evaluation.disturbances.root import rest
from mjbench.evaluation.disturbances.target import Target
from mjbench.evaluation.scene import HINGE, SLIDE

LEAST = 1e-3
"""Sine of the angle below which two axes are parallel."""


def feels(model: Any) -> bool:
    """Whether gravity moves any joint: it does not where all turn about vertical axes or slide level."""
    gravity = np.array(model.opt.gravity)
    if model.opt.disableflags & int(sys.modules["mujoco"].mjtDisableBit.mjDSBL_GRAVITY) or not gravity.any():
        return False
    down = gravity / np.linalg.norm(gravity)
    axes = np.asarray(rest(model).xaxis) @ down
    kinds = np.asarray(model.jnt_type)
    turns = (kinds == HINGE) & (np.abs(axes) < 1.0 - LEAST**2 / 2)
    slides = (kinds == SLIDE) & (np.abs(axes) > LEAST)
    return bool((turns | slides | ~np.isin(kinds, (HINGE, SLIDE))).any())


def _absent(target: Target) -> str:
    return no_model(target) or ("" if feels(target.model) else "gravity moves nothing in it")


def _effect(target: Target, strength: float) -> Effect:
    def pull(model: Any) -> None:
        model.opt.gravity[:] *= 1.0 + strength

    return ModelEdit(pull)


GRAVITY = Condition(
    "gravity",
    "of the gravity",
    "gravity is stronger by the share s",
    _absent,
    _effect,
)
