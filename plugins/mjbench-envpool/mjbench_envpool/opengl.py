"""OpenGL for EnvPool; to be imported before it.

The MuJoCo in EnvPool looks for OpenGL among the process's libraries, where the copy that EnvPool brings is hidden, and
ends the process where it finds none.
"""

import ctypes
import ctypes.util
import sys

MISSING = ""
"""Why EnvPool cannot draw here."""

if sys.platform == "linux":
    library = ctypes.util.find_library("EGL")
    if library is None:
        MISSING = "EnvPool draws with EGL, which is not installed"
    else:
        ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
