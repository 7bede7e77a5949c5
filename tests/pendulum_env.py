"""A small MuJoCo task in two forms: one environment, and N of them stepped by ``mujoco.rollout``; with a curriculum.

A pendulum hangs down and is to be swung away from there. Its level sets how far from hanging it begins: at the
hardest, and in the full task, up to half a turn.
"""

import importlib
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

mujoco: Any = importlib.import_module("mujoco")
rollout: Any = importlib.import_module("mujoco.rollout")
LEVELS = 4
FALL_RAD_S = 7.0
MODEL = """
<mujoco>
  <option timestep="0.05"/>
  <worldbody>
    <body>
      <joint name="hinge" axis="0 1 0" damping=".05"/>
      <geom type="capsule" size=".05" fromto="0 0 0 0 0 -.5"/>
    </body>
  </worldbody>
  <actuator><motor joint="hinge" ctrlrange="-1 1" gear="12"/></actuator>
</mujoco>
"""
FULL = mujoco.mjtState.mjSTATE_FULLPHYSICS


class PendulumVectorEnv(VectorEnv[np.ndarray, np.ndarray, np.ndarray]):
    """Observation: sine and cosine of the angle, and its velocity (rad/s); (N, 3). Action: torque, (N, 1).

    Ends when it turns faster than 7 rad/s. ``height`` is the bob's above its lowest point, in lengths.
    """

    def __init__(
        self, num_envs: int, autoreset_mode: AutoresetMode = AutoresetMode.DISABLED, gear: float = 12.0
    ) -> None:
        assert autoreset_mode is AutoresetMode.DISABLED
        self.num_envs = num_envs
        self.metadata = {"autoreset_mode": autoreset_mode}
        self.single_observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (3,), np.float64)
        self.single_action_space = gymnasium.spaces.Box(-1.0, 1.0, (1,), np.float32)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.model = mujoco.MjModel.from_xml_string(MODEL)
        self.model.actuator_gear[0, 0] = gear
        self.data = mujoco.MjData(self.model)
        self.pool = rollout.Rollout(nthread=0)
        self.state = np.zeros((num_envs, mujoco.mj_stateSize(self.model, FULL)))
        self.randoms = [np.random.default_rng() for _ in range(num_envs)]

    def reset(self, *, seed: Any = None, options: dict[str, Any] | None = None) -> tuple[np.ndarray, dict[str, Any]]:
        options = options or {}
        levels = options.get("curriculum_level", np.full(self.num_envs, LEVELS - 1))
        seeds = range(seed, seed + self.num_envs) if isinstance(seed, int) else seed
        for i in np.flatnonzero(options.get("reset_mask", np.ones(self.num_envs, bool))):
            if seeds is not None and seeds[i] is not None:
                self.randoms[i] = np.random.default_rng(seeds[i])
            mujoco.mj_resetData(self.model, self.data)
            self.data.qpos[0] = self.randoms[i].uniform(-1, 1) * np.pi * (levels[i] + 1) / LEVELS
            mujoco.mj_getState(self.model, self.data, self.state[i], FULL)
        return self._observations(), {}

    def step(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        control = np.asarray(actions, np.float64)[:, None, :]
        state, _ = self.pool.rollout(self.model, self.data, self.state, control, nstep=1)
        self.state = state[:, -1].copy()
        observations = self._observations()
        height = 1.0 - observations[:, 1]
        terminated = np.abs(observations[:, 2]) > FALL_RAD_S
        return observations, height, terminated, np.zeros(self.num_envs, bool), {"height": height, "high": height > 0.5}

    def _observations(self) -> np.ndarray:
        angle, velocity = self.state[:, 1], self.state[:, 2]  # after the time
        return np.stack([np.sin(angle), np.cos(angle), velocity], axis=1)


class PendulumEnv(gymnasium.Env[np.ndarray, np.ndarray]):
    """The batch of one."""

    metadata = {"render_modes": []}

    def __init__(self, gear: float = 12.0, render_mode: str | None = None) -> None:
        self.batch = PendulumVectorEnv(1, gear=gear)
        self.observation_space = self.batch.single_observation_space
        self.action_space = self.batch.single_action_space
        self.render_mode = render_mode

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        level = (options or {}).get("curriculum_level", LEVELS - 1)
        given = {"curriculum_level": np.array([level])}
        return self.batch.reset(seed=None if seed is None else [seed], options=given)[0][0], {}

    def step(self, action: np.ndarray) -> Any:
        observations, rewards, terminated, _, infos = self.batch.step(action[None])
        return observations[0], float(rewards[0]), bool(terminated[0]), False, {k: v[0] for k, v in infos.items()}
