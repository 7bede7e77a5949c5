"""The environment: plain Gymnasium."""

from typing import Any

import gymnasium
import mujoco
import numpy as np

MODEL = """
<mujoco>
  <option timestep="0.02" gravity="0 0 0"/>
  <worldbody>
    <light pos="0 0 3"/>
    <geom type="plane" size="1 1 .1"/>
    <body name="ball" pos="0 0 .05">
      <joint name="x" type="slide" axis="1 0 0" damping="1" range="-1 1" limited="true"/>
      <joint name="y" type="slide" axis="0 1 0" damping="1" range="-1 1" limited="true"/>
      <geom size=".05" mass="1" contype="0" conaffinity="0" rgba=".2 .5 .8 1"/>
    </body>
  </worldbody>
  <actuator>
    <motor joint="x" ctrlrange="-1 1" gear="4"/>
    <motor joint="y" ctrlrange="-1 1" gear="4"/>
  </actuator>
</mujoco>
"""


class CentreEnv(gymnasium.Env[np.ndarray, np.ndarray]):
    """Observation: position (m) and velocity (m/s), both (2,). Action: force in units of 4 N, (2,)."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 50}

    def __init__(self, render_mode: str | None = None) -> None:
        self.model = mujoco.MjModel.from_xml_string(MODEL)
        self.data = mujoco.MjData(self.model)
        self.render_mode = render_mode
        self.observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (4,), np.float64)
        self.action_space = gymnasium.spaces.Box(-1.0, 1.0, (2,), np.float32)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None):
        super().reset(seed=seed)
        mujoco.mj_resetData(self.model, self.data)
        self.data.qpos[:] = self.np_random.uniform(-0.9, 0.9, 2)
        mujoco.mj_forward(self.model, self.data)
        return self._observation(), {}

    def step(self, action: np.ndarray):
        self.data.ctrl[:] = action
        mujoco.mj_step(self.model, self.data)
        distance = float(np.linalg.norm(self.data.qpos))
        return self._observation(), -distance, False, False, {"distance": distance, "is_success": distance < 0.1}

    def render(self) -> np.ndarray:  # pyright: ignore[reportIncompatibleMethodOverride]
        with mujoco.Renderer(self.model, 120, 160) as renderer:
            renderer.update_scene(self.data)
            return renderer.render()

    def _observation(self) -> np.ndarray:
        return np.concatenate([self.data.qpos, self.data.qvel])
