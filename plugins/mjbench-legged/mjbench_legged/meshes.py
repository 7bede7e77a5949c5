# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""Meshes of MuJoCo Menagerie, for pictures only: the physics stays ours."""

import os
from pathlib import Path

import mujoco
import numpy as np

from mjbench_legged.robot import Robot

MENAGERIE_ROOT = "MENAGERIE_ROOT"
"""Environment variable that names a copy of https://github.com/google-deepmind/mujoco_menagerie."""


def folder(robot: Robot) -> Path | None:
    """Where the robot's meshes lie; None where no Menagerie was named or it has none of the robot.

    Raises:
        FileNotFoundError: one was named that lacks the robot.
    """
    root = os.environ.get(MENAGERIE_ROOT)
    if not root or not robot.menagerie:
        return None
    found = Path(root) / robot.menagerie
    if not found.is_dir():
        raise FileNotFoundError(f"{MENAGERIE_ROOT}={root} holds no folder {robot.menagerie}")
    return found


def dress(spec: mujoco.MjSpec, robot: Robot, source: Path) -> None:
    """Replace what is seen of the robot by Menagerie's meshes.

    Their bodies carry the names of ours but may be turned against them, so meshes are placed by way of the pose in
    which all joints are zero, where both robots are the same.

    Args:
        spec: a world with the robot in it.
        robot: which.
        source: Menagerie's folder of the robot.

    Raises:
        FileNotFoundError: it holds no model of the robot.
    """
    file = source / f"{robot.name}.xml"
    if not file.is_file():
        raise FileNotFoundError(f"{file} does not exist")
    theirs = mujoco.MjSpec.from_file(str(file))
    their_poses, our_poses = _poses(theirs.copy(), robot.base), _poses(spec.copy(), robot.base)
    for mesh in theirs.meshes:
        path = source / theirs.meshdir / mesh.file
        spec.add_mesh(name=f"menagerie_{_name(mesh)}", file=str(path), scale=mesh.scale, refpos=mesh.refpos)
    for material in theirs.materials:
        spec.add_material(name=f"menagerie_{material.name}", rgba=material.rgba)
    for geom in [geom for geom in spec.geoms if geom.group == 2 and not geom.conaffinity]:
        spec.delete(geom)
    for body in theirs.bodies:
        if body.name not in our_poses:
            continue
        position, rotation = their_poses[body.name]
        our_position, our_rotation = our_poses[body.name]
        for geom in [geom for geom in body.geoms if geom.type == mujoco.mjtGeom.mjGEOM_MESH and not geom.contype]:
            at = our_rotation.T @ (position + rotation @ geom.pos - our_position)
            quaternion = np.zeros(4)
            mujoco.mju_mat2Quat(quaternion, (our_rotation.T @ rotation @ _matrix(geom.quat)).ravel())
            spec.body(body.name).add_geom(
                type=mujoco.mjtGeom.mjGEOM_MESH,
                meshname=f"menagerie_{geom.meshname}",
                pos=at,
                quat=quaternion,
                material=f"menagerie_{geom.material}" if geom.material else "",
                group=2,
                contype=0,
                conaffinity=0,
                mass=0,
            )


def _poses(spec: mujoco.MjSpec, base: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Position (3,) and rotation (3, 3) of each body in the frame of ``base``, all joints zero."""
    model = spec.compile()
    data = mujoco.MjData(model)
    data.qpos[7:] = 0.0
    mujoco.mj_kinematics(model, data)
    origin, turned = data.body(base).xpos, data.body(base).xmat.reshape(3, 3)
    return {
        model.body(i).name: (turned.T @ (data.xpos[i] - origin), turned.T @ data.xmat[i].reshape(3, 3))
        for i in range(1, model.nbody)
    }


def _matrix(quaternion: np.ndarray) -> np.ndarray:
    matrix = np.zeros(9)
    mujoco.mju_quat2Mat(matrix, quaternion)
    return matrix.reshape(3, 3)


def _name(mesh: mujoco.MjsMesh) -> str:
    return mesh.name or Path(mesh.file).stem
