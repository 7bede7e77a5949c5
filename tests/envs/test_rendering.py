"""MUJOCO_GL as a user may set it."""

import subprocess
import sys

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
    monkeypatch.setattr(rendering, "no_rendering", lambda: "no driver")
    monkeypatch.setenv("MUJOCO_GL", "disabled")
    with pytest.raises(MjbenchError, match="MUJOCO_GL is disabled; try: unset MUJOCO_GL"):
        require_rendering()


def _imported() -> str:
    return subprocess.run([sys.executable, "-c", "import mujoco"], capture_output=True, text=True).stderr
