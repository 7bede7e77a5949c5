"""MUJOCO_GL as a user may set it."""

import ctypes.util
import subprocess
import sys
from pathlib import Path

import pytest

from mjbench.envs import rendering
from mjbench.envs.rendering import BACKENDS, check_backend, require_rendering
from mjbench.errors import MjbenchError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have other backends")


@pytest.mark.parametrize("value", ["none", "mesa"])
def test_a_value_that_mujoco_refuses_is_refused_before_anything_trains(tmp_path, monkeypatch, value: str) -> None:
    monkeypatch.setenv("MUJOCO_GL", value)
    command = ["run", "--task", "gymnasium/Reacher-v5", "--algo", "ppo", "--seeds", "1", "--results", "results"]
    done = subprocess.run([sys.executable, "-m", "mjbench", *command], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith(f"mjbench: MuJoCo knows no MUJOCO_GL={value}: unset MUJOCO_GL, or use egl")
    assert not (tmp_path / "results").exists()
    assert "RuntimeError" in _imported()


@pytest.mark.parametrize("value", [*BACKENDS, "EGL ", ""])
def test_values_that_mujoco_knows_pass(monkeypatch, value: str) -> None:
    monkeypatch.setenv("MUJOCO_GL", value)
    check_backend()


def test_where_the_user_chose_the_backend_the_cure_is_another(monkeypatch) -> None:
    monkeypatch.setattr(rendering, "no_rendering", lambda *backend: "no driver")
    monkeypatch.setenv("MUJOCO_GL", "disabled")
    with pytest.raises(MjbenchError, match="MUJOCO_GL is disabled; try: unset MUJOCO_GL"):
        require_rendering()


@pytest.mark.skipif(ctypes.util.find_library("OSMesa") is not None, reason="OSMesa is installed")
def test_without_its_library_a_backend_stops_only_those_that_draw(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("MUJOCO_GL", "osmesa")
    monkeypatch.delenv("PYOPENGL_PLATFORM", raising=False)
    assert "AttributeError" in _imported()
    plan = ["--task", "gymnasium/InvertedPendulum-v5", "--algo", "fast-ppo", "--set", "n_steps=64"]
    assert _mjbench(tmp_path, "run", *plan, "--steps", "2048", "--seeds", "1").returncode == 0
    run = next((tmp_path / "results").glob("*/*/*/0-*")).name.removeprefix("0-")
    assert _mjbench(tmp_path, "evaluate", run, "--episodes", "1").returncode == 0
    refused = _mjbench(tmp_path, "video", run, "--out", "film.mp4")
    assert refused.returncode == 2
    cause = "rendering does not work here (the library OSMesa is missing: apt-get install libosmesa6)"
    assert refused.stderr.startswith(f"mjbench: {cause}; MUJOCO_GL is osmesa; ")
    assert refused.stderr.count("\n") == 1


def _mjbench(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "mjbench", *words], cwd=folder, capture_output=True, text=True)


def _imported() -> str:
    return subprocess.run([sys.executable, "-c", "import mujoco"], capture_output=True, text=True).stderr
