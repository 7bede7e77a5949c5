# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""The arm in its world: floor, light, goal, and a cube where there is one."""

import mujoco
import numpy as np

from mjbench_franka import robot

CUBE_M = 0.025
"""Half of the cube's side."""
CUBE_KG = 0.2
GOAL = "goal"
"""Mocap body that marks the goal in pictures; nothing touches it."""


def build(cube: bool) -> mujoco.MjModel:
    """The arm with a floor and a marker for the goal; ``cube`` puts a cube beside it."""
    spec = robot.spec()
    spec.add_texture(
        name="floor",
        type=mujoco.mjtTexture.mjTEXTURE_2D,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_CHECKER,
        rgb1=[0.32, 0.37, 0.43],
        rgb2=[0.29, 0.34, 0.4],
        width=256,
        height=256,
    )
    floor = spec.add_material(name="floor", texrepeat=[4, 4], texuniform=True)
    floor.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = "floor"
    spec.add_texture(
        name="sky",
        type=mujoco.mjtTexture.mjTEXTURE_SKYBOX,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_GRADIENT,
        rgb1=[0.6, 0.72, 0.85],
        rgb2=[0.9, 0.94, 0.98],
        width=64,
        height=384,
    )
    world = spec.worldbody
    world.add_geom(name="floor", type=mujoco.mjtGeom.mjGEOM_PLANE, size=[2, 2, 0.1], material="floor")
    world.add_light(pos=[1, -1, 3], dir=[-0.3, 0.3, -1], type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL)
    spec.stat.extent = 1.0  # these four: where free cameras look from
    spec.stat.center = [0.32, 0.0, 0.26]
    getattr(spec.visual, "global").azimuth = 130
    getattr(spec.visual, "global").elevation = -20
    spec.visual.quality.shadowsize = 4096
    if cube:
        body = world.add_body(name="cube", pos=[0.5, 0.0, CUBE_M])
        body.add_freejoint(name="cube")
        body.add_geom(
            name="cube",
            type=mujoco.mjtGeom.mjGEOM_BOX,
            size=[CUBE_M] * 3,
            mass=CUBE_KG,
            rgba=[0.9, 0.45, 0.1, 1],
            friction=[0.6, 0.005, 0.0001],
            priority=1,
        )
    marker = world.add_body(name=GOAL, mocap=True, pos=[0.5, 0.0, 0.3])
    marker.add_geom(
        type=mujoco.mjtGeom.mjGEOM_SPHERE,
        size=[0.02, 0, 0],
        rgba=[0.1, 0.8, 0.3, 0.7],
        contype=0,
        conaffinity=0,
        group=2,
    )
    return spec.compile()


def lying(position: np.ndarray, yaw: float) -> np.ndarray:
    """qpos (7,) of a cube that lies on the floor at ``position`` (2,), turned by ``yaw`` rad."""
    return np.array([*position, CUBE_M, np.cos(yaw / 2), 0.0, 0.0, np.sin(yaw / 2)])
