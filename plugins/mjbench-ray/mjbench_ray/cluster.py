"""A connection to Ray: a cluster, or a Ray of our own on this machine, in a temporary folder of its own."""

import atexit
import logging
import os
import shutil
import signal
import tempfile
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

from mjbench.errors import MjbenchError

INSTALL = "pip install ./plugins/mjbench-ray (in a clone of mjbench)"


def connect(address: str | None) -> ModuleType:
    """The module ``ray``, connected.

    Args:
        address: as ``ray.init`` takes it; None for ``RAY_ADDRESS``, or a Ray of our own where there is none.

    Raises:
        MjbenchError: Ray is not installed, or the cluster does not answer or has another version.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError as error:
        raise MjbenchError(f"--launcher ray needs Ray ({error}): {INSTALL}") from None
    if ray.is_initialized():
        return ray
    where = address or os.environ.get("RAY_ADDRESS")
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    folder = None
    if where is None or where == "local":
        folder = tempfile.mkdtemp(prefix="mjb-", dir="/tmp" if Path("/tmp").is_dir() else None)  # short, for sockets
        options |= {"address": "local", "include_dashboard": False, "_temp_dir": folder}
    else:
        options["address"] = where
    handler = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(**options)
    except Exception as error:  # of a dozen kinds
        said = " ".join(str(error).split())
        if "ersion mismatch" in said:
            raise MjbenchError(f"the Ray cluster and this machine differ in their versions: {said}") from None
        place = f"the Ray cluster {where} does not answer" if where else "Ray does not start here"
        raise MjbenchError(f"{place}: {said[:300]}") from None
    finally:
        if folder:
            atexit.register(_end, ray, folder)
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, handler)  # ours stops the workers in good order
    return ray


def _end(ray: ModuleType, folder: str) -> None:
    """End our Ray, then remove its logs and sockets.

    Without this Ray would end after this process's own functions, and makes its folder again while it ends.
    """
    ray.shutdown()
    shutil.rmtree(folder, ignore_errors=True)
