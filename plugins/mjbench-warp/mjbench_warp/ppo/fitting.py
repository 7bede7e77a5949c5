"""Whether the worlds of a run fit into memory, said before anything is compiled."""

from pathlib import Path

from mjbench.algorithms.device import free_bytes, gpu_here
from mjbench.errors import SpecError
from mjbench.spec.run import RunSpec

WORLD_BYTES = 100_000
"""Of one world of a quadruped: twice the 50,000 that were measured on a CPU with 1,024 worlds of Go1Walk."""
LIBRARY_BYTES = 3 * 2**29
"""Of torch, Warp and compiled kernels, whatever the number of worlds. With 4,096 worlds an H100 had 1.8 GB in use."""
ROW_BYTES = 4 * 128
"""Of one step of one world in a rollout: two observations of 48 numbers, an action, and what is computed for them."""
MEMINFO = Path("/proc/meminfo")


def refuse(run: RunSpec) -> None:
    """Do nothing where the run fits on the device that it names.

    Raises:
        SpecError: it does not; the message says how many worlds do. Or the GPU that it names cannot be used.
    """
    device, worlds = run.hyperparameters["device"], run.hyperparameters["n_envs"]
    free = free_bytes(device) if device.startswith("cuda") else _free_memory() if _on_cpu(device) else None
    each = WORLD_BYTES + ROW_BYTES * run.hyperparameters["n_steps"]
    if free is None or worlds * each + LIBRARY_BYTES <= free:
        return
    fit = max((free - LIBRARY_BYTES) // each, 0)
    cure = f"{fit:,} fit: --set n_envs={fit // 64 * 64 or fit}" if fit else "not even one fits"
    raise SpecError(
        f"n_envs={worlds:,} worlds need about {(worlds * each + LIBRARY_BYTES) / 1e9:,.1f} GB of memory, and "
        f"{free / 1e9:,.1f} GB are free; {cure}"
    )


def _on_cpu(device: str) -> bool:
    """Whether it will be the CPU, as far as can be seen without CUDA."""
    return device == "cpu" or not gpu_here()


def _free_memory() -> int | None:
    """Bytes; None where the system does not say."""
    try:
        lines = MEMINFO.read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)
