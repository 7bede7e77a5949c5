"""What playing a stranger's policy, or training a stranger's run, may take of a machine."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits of one process, each with the option of ``mjbench submission validate`` that changes it."""

    minutes: float = 30.0
    """Wall time in which one policy is played; ``--minutes``."""
    hours: float = 48.0
    """Wall time in which one run is trained; ``--hours``."""
    memory_gib: float = 8.0
    """Memory of its own that the process may have, libraries included; ``--memory``."""

    @property
    def memory_bytes(self) -> int:
        """``memory_gib`` in bytes."""
        return int(self.memory_gib * 2**30)


@contextmanager
def memory_limited(size: int) -> Iterator[None]:
    """Processes started inside get no more than ``size`` bytes of memory of their own, nor does this one meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (_least(size, soft, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _least(*sizes: int) -> int:
    finite = [size for size in sizes if size != resource.RLIM_INFINITY]
    return min(finite) if finite else resource.RLIM_INFINITY
