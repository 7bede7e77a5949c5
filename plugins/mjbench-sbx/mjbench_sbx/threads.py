"""The number of threads that XLA computes with."""

import os
import sys

from mjbench.errors import SpecError


def fix_threads(count: int) -> None:
    """Let JAX compute on the processor with ``count`` threads; sums round differently on another number of them.

    XLA reads this when JAX is imported and first used, so a process has one number of threads.

    Raises:
        SpecError: JAX is imported already, for something else.
    """
    wanted = {
        "JAX_PLATFORMS": "cpu",
        "PJRT_NPROC": str(count),  # the size of XLA's pool of threads
        "XLA_FLAGS": f"--xla_cpu_multi_thread_eigen={'true' if count > 1 else 'false'}",
    }
    if "jax" in sys.modules and any(os.environ.get(name) != value for name, value in wanted.items()):
        raise SpecError(f"JAX is already in use, with another number of threads than {count}; train in a new process")
    os.environ.update(wanted)
