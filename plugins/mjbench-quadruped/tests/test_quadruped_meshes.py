# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""Menagerie's meshes change the picture and nothing else."""

import os
import struct
from pathlib import Path

import mujoco
import numpy as np
import pytest
from mjbench_legged.meshes import MENAGERIE_ROOT
from mjbench_legged.robot import Robot
from mjbench_legged.terrain import Flat
from mjbench_legged.world import build
from mjbench_quadruped.env import QuadrupedEnv
from mjbench_quadruped.robot import ANYMAL_C, GO1

from mjbench.envs.rendering import no_rendering

PHYSICS = ("body_mass", "body_inertia", "body_ipos", "body_iquat", "dof_armature", "jnt_range", "actuator_gainprm")


@pytest.fixture
def menagerie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as Menagerie has it, with a tetrahedron for a trunk, in a base turned by half a turn."""
    corners = np.array([[0.3, 0, 0], [-0.3, 0.2, 0], [-0.3, -0.2, 0], [0, 0, 0.3]], np.float32)
    faces = [(0, 2, 1), (0, 1, 3), (1, 2, 3), (2, 0, 3)]
    stl = b"\0" * 80 + struct.pack("<I", len(faces))
    for face in faces:
        stl += struct.pack("<12f", 0, 0, 0, *corners[list(face)].ravel()) + b"\0\0"
    for robot in (GO1, ANYMAL_C):
        folder = tmp_path / robot.menagerie
        (folder / "assets").mkdir(parents=True)
        (folder / "assets" / "trunk.stl").write_bytes(stl)
        (folder / f"{robot.name}.xml").write_text(
            f"""<mujoco><compiler meshdir="assets"/>
            <asset><material name="black" rgba="0 0 0 1"/><mesh file="trunk.stl"/></asset>
            <worldbody><body name="{robot.base}" quat="0 0 0 1"><freejoint/><inertial mass="1" pos="0 0 0"
            diaginertia="1 1 1"/><geom type="mesh" mesh="trunk" material="black" contype="0" conaffinity="0" group="2"
            pos="0.1 0 0"/></body></worldbody></mujoco>"""
        )
    monkeypatch.setenv(MENAGERIE_ROOT, str(tmp_path))
    return tmp_path


def same_physics(robot: Robot) -> mujoco.MjModel:
    plain, dressed = build(robot, Flat()), build(robot, Flat(), dressed=True)
    for name in PHYSICS:
        assert (getattr(plain, name) == getattr(dressed, name)).all(), name
    states = []
    for model in (plain, dressed):
        data = mujoco.MjData(model)
        data.qpos[2] = robot.height_m
        data.qpos[7:] = robot.pose
        data.ctrl[:] = robot.pose
        for _ in range(200):
            mujoco.mj_step(model, data)
        states.append((data.qpos.copy(), data.ncon, data.sensordata.copy()))
    assert (states[0][0] == states[1][0]).all()
    assert states[0][1] == states[1][1] >= 4
    assert (states[0][2] == states[1][2]).all()
    assert dressed.nmesh > 0
    return dressed


@pytest.mark.parametrize("robot", [GO1, ANYMAL_C], ids=lambda robot: robot.name)
def test_a_folder_of_meshes_changes_no_physics(robot: Robot, menagerie: Path) -> None:
    model = same_physics(robot)
    drawn = [i for i in range(model.ngeom) if model.geom_type[i] == mujoco.mjtGeom.mjGEOM_MESH]
    assert len(drawn) == 1
    assert model.geom_bodyid[drawn[0]] == model.body(robot.base).id
    corners = model.mesh_vert + 0  # in the mesh's own frame, centred by the compiler
    rotation = np.zeros(9)
    mujoco.mju_quat2Mat(rotation, model.geom_quat[drawn[0]])
    placed = corners @ rotation.reshape(3, 3).T + model.geom_pos[drawn[0]]
    assert placed[:, 0].max() == pytest.approx(0.4, abs=1e-5)  # in the base's own frame, turned or not


@pytest.mark.skipif(no_rendering() != "", reason=no_rendering())
def test_the_picture_changes(menagerie: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = []
    for root in (str(menagerie), ""):
        monkeypatch.setenv(MENAGERIE_ROOT, root)
        env = QuadrupedEnv("Go1Walk", render_mode="rgb_array")
        env.reset(seed=0)
        picture = env.render()
        assert picture is not None
        pictures.append(picture)
        env.close()
    assert (pictures[0] != pictures[1]).any()


@pytest.mark.skipif(not os.environ.get(MENAGERIE_ROOT), reason=f"{MENAGERIE_ROOT} names no copy of MuJoCo Menagerie")
def test_menagerie_itself() -> None:
    for robot in (GO1, ANYMAL_C):
        if (Path(os.environ[MENAGERIE_ROOT]) / robot.menagerie).is_dir():
            same_physics(robot)


def test_a_menagerie_without_the_robot_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MENAGERIE_ROOT, str(tmp_path))
    with pytest.raises(FileNotFoundError, match="unitree_go1"):
        build(GO1, Flat(), dressed=True)
