# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""N robots stepped together by ``mujoco.rollout`` on threads."""

from collections.abc import Sequence

import mujoco
import mujoco.rollout
import numpy as np

SUBSTEPS = 4
"""Physics steps in a control step."""
PHYSICS_S = 0.005
CONTROL_S = SUBSTEPS * PHYSICS_S


class Simulator:
    """The physics of ``num_envs`` robots; all arrays are float64.

    A control step starts from positions and velocities alone: the solver's warm start is zero, so that the result
    depends neither on what was simulated before nor on how robots are spread over threads. Any robot will do: an arm on
    a table as well as one with a free joint. What a model keeps outside its physics state (poses of mocap bodies,
    switched equalities) stays as the model has it.

    Args:
        models: one for all robots, or one a robot, all of the same sizes: nq, nv, nu, nsensordata.
        num_envs: robots, N.
        threads: threads that step them.
        substeps: physics steps in a control step, S.
    """

    def __init__(self, models: Sequence[mujoco.MjModel], num_envs: int, threads: int, substeps: int = SUBSTEPS) -> None:
        self.models = list(models)
        self.substeps = substeps
        model = self.models[0]
        workers = min(threads, num_envs)
        self._data = [mujoco.MjData(model) for _ in range(workers)]
        self._rollout = mujoco.rollout.Rollout(nthread=workers if workers > 1 else 0).rollout
        size = mujoco.mj_stateSize(model, mujoco.mjtState.mjSTATE_FULLPHYSICS)
        self._states = np.zeros((num_envs, substeps, size))
        self._sensors = np.zeros((num_envs, substeps, model.nsensordata))
        self._warmstart = np.zeros((num_envs, model.nv))
        self._start = np.zeros((num_envs, size))
        self.qpos = self._start[:, 1 : 1 + model.nq]  # (N, nq)
        self.qvel = self._start[:, 1 + model.nq : 1 + model.nq + model.nv]  # (N, nv)
        self.sensors = self._sensors[:, -1]  # (N, nsensordata), of the last physics step

    def step(self, controls: np.ndarray) -> None:
        """Advance by a control step.

        Args:
            controls: of the actuators at each physics step, (N, S, nu); joint targets where these are position servos.
        """
        model = self.models if len(self.models) > 1 else self.models * len(controls)
        self._rollout(
            model,
            self._data,
            self._start,
            controls,
            skip_checks=True,
            nstep=self.substeps,
            initial_warmstart=self._warmstart,
            state=self._states,
            sensordata=self._sensors,
        )
        self._start[:] = self._states[:, -1]

    def place(self, env: int, qpos: np.ndarray, qvel: np.ndarray) -> None:
        """Put one robot somewhere, with time and activations 0: qpos (nq,), qvel (nv,)."""
        self._start[env] = 0.0
        self.qpos[env] = qpos
        self.qvel[env] = qvel
        self._sensors[env] = 0.0
