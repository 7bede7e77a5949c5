"""What the tests of mjbench-warp share: one folder of compiled kernels, filled by one process."""

import fcntl
import os
from importlib.util import find_spec
from pathlib import Path

import pytest

CACHE = Path(__file__).parents[3] / "build" / "warp-kernels"
NEEDED = ("mujoco_warp", "torch", "mjbench_quadruped")
missing = [name for name in NEEDED if find_spec(name) is None]
os.environ.setdefault("WARP_CACHE_PATH", str(CACHE))


@pytest.fixture(scope="session")
def warp_kernels() -> None:
    """Kernels for the quadruped models, compiled once however many processes run tests."""
    if missing:
        pytest.skip(f"{missing[0]} is not installed: pip install ./plugins/mjbench-warp")
    import torch
    from mjbench_quadruped_specs import TASKS

    from mjbench.envs.training import make_training_batch

    torch.set_num_threads(1)
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        task = next(task for task in TASKS if task.id == "quadruped/Go1Walk-v0")
        batch = make_training_batch(task, 2, 0, "cpu")
        batch.reset()
        batch.step(torch.zeros(2, 12))
