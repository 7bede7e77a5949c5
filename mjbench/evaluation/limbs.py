"""The joints and the feet of a model, without importing MuJoCo.

An environment that knows its feet offers a method ``foot_contacts() -> {name: bool}``, by which it says after each step
which of them stand. Without it they are looked for in the model: ends of limbs that are called a foot, or that are the
lowest when an episode begins.
"""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mjbench.evaluation.scene import HINGE, SLIDE, Robot, Scene, find_robot, find_scene

FOOT = re.compile(r"foot|feet|toe|ankle|hoof|paw", re.IGNORECASE)
LOWEST = 0.15
"""Of the robot's height: an end of a limb that is not further above the lowest one is a foot."""
MOST_FEET = 8
"""A robot with more ends of limbs on the ground is none that walks."""

Contacts = Callable[[], Mapping[str, bool]]
"""Which feet stand now, by name."""


@dataclass(frozen=True)
class Joint:
    """A hinge or a slide."""

    name: str
    qpos: int
    dof: int
    unit: str
    """``rad`` or ``m``."""
    limits: tuple[float, float] | None
    driven: bool
    """Whether an actuator acts on it directly."""


def find_joints(model: Any) -> list[Joint]:
    """The hinges and slides of the robot, without those that carry it through the world; of all, without a robot."""
    robot = find_robot(model)
    driven = {int(model.actuator_trnid[i, 0]) for i in range(model.nu) if model.actuator_trntype[i] in (0, 1)}
    found: list[Joint] = []
    for joint in range(model.njnt):
        kind, body = int(model.jnt_type[joint]), int(model.jnt_bodyid[joint])
        if kind not in (SLIDE, HINGE) or (robot is not None and (body == robot.body or not robot.bodies[body])):
            continue
        limits = model.jnt_range[joint]
        found.append(
            Joint(
                model.joint(joint).name or f"joint {joint}",
                int(model.jnt_qposadr[joint]),
                int(model.jnt_dofadr[joint]),
                "rad" if kind == HINGE else "m",
                (float(limits[0]), float(limits[1])) if model.jnt_limited[joint] else None,
                joint in driven,
            )
        )
    return found


def find_feet(env: Any) -> Contacts | None:
    """A function that says which feet stand; None where there is no robot with feet.

    At the beginning of an episode, as the height of a limb's end may decide.
    """
    inner = env.unwrapped
    if callable(getattr(inner, "foot_contacts", None)):
        return inner.foot_contacts
    scene = find_scene(env)
    robot = find_robot(scene.model) if scene is not None else None
    if scene is None or robot is None or robot.planar == "xy":
        return None
    feet = _feet(scene, robot)
    return _contacts(env, robot, feet) if 0 < len(feet) <= MOST_FEET else None


def _feet(scene: Scene, robot: Robot) -> dict[str, int]:
    """Bodies by name."""
    model = scene.model
    parents = set(model.body_parentid[1:].tolist())
    solid = (model.geom_contype != 0) | (model.geom_conaffinity != 0)
    ends: dict[str, int] = {}
    for body in np.flatnonzero(robot.bodies).tolist():
        geoms = np.flatnonzero((model.geom_bodyid == body) & solid)
        if body not in parents and len(geoms):
            names = [model.body(body).name, *(model.geom(geom).name for geom in geoms)]
            name = next((name for name in names if FOOT.search(name)), next(filter(None, names), f"body {body}"))
            ends[name.removesuffix("_geom")] = body
    named = {name: body for name, body in ends.items() if FOOT.search(name)}
    if named or not ends:
        return named
    bottom = {name: _bottom(scene, model.geom_bodyid == body) for name, body in ends.items()}
    height = float(np.asarray(scene.data.geom_xpos)[robot.bodies[model.geom_bodyid], 2].max()) - min(bottom.values())
    return {name: ends[name] for name, low in bottom.items() if low - min(bottom.values()) <= LOWEST * height}


def _bottom(scene: Scene, geoms: np.ndarray) -> float:
    turned = np.asarray(scene.data.geom_xmat)[geoms].reshape(-1, 3, 3)
    boxes = scene.model.geom_aabb[geoms]
    centre = scene.data.geom_xpos[geoms] + np.einsum("nij,nj->ni", turned, boxes[:, :3])
    return float((centre[:, 2] - np.einsum("nij,nj->ni", np.abs(turned), boxes[:, 3:])[:, 2]).min())


def _contacts(env: Any, robot: Robot, feet: Mapping[str, int]) -> Contacts:
    """Contact of a foot with anything but the robot, found for the positions after the step."""
    mujoco = sys.modules["mujoco"]  # whoever has a scene has imported it
    shadow: list[Any] = []

    def now() -> dict[str, bool]:
        scene = find_scene(env)
        if scene is None:
            return dict.fromkeys(feet, False)
        if not shadow or shadow[0] is not scene.model:  # the environment's own data stay as they are
            shadow[:] = [scene.model, mujoco.MjData(scene.model)]
        data = shadow[1]
        data.qpos[:], data.mocap_pos[:], data.mocap_quat[:] = (
            scene.data.qpos, scene.data.mocap_pos, scene.data.mocap_quat,
        )  # fmt: skip
        mujoco.mj_fwdPosition(scene.model, data)
        pairs = scene.model.geom_bodyid[data.contact.geom[data.contact.efc_address >= 0]].reshape(-1, 2)
        strange = ~robot.bodies[pairs]
        standing = set(pairs[:, 0][strange[:, 1]].tolist()) | set(pairs[:, 1][strange[:, 0]].tolist())
        return {name: body in standing for name, body in feet.items()}

    return now
