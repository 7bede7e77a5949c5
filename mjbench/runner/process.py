"""Which process is meant, also after its number was used again."""

import contextlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """A process of this machine, or of this container."""

    pid: int
    started: str
    """When, in the words of ``started``."""

    @classmethod
    def this(cls) -> "Process":
        """The one that calls."""
        return cls(os.getpid(), started(os.getpid()) or "")

    def alive(self) -> bool:
        """Whether it still runs."""
        return started(self.pid) == self.started

    def __str__(self) -> str:
        return f"{self.pid}:{self.started}"

    @classmethod
    def parse(cls, text: str) -> "Process":
        """The reverse of ``str``.

        Raises:
            ValueError: it is no such text.
        """
        pid, _, when = text.partition(":")
        return cls(int(pid), when)


def place() -> str:
    """Where process numbers mean the same: this start of this machine, this container."""
    parts = [socket.gethostname()]
    with contextlib.suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
    with contextlib.suppress(OSError):
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    return " ".join(parts)


def started(pid: int) -> str | None:
    """When the process started, so that a number used again is not taken for it; None if there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[19]
    except (FileNotFoundError, ProcessLookupError):  # the second: it ended between opening and reading
        if Path("/proc/self/stat").exists():
            return None
    except OSError:
        pass
    try:  # no /proc
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return "alive"
