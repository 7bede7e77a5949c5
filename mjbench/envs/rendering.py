"""Which OpenGL to render with, and whether it works at all."""

import ctypes.util
import importlib
import os
import subprocess
import sys
from functools import cache

from mjbench.errors import MjbenchError

PROGRAM = """
import mujoco, numpy
model = mujoco.MjModel.from_xml_string('<mujoco><worldbody><light pos="0 0 3"/><geom size=".2"/></worldbody></mujoco>')
data = mujoco.MjData(model)
mujoco.mj_forward(model, data)
with mujoco.Renderer(model, 48, 64) as renderer:
    renderer.update_scene(data)
    assert numpy.ptp(renderer.render()) > 0, "the picture is blank"
"""
"""Draws a sphere; run it in a process of its own: a missing driver may end the process, not raise."""
TIMEOUT_S = 120
CURE = "on Debian and Ubuntu: apt-get install libegl1 (mjbench doctor tries every backend)"
"""What to do where nothing can be drawn, and no user chose the backend."""
BACKENDS = ("egl", "osmesa", "glfw", "disabled", "glx", "enable", "enabled", "on", "true", "1")
BACKENDS += ("disable", "off", "false", "0")
"""Values of MUJOCO_GL that MuJoCo takes on Linux, those to advise first."""
LIBRARIES = {"egl": ("EGL", "libegl1"), "osmesa": ("OSMesa", "libosmesa6")}
"""What backends that need no display load, and its package on Debian and Ubuntu."""

_chosen: set[str] = set()
"""The backend that mjbench chose, at most one: no user set it."""
_spared: set[str] = set()
"""The backend that the user chose and that does not work, at most one."""


def check_backend() -> None:
    """Raise MjbenchError where MUJOCO_GL has a value with which MuJoCo cannot be imported, not even for training."""
    named = os.environ.get("MUJOCO_GL", "").lower().strip()
    if sys.platform == "linux" and named and named not in BACKENDS:
        raise MjbenchError(f"MuJoCo knows no MUJOCO_GL={named}: unset MUJOCO_GL, or use {', '.join(BACKENDS[:4])}")


def choose_backend() -> None:
    """Where there is no display, name a backend that needs none. Before a simulator is imported; a choice stays.

    Raises:
        MjbenchError: see ``check_backend``.
    """
    check_backend()
    if sys.platform != "linux" or any(name in os.environ for name in ("MUJOCO_GL", "DISPLAY", "WAYLAND_DISPLAY")):
        return
    for backend, (library, _) in LIBRARIES.items():
        if ctypes.util.find_library(library):
            os.environ["MUJOCO_GL"] = backend
            os.environ.setdefault("PYOPENGL_PLATFORM", backend)
            _chosen.add(backend)
            return


def spare_backend() -> None:
    """Let MuJoCo be imported where the backend of MUJOCO_GL does not work: who draws nothing does not need it."""
    named = os.environ.get("MUJOCO_GL", "").lower().strip()
    if sys.platform != "linux" or named not in LIBRARIES or "mujoco" in sys.modules:
        return
    try:
        importlib.import_module("mujoco")
    except Exception:  # of any kind, from the library's own loader; require_rendering names the cause
        _spared.add(named)
        os.environ["MUJOCO_GL"] = "disabled"


@cache
def no_rendering(backend: str = "") -> str:
    """Why MuJoCo cannot draw here; empty where it can.

    Args:
        backend: a value for MUJOCO_GL; by default the one that is set.
    """
    environment = {**os.environ, **({"MUJOCO_GL": backend, "PYOPENGL_PLATFORM": ""} if backend else {})}
    command = [sys.executable, "-c", PROGRAM]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, env=environment)
    except subprocess.TimeoutExpired:
        return f"drawing a sphere takes more than {TIMEOUT_S} s"
    if done.returncode == 0:
        return ""
    library, package = LIBRARIES.get(backend or os.environ.get("MUJOCO_GL", "").lower().strip(), ("", ""))
    if library and not ctypes.util.find_library(library):
        return f"the library {library} is missing: apt-get install {package}"
    return (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]


def require_rendering() -> None:
    """Name a backend that needs no display; raise MjbenchError, with the cure, where MuJoCo cannot draw."""
    choose_backend()
    if cause := no_rendering(*_spared):
        named = next(iter(_spared), os.environ.get("MUJOCO_GL", ""))
        if not named or named in _chosen:
            raise MjbenchError(f"rendering does not work here ({cause}); {CURE}")
        works = [other for other in LIBRARIES if other != named and not no_rendering(other)]
        cure = f"MUJOCO_GL={works[0]} works" if works else "try: unset MUJOCO_GL (mjbench doctor tries every backend)"
        raise MjbenchError(f"rendering does not work here ({cause}); MUJOCO_GL is {named}; {cure}")
