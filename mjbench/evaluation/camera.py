"""Pictures of an environment: its robot in the middle, or what one of its cameras sees."""

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from mjbench.errors import MjbenchError
from mjbench.evaluation.scene import Robot, Scene, extent, find_robot, find_scene
from mjbench.spec.task import TaskSpec

SIZE = (640, 480)
"""Width and height in pixels."""
SHARE = 0.45
"""Of the shorter side of the picture, what the robot takes up: about a third of the longer one."""
ANGLES = {"": (120.0, -15.0), "xz": (90.0, -8.0), "xy": (90.0, -55.0)}
"""Azimuth and elevation, degrees, by the plane in which a robot moves."""
SHADOW, REFLECTION = 0, 2
"""``mjtRndFlag``."""
OWN = "task"
"""Name of the picture that the environment draws itself."""
OWN_KEYS = ("render_kwargs", "camera_id", "camera_name", "default_camera_config")
"""Arguments of a task that choose a camera."""


@dataclass(frozen=True)
class View:
    """How to look at an environment."""

    camera: str = ""
    """Name or number of a camera of the model, ``task`` for the environment's own picture; empty for the usual one."""
    size: tuple[int, int] | None = None
    """Width and height in pixels."""
    distance_m: float | None = None
    """From the camera to the robot."""


class Camera:
    """Draws one environment.

    By default it follows the robot, at a distance at which the robot fills about a third of the picture. A task without
    a robot that moves through the world, and one that chooses a camera, draws itself.

    Args:
        env: made with ``render_mode="rgb_array"``.
        task: its task.
        view: how to look at it.

    Raises:
        MjbenchError: there is no such camera, or the environment has no MuJoCo model that can be seen.
    """

    def __init__(self, env: Any, task: TaskSpec, view: View | None = None) -> None:
        self._env, self._task = env, task
        self.view = view or View()
        self.plain = False
        """Leave out shadows and reflections, which take most of the time without a graphics card."""
        self._renderer: Any = None
        self._of: Any = None
        self._robot: Robot | None = None
        self._distance = 0.0
        scene = find_scene(env)
        self._model_of(scene)

    @property
    def names(self) -> list[str]:
        """The cameras of the model, a number for one without a name, and ``task``."""
        scene = find_scene(self._env)
        cameras = range(scene.model.ncam) if scene is not None else ()
        return [*(scene.model.camera(i).name or str(i) for i in cameras if scene is not None), OWN]

    def look(self, view: View) -> None:
        """Change the view; raises as the constructor."""
        before, self.view = self.view, view
        try:
            self._model_of(find_scene(self._env))
        except MjbenchError:
            self.view = before
            raise

    def aim(self) -> None:
        """Set the distance by the robot's size. At the beginning of an episode."""
        scene = find_scene(self._env)
        if scene is not None:
            self._model_of(scene)
            self._distance = self._fitting(scene)

    def draw(self) -> np.ndarray:
        """The picture now, (height, width, 3) uint8."""
        scene = find_scene(self._env)
        if scene is None or self._draws_itself:
            return self._own()
        if self._renderer is None or self._of is not scene.model:
            self.close()
            self._renderer, self._of = self._made(scene), scene.model
        self._renderer.update_scene(scene.data, self._placed(scene))
        for flag in (SHADOW, REFLECTION) if self.plain else ():
            self._renderer.scene.flags[flag] = 0
        return self._renderer.render()

    def close(self) -> None:
        """Free the renderer."""
        if self._renderer is not None:
            self._renderer.close()
            self._renderer = None

    @property
    def _draws_itself(self) -> bool:
        view = self.view
        if view.camera or view.size or view.distance_m:
            return view.camera == OWN
        return self._robot is None or any(key in self._task.kwargs for key in OWN_KEYS)

    def _model_of(self, scene: Scene | None) -> None:
        view = self.view
        if view.camera == OWN and view.size:
            raise MjbenchError("--camera task is the task's own picture, which has a size of its own: leave out --size")
        if view.camera and view.distance_m:
            raise MjbenchError("--distance is for the camera that follows the robot: leave out --camera")
        if scene is None:
            if view.camera not in ("", OWN) or view.size or view.distance_m:
                raise MjbenchError(
                    f"{self._task.id} shows no MuJoCo model: --camera, --size and --distance do not work with it"
                )
            return
        self._robot = find_robot(scene.model)
        if view.camera and view.camera != OWN:
            self._number(scene)
        if view.size and self._renderer is not None:
            self.close()

    def _number(self, scene: Scene) -> int:
        """The chosen camera's number."""
        names = [scene.model.camera(i).name for i in range(scene.model.ncam)]
        text = self.view.camera
        if text in names:
            return names.index(text)
        if text.isdecimal() and int(text) < len(names):
            return int(text)
        have = ", ".join([*(f"{name} ({i})" if name else str(i) for i, name in enumerate(names)), OWN])
        raise MjbenchError(f"{self._task.id} has no camera {text!r}; its cameras: {have}")

    def _made(self, scene: Scene) -> Any:
        mujoco = sys.modules["mujoco"]  # whoever has a scene has imported it
        width, height = self.view.size or SIZE
        screen = scene.model.vis.global_
        screen.offwidth, screen.offheight = max(screen.offwidth, width), max(screen.offheight, height)
        return mujoco.Renderer(scene.model, height, width)

    def _placed(self, scene: Scene) -> Any:
        mujoco = sys.modules["mujoco"]
        if self.view.camera:
            return self._number(scene)
        camera = mujoco.MjvCamera()
        mujoco.mjv_defaultFreeCamera(scene.model, camera)
        if self._robot is not None:
            camera.lookat[:] = scene.data.subtree_com[self._robot.body]
            camera.azimuth, camera.elevation = ANGLES[self._robot.planar]
            camera.distance = self._distance or self._fitting(scene)
        if self.view.distance_m:
            camera.distance = self.view.distance_m
        return camera

    def _fitting(self, scene: Scene) -> float:
        """Distance at which the robot takes up its share of the picture, m; 0 without a robot."""
        if self._robot is None:
            return 0.0
        width, height = self.view.size or SIZE
        tangent = float(np.tan(np.radians(scene.model.vis.global_.fovy) / 2))
        return extent(scene, self._robot) / (2 * tangent * SHARE * min(1.0, width / height))

    def _own(self) -> np.ndarray:
        pixels = self._env.render()
        if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
            raise MjbenchError(f"{self._task.id} cannot be rendered: render() must return 8-bit RGB images")
        return pixels
