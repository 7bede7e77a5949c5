# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""A robot in its world: ground, sky and light."""

import mujoco

from mjbench_legged.meshes import dress, folder
from mjbench_legged.robot import Robot
from mjbench_legged.terrain import Terrain


def build(robot: Robot, terrain: Terrain, dressed: bool = False) -> mujoco.MjModel:
    """The robot in its world, with light and ground; ``dressed`` in Menagerie's meshes where there are any."""
    spec = world(robot, terrain)
    source = folder(robot) if dressed else None
    if source is not None:
        dress(spec, robot, source)
    return spec.compile()


def world(robot: Robot, terrain: Terrain) -> mujoco.MjSpec:
    """The robot in its world, to be compiled."""
    spec = robot.spec()
    furnish(spec, robot.base)
    terrain.add_to(spec)
    return spec


def furnish(spec: mujoco.MjSpec, body: str) -> None:
    """Add a sky, a light that follows ``body``, and the material ``ground`` of floors."""
    spec.add_texture(
        name="ground",
        type=mujoco.mjtTexture.mjTEXTURE_2D,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_CHECKER,
        rgb1=[0.32, 0.37, 0.43],
        rgb2=[0.26, 0.31, 0.36],
        width=256,
        height=256,
    )
    ground = spec.add_material(name="ground", texrepeat=[1, 1], texuniform=True)
    ground.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = "ground"
    spec.add_texture(
        name="sky",
        type=mujoco.mjtTexture.mjTEXTURE_SKYBOX,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_GRADIENT,
        rgb1=[0.6, 0.72, 0.85],
        rgb2=[0.9, 0.94, 0.98],
        width=64,
        height=384,
    )
    spec.body(body).add_light(
        pos=[0, 0, 3],
        dir=[0.2, 0.3, -1],
        type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL,
        mode=mujoco.mjtCamLight.mjCAMLIGHT_TRACK,
    )
    spec.stat.extent = 4.0  # of the robot, not of its terrain: what shadows and clipping are scaled by
    spec.visual.quality.shadowsize = 4096
