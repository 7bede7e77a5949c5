"""Which OpenGL dm_control renders with. It chooses once, when it is imported, so this runs before."""

import ctypes.util
import os
import sys


def choose_backend() -> None:
    """Where there is no display, name a backend that needs none; a choice of the user's stays.

    Left alone, dm_control takes GLFW wherever it can be imported, and fails at the first picture. A library
    that is not there must not be named either: dm_control would refuse to import at all.
    """
    if sys.platform != "linux" or any(name in os.environ for name in ("MUJOCO_GL", "DISPLAY", "WAYLAND_DISPLAY")):
        return
    for library, backend in (("EGL", "egl"), ("OSMesa", "osmesa")):
        if ctypes.util.find_library(library):
            os.environ["MUJOCO_GL"] = backend
            # PyOpenGL, through which dm_control draws, has a switch of its own and must agree.
            os.environ.setdefault("PYOPENGL_PLATFORM", backend)
            return
