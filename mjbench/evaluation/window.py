"""MuJoCo's own viewer as a window on a policy that is played."""

import os
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import closing, suppress
from importlib import import_module
from typing import Any

from mjbench.errors import MjbenchError, in_words
from mjbench.evaluation.camera import ANGLES
from mjbench.evaluation.episode_player import Film
from mjbench.evaluation.live import Player
from mjbench.evaluation.scene import extent, find_robot, find_scene

KEYS = {
    32: "pause",
    78: "next",
    82: "next",
    45: "slower",
    61: "faster",
    263: "left",
    262: "right",
    265: "away",
    264: "near",
}
"""GLFW's numbers: space, N, R, -, =, and the arrows."""
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
PATIENCE_S = 5.0
"""For the viewer's threads to end."""
SHARE = 0.3
"""Of the window's height, what the robot takes up."""


def has_display() -> bool:
    """Whether a window opens here. A display that does not open is taken out of the environment variables.

    To be called before a simulator is imported, which then draws without it.
    """
    if sys.platform != "linux":
        return True
    if not any(os.environ.get(name) for name in DISPLAYS):
        return False
    with warnings.catch_warnings(), suppress(ImportError):
        warnings.simplefilter("ignore")  # glfw's word for the failure
        glfw = import_module("glfw")
        if glfw.init():
            glfw.window_hint(glfw.VISIBLE, glfw.FALSE)
            opened = glfw.create_window(16, 16, "mjbench", None, None)  # a display may have no OpenGL
            glfw.terminate()
            if opened:
                return True
    for name in DISPLAYS:
        os.environ.pop(name, None)
    return False


def play_in_window(player: Player, film: Film) -> None:
    """Play until the window is closed or the last episode is over.

    Raises:
        MjbenchError: the window does not open, or the task shows no MuJoCo model.
    """
    scene = find_scene(film.env)
    if scene is None:
        raise MjbenchError(f"{film.run.task} shows no MuJoCo model")
    before = set(threading.enumerate())
    try:
        mujoco, viewers = sys.modules["mujoco"], import_module("mujoco.viewer")
        shown = mujoco.MjData(scene.model)  # the viewer's thread reads it while the environment goes ahead
        viewer: Any = viewers.launch_passive(
            scene.model, shown, key_callback=_keys(player), show_left_ui=False, show_right_ui=False
        )
    except Exception as error:  # GLFW, OpenGL and, on macOS, a Python that is not mjpython
        raise MjbenchError(f"MuJoCo's viewer does not open: {in_words(error)}") from error
    robot = find_robot(scene.model)
    drawing = [thread for thread in threading.enumerate() if thread not in before]
    with closing(_Window(viewer, drawing)):
        if robot is not None:
            viewer.cam.type, viewer.cam.trackbodyid = mujoco.mjtCamera.mjCAMERA_TRACKING, robot.body
            viewer.cam.azimuth, viewer.cam.elevation = ANGLES[robot.planar]
            viewer.cam.distance = extent(scene, robot) / SHARE

        def show() -> bool:
            now = find_scene(film.env)
            if now is None or not viewer.is_running() or now.model.nq != scene.model.nq:
                return False
            with viewer.lock():
                mujoco.mj_copyData(shown, now.model, now.data)
            viewer.sync()
            return viewer.is_running()

        player.play(show)


class _Window:
    """Closes the viewer and waits for what draws it: an interpreter that ends meanwhile would crash."""

    def __init__(self, viewer: Any, drawing: list[threading.Thread]) -> None:
        self._viewer, self._drawing = viewer, drawing

    def close(self) -> None:
        self._viewer.close()
        for thread in self._drawing:
            thread.join(PATIENCE_S)


def _keys(player: Player) -> Callable[[int], None]:
    return lambda number: player.send(KEYS.get(number, ""))
