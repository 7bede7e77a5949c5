# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""One arm as a Gymnasium environment: the batch of one."""

from collections.abc import Mapping
from typing import Any

import gymnasium
import mujoco
import numpy as np
from gymnasium.vector import AutoresetMode

from mjbench_franka.vector_env import FrankaVectorEnv

WIDTH, HEIGHT = 640, 480


class FrankaEnv(gymnasium.Env[np.ndarray, np.ndarray]):
    """See ``FrankaVectorEnv``, whose arguments it takes.

    Args:
        task: key of ``TASKS``.
        randomise: fields of ``Randomisation``.
        render_mode: ``"rgb_array"`` or None.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 25}

    def __init__(
        self, task: str, *, randomise: Mapping[str, Any] | None = None, render_mode: str | None = None
    ) -> None:
        self.batch = FrankaVectorEnv(task, 1, autoreset_mode=AutoresetMode.DISABLED, randomise=randomise)
        self.observation_space = self.batch.single_observation_space
        self.action_space = self.batch.single_action_space
        self.render_mode = render_mode
        self._renderer: Any = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin an episode; ``curriculum_level`` in the options is its level."""
        super().reset(seed=seed)
        observation, _ = self.batch.reset(seed=seed, options=options)
        return observation[0], {}

    def step(self, action: np.ndarray) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Advance by 40 ms. action (7,) or (3,), clipped to [-1, 1]."""
        observation, reward, terminated, truncated, infos = self.batch.step(np.asarray(action)[None])
        info = {name: value[0].item() for name, value in infos.items()}
        return observation[0], float(reward[0]), bool(terminated[0]), bool(truncated[0]), info

    def mujoco_scene(self) -> tuple[mujoco.MjModel, mujoco.MjData]:
        """What is drawn: the arm and the goal as they are now."""
        model = self.batch.model
        data = mujoco.MjData(model)
        data.qpos[:] = self.batch.qpos[0]
        data.mocap_pos[0] = self.batch.goal[0]
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        mujoco.mj_camlight(model, data)
        return model, data

    def render(self) -> np.ndarray | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The arm from its left, (480, 640, 3) uint8."""
        if self.render_mode is None:
            return None
        model, data = self.mujoco_scene()
        if self._renderer is None:
            self._renderer = mujoco.Renderer(model, HEIGHT, WIDTH)
        camera = mujoco.MjvCamera()
        camera.type = mujoco.mjtCamera.mjCAMERA_FREE
        camera.lookat[:] = 0.32, 0.0, 0.28
        camera.distance, camera.azimuth, camera.elevation = 1.35, 130, -20
        self._renderer.update_scene(data, camera)
        return self._renderer.render()

    def close(self) -> None:
        """Free the renderer."""
        if self._renderer is not None:
            self._renderer.close()
            self._renderer = None
