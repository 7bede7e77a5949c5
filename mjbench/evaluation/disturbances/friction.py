"""Slippery ground: all contacts lose a share of their friction."""

import sys
from typing import Any

import numpy as np

from mjbench.evaluation.disturbances.condition import Condition, Effect, no_model
from mjbench.evaluation.disturbances.model_edit import ModelEdit
from mjbench.evaluation.disturbances.target import Target


def touches(model: Any) -> bool:
    """Whether two geoms that move against each other may touch with friction."""
    off = sys.modules["mujoco"].mjtDisableBit
    if model.opt.disableflags & (int(off.mjDSBL_CONTACT) | int(off.mjDSBL_CONSTRAINT)):
        return False
    if model.npair and (np.asarray(model.pair_dim) > 1).any():
        return True
    kind, affinity = np.asarray(model.geom_contype), np.asarray(model.geom_conaffinity)
    weld = np.asarray(model.body_weldid)[model.geom_bodyid]
    parent = np.asarray(model.body_weldid)[np.asarray(model.body_parentid)[weld]]
    meets = (kind[:, None] & affinity) | (affinity[:, None] & kind)
    apart = weld[:, None] != weld
    child = (weld != 0) & (parent != 0)  # a parent and its child do not touch, unless the parent is the world
    related = ((weld[:, None] == parent) & child) | ((parent[:, None] == weld) & child[:, None])
    if model.opt.disableflags & int(off.mjDSBL_FILTERPARENT):
        related = np.zeros_like(apart)
    rough = np.maximum(model.geom_condim[:, None], model.geom_condim) > 1
    return bool((meets.astype(bool) & apart & ~related & rough).any())


def _absent(target: Target) -> str:
    return no_model(target) or ("" if touches(target.model) else "it has no contacts with friction")


def _effect(target: Target, strength: float) -> Effect:
    def slip(model: Any) -> None:
        model.geom_friction *= 1.0 - strength
        model.pair_friction *= 1.0 - strength

    return ModelEdit(slip)


FRICTION = Condition(
    "friction",
    "of the friction",
    "friction of all contacts (sliding, torsional, rolling) is lower by the share s",
    _absent,
    _effect,
)
