"""Warp, started without a word on the terminal."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import warp


def start() -> None:
    """Initialise Warp, once a process. Its greeting, and the line that it found no GPU, are not shown."""
    warp.config.log_level = max(warp.config.log_level, warp.LOG_WARNING)
    with _silent():
        warp.init()


def about(device: Any) -> dict[str, Any]:
    """What a record keeps of the device: its name, and CUDA's versions where it is a GPU; JSON values.

    Args:
        device: Warp's.
    """
    start()
    if not device.is_cuda:
        return {"device": "cpu"}
    versions = {"driver": warp.get_cuda_driver_version(), "cuda": warp.get_cuda_toolkit_version()}
    words = {name: ".".join(map(str, version)) for name, version in versions.items() if version}
    return {"device": device.alias, "gpu": device.name, "architecture": device.arch, **words}


@contextmanager
def _silent() -> Iterator[None]:
    """Without what native code writes to the standard error."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
