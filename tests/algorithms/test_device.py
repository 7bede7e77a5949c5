"""A GPU that cannot be used is refused on one line with what works; torch is handed in, here with other machines."""

import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from mjbench.algorithms.device import DEVICE, free_bytes, problem, resolved
from mjbench.errors import SpecError

OLD = "CUDA initialization: The NVIDIA driver on your system is too old (found version 11040)."


def machine(count: int, cuda: str | None = "12.8", warning: str = "") -> Any:
    """A torch on a machine with ``count`` GPUs that it can use."""

    def available() -> bool:
        if warning:
            warnings.warn(warning, stacklevel=1)
        return count > 0

    gpus = SimpleNamespace(is_available=available, device_count=lambda: count)
    return SimpleNamespace(__version__="2.13.0", version=SimpleNamespace(cuda=cuda), cuda=gpus)


@pytest.mark.parametrize("device", ["auto", "cpu", "cuda", "cuda:0", "cuda:12"])
def test_devices(device: str) -> None:
    assert DEVICE.holds(device)


@pytest.mark.parametrize("device", ["", "gpu", "cuda:", "cuda:-1", "cuda:0 ", "CPU", 0, None, True])
def test_what_is_no_device(device: Any) -> None:
    assert not DEVICE.holds(device)


@pytest.mark.parametrize(
    ("device", "torch_there", "said"),
    [
        ("cuda", machine(0, cuda=None), "device=cuda needs a torch with CUDA, and torch 2.13.0 has none; "),
        ("cuda:1", machine(0), "device=cuda:1: no GPU is found here; "),
        ("cuda", machine(0, warning=OLD), "the NVIDIA driver is too old for the CUDA 12.8 of torch 2.13.0; update"),
        ("cuda:2", machine(2), "device=cuda:2: there is no such GPU; this machine has cuda:0, cuda:1"),
    ],
)
def test_a_gpu_that_cannot_be_used(device: str, torch_there: Any, said: str) -> None:
    found = problem(device, torch_there)
    assert said in found
    assert "\n" not in found
    assert ("--set device=cpu" in found) != ("this machine has" in found)


def test_what_can_be_used_is_no_problem() -> None:
    assert [problem(device, machine(2)) for device in ("auto", "cpu", "cuda", "cuda:1")] == [""] * 4
    assert [problem(device, machine(0)) for device in ("auto", "cpu")] == [""] * 2


def test_auto_is_the_first_gpu_where_there_is_one() -> None:
    assert [resolved("auto", machine(count)) for count in (0, 2)] == ["cpu", "cuda:0"]
    assert resolved("auto", machine(0, warning=OLD)) == "cpu"
    assert [resolved(device, machine(2)) for device in ("cpu", "cuda", "cuda:1")] == ["cpu", "cuda:0", "cuda:1"]


def test_with_the_torch_that_is_here() -> None:
    if torch.cuda.is_available():
        assert (problem("cuda", torch), resolved("auto", torch)) == ("", "cuda:0")
    else:
        assert (problem("cuda", torch) != "", resolved("auto", torch)) == (True, "cpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_another_process_refuses_a_gpu_that_is_not_here() -> None:
    with pytest.raises(SpecError) as caught:
        free_bytes("cuda:1")
    assert str(caught.value) == problem("cuda:1", torch)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_another_process_says_how_much_memory_is_free() -> None:
    assert 0 < free_bytes("cuda:0") <= torch.cuda.get_device_properties(0).total_memory


def test_a_torch_that_does_not_start_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "torch.py").write_text("raise OSError('libcudart.so.12: cannot open shared object file')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(SpecError, match=r"^torch does not start: OSError: libcudart.*--set device=cpu$"):
        free_bytes("cuda:7")
