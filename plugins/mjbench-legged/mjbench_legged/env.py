# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""One robot as a Gymnasium environment: the batch of one."""

from typing import Any

import gymnasium
import mujoco
import numpy as np

from mjbench_legged.deployment import deployment
from mjbench_legged.vector_env import LeggedVectorEnv
from mjbench_legged.world import build

WIDTH, HEIGHT = 640, 480


class LeggedEnv(gymnasium.Env[np.ndarray, np.ndarray]):
    """See ``LeggedVectorEnv``.

    Args:
        batch: of one robot, which does not reset itself.
        render_mode: ``"rgb_array"`` or None.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 50}

    def __init__(self, batch: LeggedVectorEnv, render_mode: str | None = None) -> None:
        self.batch = batch
        self.observation_space = self.batch.single_observation_space
        self.action_space = self.batch.single_action_space
        self.render_mode = render_mode
        self._renderer: Any = None
        self._drawn: Any = None  # the model that is drawn, with meshes where there are any

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin an episode; ``curriculum_level`` in the options is its level."""
        super().reset(seed=seed)
        observation, _ = self.batch.reset(seed=seed, options=options)
        return observation[0], {}

    def step(self, action: np.ndarray) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Advance by 20 ms. action (J,), clipped to [-1, 1]."""
        observation, reward, terminated, truncated, infos = self.batch.step(np.asarray(action)[None])
        info = {name: value[0].item() for name, value in infos.items()}
        return observation[0], float(reward[0]), bool(terminated[0]), bool(truncated[0]), info

    def mujoco_scene(self) -> tuple[mujoco.MjModel, mujoco.MjData]:
        """The robot with meshes where there are any, as it stands and moves now, with the torques of its motors."""
        if self._drawn is None:
            self._drawn = build(self.batch.task.robot, self.batch.task.terrain, dressed=True)
        data = mujoco.MjData(self._drawn)
        data.qpos[:], data.qvel[:] = self.batch.qpos[0], self.batch.qvel[0]
        data.qfrc_actuator[6:] = self.batch.feet_and_torques()[1][0]
        mujoco.mj_kinematics(self._drawn, data)
        mujoco.mj_comPos(self._drawn, data)
        mujoco.mj_camlight(self._drawn, data)
        return self._drawn, data

    def deployment(self) -> dict[str, Any]:
        """What a program needs that plays an exported policy; see ``deployment.py``."""
        return deployment(self.batch.task)

    def foot_contacts(self) -> dict[str, bool]:
        """Which feet stand, by name, as the metrics count them."""
        standing, _ = self.batch.feet_and_torques()
        return dict(zip(self.batch.task.robot.feet, standing[0].tolist(), strict=True))

    def push(self, velocity_m_s: np.ndarray) -> None:
        """Add a velocity (2,), x and y in the world, to the base."""
        self.batch.qvel[0, :2] += velocity_m_s

    def render(self) -> np.ndarray | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The robot from the side, its left one in front, (480, 640, 3) uint8."""
        if self.render_mode is None:
            return None
        model, data = self.mujoco_scene()
        if self._renderer is None:
            self._renderer = mujoco.Renderer(model, HEIGHT, WIDTH)
        camera = mujoco.MjvCamera()
        camera.type = mujoco.mjtCamera.mjCAMERA_FREE
        camera.lookat[:] = data.qpos[:3]
        camera.distance, camera.azimuth, camera.elevation = 3.2 * self.batch.task.robot.height_m + 0.35, 115, -12
        self._renderer.update_scene(data, camera)
        return self._renderer.render()

    def close(self) -> None:
        """Free the renderer."""
        if self._renderer is not None:
            self._renderer.close()
            self._renderer = None
