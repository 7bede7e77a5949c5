"""The body that carries a robot through the world, and how it moves there."""

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from mjbench.evaluation.scene import FREE, HINGE, SLIDE, Robot, Scene, extent

HORIZONTAL = 0.5
"""Least horizontal part of the unit vector along which a joint moves that can be pushed."""


@dataclass(frozen=True)
class Root:
    """A body with a free joint or slides, and what hangs on it."""

    body: int
    bodies: np.ndarray
    """(number of bodies,) bool: the body and all below it."""
    dofs: tuple[int, ...]
    """Degrees of freedom that move it, each along a row of ``axes``."""
    axes: np.ndarray
    """(len(dofs), 3) in the world, as the model stands at rest."""
    mass_kg: float
    """Of all its bodies."""
    extent_m: float
    """Longest side of the box around its geoms at rest."""

    @property
    def level(self) -> np.ndarray:
        """(k, 3) unit vectors, the horizontal directions in which it can be pushed, k = 0, 1 or 2."""
        flat = self.axes * [1.0, 1.0, 0.0]
        rows = [row / np.linalg.norm(row) for row in flat if np.linalg.norm(row) > HORIZONTAL]
        return np.array(rows[:2]).reshape(-1, 3)


def rest(model: Any) -> Any:
    """MuJoCo's data of ``model`` at rest, all positions computed."""
    mujoco = sys.modules["mujoco"]  # whoever has a model has imported it
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    return data


def find_root(model: Any) -> Root | None:
    """The root with the most joints below it; None where everything is fixed to the world.

    A thing that nothing drives, such as a ball or a box, is no robot.
    """
    data = rest(model)
    driven = set(np.asarray(data.moment_colind)[: int(model.nJmom)].tolist())
    owners = np.asarray(model.jnt_bodyid)
    best: tuple[int, Root] | None = None
    for body in dict.fromkeys(owners.tolist()):
        joints = np.flatnonzero(owners == body)
        kinds = [int(model.jnt_type[joint]) for joint in joints]
        own = model.jnt_dofadr[joints].tolist()
        if FREE in kinds:
            start = own[kinds.index(FREE)]
            dofs, axes = (start, start + 1, start + 2), np.eye(3)
        elif SLIDE in kinds and int(model.body_rootid[body]) == body:
            slides = [joint for joint, kind in zip(joints.tolist(), kinds, strict=True) if kind == SLIDE]
            dofs, axes = tuple(model.jnt_dofadr[slides].tolist()), np.array(data.xaxis[slides])
        else:
            continue
        bodies = _below(model, body)
        limbs = int(np.isin(model.jnt_type[bodies[owners]], (HINGE, SLIDE, 1)).sum()) - len(joints) + (FREE in kinds)
        if (limbs > 0 or driven & set(own)) and (best is None or limbs > best[0]):
            size = extent(Scene(model, data), Robot(body, bodies, dofs, axes))
            mass = float(model.body_mass[bodies].sum())
            best = limbs, Root(body, bodies, dofs, axes, mass, size)
    return best[1] if best else None


def _below(model: Any, body: int) -> np.ndarray:
    bodies = np.zeros(model.nbody, bool)
    for other in range(1, model.nbody):  # parents come first
        bodies[other] = other == body or bodies[model.body_parentid[other]]
    return bodies
