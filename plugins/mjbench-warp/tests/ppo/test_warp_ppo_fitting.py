"""A run that does not fit is refused on one line, before torch or Warp is imported."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from mjbench_warp.ppo import fitting
from mjbench_warp.ppo.algorithm import PPO
from point_session import run_of

from mjbench.errors import SpecError

GIB = 2**30


@pytest.fixture
def free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """3 GiB, as Linux says it."""
    (tmp_path / "meminfo").write_text(f"MemTotal: 1 kB\nMemAvailable: {3 * GIB // 1024} kB\n")
    monkeypatch.setattr(fitting, "MEMINFO", tmp_path / "meminfo")


@pytest.mark.usefixtures("free")
def test_the_number_that_fits_is_named_and_fits() -> None:
    with pytest.raises(SpecError) as caught:
        PPO.nothing_learned(run_of(10**9, n_envs=10**6))
    said = str(caught.value)
    assert said.startswith("n_envs=1,000,000 worlds need about 109.8 GB of memory, and 3.2 GB are free; ")
    fit = int(said.rpartition("=")[2])
    assert fit % 64 == 0
    assert PPO.nothing_learned(run_of(10**9, n_envs=fit)) == ""
    with pytest.raises(SpecError):
        PPO.nothing_learned(run_of(10**9, n_envs=fit + 128))


@pytest.mark.usefixtures("free")
def test_long_rollouts_take_memory_too() -> None:
    assert PPO.nothing_learned(run_of(10**9, n_envs=10_000)) == ""
    with pytest.raises(SpecError, match=r"n_envs=10,000 worlds need .* fit: --set n_envs="):
        PPO.nothing_learned(run_of(10**9, n_envs=10_000, n_steps=1000))


def test_where_nothing_fits_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "meminfo").write_text("MemAvailable: 1000 kB\n")
    monkeypatch.setattr(fitting, "MEMINFO", tmp_path / "meminfo")
    with pytest.raises(SpecError, match=r"not even one fits$"):
        PPO.nothing_learned(run_of(1000))


def test_a_system_that_does_not_say_refuses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "MEMINFO", tmp_path / "missing")
    assert PPO.nothing_learned(run_of(10**9, n_envs=10**6)) == ""


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_here_is_refused_in_another_process() -> None:
    with pytest.raises(SpecError, match=r"^device=cuda:1.*--set device=cpu$"):
        PPO.nothing_learned(run_of(1000, device="cuda:1"))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_the_memory_of_a_gpu_counts() -> None:
    with pytest.raises(SpecError, match=r"n_envs=100,000,000 worlds need .* fit: --set n_envs="):
        PPO.nothing_learned(run_of(10**12, n_envs=10**8, device="cuda"))


def test_a_plan_imports_neither_torch_nor_warp() -> None:
    program = (
        "import sys; from mjbench_warp.ppo.algorithm import PPO; from mjbench.spec.task import TaskSpec; "
        "PPO.presets(TaskSpec('quadruped/Go1Walk-v0', 'a:b', 1, 1)); PPO.kinds; "
        "sys.exit(bool({'torch', 'warp', 'mujoco', 'gymnasium'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
