"""MuJoCo's model and data behind an environment, and the robot in them, without importing MuJoCo.

An environment shows them by a method ``mujoco_scene() -> (MjModel, MjData)``. Without it they are looked for where
Gymnasium (``model``, ``data``) and dm_control (``physics``) keep them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from mjbench.snapshot.mujoco_state import kind

FREE, SLIDE, HINGE = 0, 2, 3
"""``mjtJoint``."""


@dataclass(frozen=True)
class Scene:
    """What can be drawn now."""

    model: Any
    data: Any


@dataclass(frozen=True)
class Robot:
    """A body that moves through the world, with its limbs."""

    body: int
    """The body that carries the joints to the world."""
    bodies: np.ndarray
    """(number of bodies,) bool: the body and all below it."""
    dofs: tuple[int, ...]
    """Degrees of freedom that move the body, each along a row of ``axes``."""
    axes: np.ndarray
    """(len(dofs), 3) in the world."""

    @property
    def planar(self) -> str:
        """``xz`` or ``xy`` for a robot that moves in a plane; empty for one that moves freely."""
        return "" if len(self.dofs) == 3 else "xz" if np.abs(self.axes[:, 2]).max() > 0.5 else "xy"


def find_scene(env: Any) -> Scene | None:
    """The scene of an environment now; None where there is no MuJoCo to be found."""
    inner = env.unwrapped
    if callable(getattr(inner, "mujoco_scene", None)):
        return Scene(*inner.mujoco_scene())
    dm_env = getattr(inner, "dm_env", None) or getattr(inner, "_env", None)  # ours; shimmy's
    for holder in (inner, getattr(inner, "physics", None), getattr(dm_env, "physics", None)):
        model, data = getattr(holder, "model", None), getattr(holder, "data", None)
        model, data = getattr(model, "ptr", model), getattr(data, "ptr", data)
        if kind(type(model)) == "MjModel" and kind(type(data)) == "MjData":
            return Scene(model, data)
    return None


def find_robot(model: Any) -> Robot | None:
    """The body with the most joints that moves freely or in a plane; None where everything is fixed to the world.

    A thing without joints of its own, such as a ball or a box, is no robot.
    """
    owners = np.asarray(model.jnt_bodyid)
    best: tuple[int, Robot] | None = None
    for body in dict.fromkeys(owners.tolist()):
        joints = np.flatnonzero(owners == body)
        kinds = [int(model.jnt_type[joint]) for joint in joints]
        if FREE in kinds:
            start = int(model.jnt_dofadr[joints[kinds.index(FREE)]])
            dofs, axes = (start, start + 1, start + 2), np.eye(3)
        elif kinds.count(SLIDE) >= 2 and HINGE in kinds:
            slides = [joint for joint, what in zip(joints, kinds, strict=True) if what == SLIDE]
            dofs, axes = tuple(int(model.jnt_dofadr[joint]) for joint in slides), model.jnt_axis[slides].copy()
        else:
            continue
        bodies = np.zeros(model.nbody, bool)
        for other in range(model.nbody):
            bodies[other] = other == body or (other > 0 and bodies[model.body_parentid[other]])
        limbs = int(bodies[owners].sum()) - len(joints)
        if limbs and (best is None or limbs > best[0]):
            best = limbs, Robot(body, bodies, dofs, axes)
    return best[1] if best else None


def extent(scene: Scene, robot: Robot) -> float:
    """Longest side of the box around the robot's geoms as it stands now, m."""
    model, data = scene.model, scene.data
    own = robot.bodies[model.geom_bodyid]
    turned = np.asarray(data.geom_xmat)[own].reshape(-1, 3, 3)
    centre = data.geom_xpos[own] + np.einsum("nij,nj->ni", turned, model.geom_aabb[own, :3])
    half = np.einsum("nij,nj->ni", np.abs(turned), model.geom_aabb[own, 3:])
    return float(((centre + half).max(axis=0) - (centre - half).min(axis=0)).max())


def push(env: Any, velocity_m_s: np.ndarray) -> bool:
    """Add a velocity (2,), x and y in the world, to the robot's root body; False where nothing can be pushed.

    An environment that computes elsewhere offers a method ``push(velocity_m_s)``.
    """
    inner = env.unwrapped
    if callable(getattr(inner, "push", None)):
        inner.push(velocity_m_s)
        return True
    scene = find_scene(env)
    robot = find_robot(scene.model) if scene is not None else None
    if scene is None or robot is None:
        return False
    scene.data.qvel[list(robot.dofs)] += robot.axes[:, :2] @ velocity_m_s
    return True
