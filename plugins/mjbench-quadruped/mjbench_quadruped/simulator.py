# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""N robots stepped together by ``mujoco.rollout`` on threads."""

from collections.abc import Sequence

import mujoco
import mujoco.rollout
import numpy as np

from mjbench_quadruped.meshes import dress, folder
from mjbench_quadruped.robot import Robot
from mjbench_quadruped.terrain import Terrain

SUBSTEPS = 4
"""Physics steps in a control step."""
PHYSICS_S = 0.005
CONTROL_S = SUBSTEPS * PHYSICS_S


def build(robot: Robot, terrain: Terrain, dressed: bool = False) -> mujoco.MjModel:
    """The robot in its world, with light and ground; ``dressed`` in Menagerie's meshes where there are any."""
    spec = robot.spec()
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
    spec.body(robot.base).add_light(
        pos=[0, 0, 3],
        dir=[0.2, 0.3, -1],
        type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL,
        mode=mujoco.mjtCamLight.mjCAMLIGHT_TRACK,
    )
    spec.stat.extent = 4.0  # of the robot, not of its terrain: what shadows and clipping are scaled by
    spec.visual.quality.shadowsize = 4096
    terrain.add_to(spec)
    source = folder(robot) if dressed else None
    if source is not None:
        dress(spec, robot, source)
    return spec.compile()


class Simulator:
    """The physics of ``num_envs`` robots; all arrays are float64.

    A control step starts from positions and velocities alone: the solver's warm start is zero, so that the result
    depends neither on what was simulated before nor on how robots are spread over threads.

    Args:
        models: one for all robots, or one a robot.
        num_envs: robots.
        threads: threads that step them.
    """

    def __init__(self, models: Sequence[mujoco.MjModel], num_envs: int, threads: int) -> None:
        self.models = list(models)
        model = self.models[0]
        workers = min(threads, num_envs)
        self._data = [mujoco.MjData(model) for _ in range(workers)]
        self._rollout = mujoco.rollout.Rollout(nthread=workers if workers > 1 else 0).rollout
        size = mujoco.mj_stateSize(model, mujoco.mjtState.mjSTATE_FULLPHYSICS)
        self._states = np.zeros((num_envs, SUBSTEPS, size))
        self._sensors = np.zeros((num_envs, SUBSTEPS, model.nsensordata))
        self._warmstart = np.zeros((num_envs, model.nv))
        self._start = np.zeros((num_envs, size))
        self.qpos = self._start[:, 1 : 1 + model.nq]  # (N, 19)
        self.qvel = self._start[:, 1 + model.nq : 1 + model.nq + model.nv]  # (N, 18)
        self.sensors = self._sensors[:, -1]  # (N, 40), of the last physics step

    def step(self, targets: np.ndarray) -> None:
        """Advance by a control step.

        Args:
            targets: joint targets of each physics step, rad, (N, SUBSTEPS, 12).
        """
        model = self.models if len(self.models) > 1 else self.models * len(targets)
        self._rollout(
            model,
            self._data,
            self._start,
            targets,
            skip_checks=True,
            nstep=SUBSTEPS,
            initial_warmstart=self._warmstart,
            state=self._states,
            sensordata=self._sensors,
        )
        self._start[:] = self._states[:, -1]

    def place(self, env: int, qpos: np.ndarray, qvel: np.ndarray) -> None:
        """Put one robot somewhere: qpos (19,), qvel (18,)."""
        self._start[env, 0] = 0.0
        self.qpos[env] = qpos
        self.qvel[env] = qvel
        self._sensors[env] = 0.0
