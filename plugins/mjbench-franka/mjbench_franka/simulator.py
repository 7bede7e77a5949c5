# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""N arms stepped together by ``mujoco.rollout`` on threads."""

from collections.abc import Sequence

import mujoco
import mujoco.rollout
import numpy as np

SUBSTEPS = 8
"""Physics steps in a control step."""
PHYSICS_S = 0.005
CONTROL_S = SUBSTEPS * PHYSICS_S


class Simulator:
    """The physics of ``num_envs`` arms; all arrays are float64.

    A control step starts from positions and velocities alone: the solver's warm start is zero, so that the result
    depends neither on what was simulated before nor on how arms are spread over threads.

    Args:
        models: one for all arms, or one an arm.
        num_envs: arms.
        threads: threads that step them.
    """

    def __init__(self, models: Sequence[mujoco.MjModel], num_envs: int, threads: int) -> None:
        self.models = list(models)
        model = self.models[0]
        workers = min(threads, num_envs)
        self._data = [mujoco.MjData(model) for _ in range(workers)]
        self.scratch = self._data[0]
        """Between two steps anyone may write into it; a new one takes a millisecond."""
        self._rollout = mujoco.rollout.Rollout(nthread=workers if workers > 1 else 0).rollout
        size = mujoco.mj_stateSize(model, mujoco.mjtState.mjSTATE_FULLPHYSICS)
        self._states = np.zeros((num_envs, SUBSTEPS, size))
        self._controls = np.zeros((num_envs, SUBSTEPS, model.nu))
        self._warmstart = np.zeros((num_envs, model.nv))
        self._start = np.zeros((num_envs, size))
        self.qpos = self._start[:, 1 : 1 + model.nq]  # (N, 7 + 7 for each free body)
        self.qvel = self._start[:, 1 + model.nq : 1 + model.nq + model.nv]  # (N, 7 + 6 for each free body)

    def step(self, targets: np.ndarray) -> None:
        """Advance by a control step; joint targets (N, 7), rad, hold for all of it."""
        self._controls[:] = targets[:, None]
        self._rollout(
            self.models if len(self.models) > 1 else self.models * len(targets),
            self._data,
            self._start,
            self._controls,
            skip_checks=True,
            nstep=SUBSTEPS,
            initial_warmstart=self._warmstart,
            state=self._states,
        )
        self._start[:] = self._states[:, -1]

    def place(self, env: int, qpos: np.ndarray, qvel: np.ndarray) -> None:
        """Put one arm, and what lies beside it, somewhere: qpos (nq,), qvel (nv,)."""
        self._start[env, 0] = 0.0
        self.qpos[env] = qpos
        self.qvel[env] = qvel
