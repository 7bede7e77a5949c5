"""The hyperparameter ``device``: where an algorithm's networks live and learn."""

import re
import warnings
from typing import Any

from mjbench.api.hyperparameter import Kind

DEVICE = Kind(
    "'auto', 'cpu', 'cuda', or 'cuda:' and the number of a GPU",
    lambda value: isinstance(value, str) and re.fullmatch(r"auto|cpu|cuda(:\d+)?", value) is not None,
)
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


def resolved(device: str, torch: Any) -> str:
    """``auto`` is the first GPU where there is one, and else the CPU: ``"cpu"``, ``"cuda:0"``."""
    if device == "auto":
        device = "cpu" if problem("cuda", torch) else "cuda"
    return "cuda:0" if device == "cuda" else device
