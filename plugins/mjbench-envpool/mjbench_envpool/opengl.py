"""OpenGL for EnvPool; to be imported before it.

The MuJoCo in EnvPool looks for OpenGL among the process's libraries, where the copy that EnvPool brings is hidden, and
ends the process where it finds none.
"""

import ctypes
import ctypes.util
import sys

from mjbench.envs.rendering import CURE


def offer() -> str:
    """Show the system's OpenGL to what is loaded later. -> why EnvPool cannot draw; empty where it can"""
    if sys.platform != "linux":
        return ""
    if "envpool" in sys.modules:
        return "EnvPool draws only where mjbench_envpool.opengl is imported before envpool"
    library = ctypes.util.find_library("EGL")
    if library is None:
        return f"EnvPool draws with EGL, which is not installed; {CURE}"
    ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
    return ""


PROBLEM = offer()
