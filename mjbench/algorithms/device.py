"""The hyperparameter ``device``: where an algorithm's networks live and learn."""

import json
import re
import subprocess
import sys
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from mjbench.api.hyperparameter import Kind
from mjbench.errors import SpecError

DEVICE = Kind(
    "'auto', 'cpu', 'cuda', or 'cuda:' and the number of a GPU",
    lambda value: isinstance(value, str) and re.fullmatch(r"auto|cpu|cuda(:\d+)?", value) is not None,
)
PROGRAM = """
import json, sys, torch
from mjbench.algorithms.device import problem
said = problem(sys.argv[1], torch)
print(json.dumps([said, 0 if said else torch.cuda.mem_get_info(torch.device(sys.argv[1]))[0]]))
"""
PATIENCE_S = 120
DRIVERS = "/dev/nvidiactl", "/dev/dxg"
"""Of NVIDIA, under Linux and under Windows' Linux."""
_WORKS = "train on the CPU with --set device=cpu"


def problem(device: str, torch: Any) -> str:
    """Why networks cannot be on ``device``, on one line with what works; empty where they can. Compiles nothing.

    Args:
        device: what ``DEVICE`` holds.
        torch: the module, which the core does not import itself.
    """
    if not device.startswith("cuda"):
        return ""
    if torch.version.cuda is None:
        return f"device={device} needs a torch with CUDA, and torch {torch.__version__} has none; {_WORKS}"
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if any("driver" in str(warning.message) and "too old" in str(warning.message) for warning in said):
        return (
            f"device={device}: the NVIDIA driver is too old for the CUDA {torch.version.cuda} of torch "
            f"{torch.__version__}; update the driver, or {_WORKS}"
        )
    if count == 0:
        return f"device={device}: no GPU is found here; {_WORKS}"
    number = int(device.partition(":")[2] or 0)
    if number >= count:
        names = ", ".join(f"cuda:{i}" for i in range(count))
        return f"device={device}: there is no such GPU; this machine has {names}"
    return ""


def gpu_here() -> bool:
    """Whether this machine has a driver of a GPU, which can be seen without CUDA."""
    return any(Path(path).exists() for path in DRIVERS)


@cache
def free_bytes(gpu: str) -> int:
    """Of memory on a GPU, ``"cuda:1"``. Another process asks it, so that this one has no CUDA and can still fork.

    Raises:
        SpecError: the GPU cannot be used; as ``problem`` says.
    """
    command = [sys.executable, "-c", PROGRAM, gpu]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
        said, free = json.loads(done.stdout or "null") or [_last(done.stderr), 0]
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        said, free = f"device={gpu} cannot be looked at: {' '.join(str(error).split())}; {_WORKS}", 0
    if said:
        raise SpecError(said)
    return free


def _last(text: str) -> str:
    """The last line of what a process said before it failed."""
    return f"torch does not start: {(text.strip().splitlines() or ['it says nothing'])[-1]}; {_WORKS}"


def resolved(device: str, torch: Any) -> str:
    """``auto`` is the first GPU where there is one, and else the CPU: ``"cpu"``, ``"cuda:0"``."""
    if device == "auto":
        device = "cpu" if problem("cuda", torch) else "cuda"
    return "cuda:0" if device == "cuda" else device
