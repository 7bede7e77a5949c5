"""Whether nodes see a results folder, where that can be known before a job runs."""

import socket
from pathlib import Path

from mjbench.errors import MjbenchError
from mjbench_slurm.commands import Partition

IN_MEMORY = ("tmpfs", "ramfs", "devtmpfs")
OWN = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))
"""Folders that every machine has for itself."""


def check_shared(folder: Path, partition: Partition, mounts: Path = Path("/proc/mounts")) -> None:
    """Refuse a folder that only this machine has.

    Args:
        folder: inside of the results folder.
        partition: whose nodes will write into it.
        mounts: the table of mounted file systems.

    Raises:
        MjbenchError: a node is another machine, and the folder is in memory or under ``OWN``.
    """
    if partition.hosts <= {socket.gethostname(), socket.gethostname().partition(".")[0]}:
        return
    results = folder.parent.parent
    if file_system(folder, mounts) in IN_MEMORY or any(results.is_relative_to(own) for own in OWN):
        others = sorted(partition.hosts - {socket.gethostname()})[0]
        raise MjbenchError(
            f"{results} lies on this machine alone, and jobs run on others ({others}); "
            "choose a folder that all nodes share with --results"
        )


def file_system(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """Type of the file system that holds ``folder``, such as ``nfs4``; empty where it is unknown."""
    try:
        rows = [line.split() for line in mounts.read_text().splitlines()]
    except OSError:
        return ""
    inside = [(len(row[1]), row[2]) for row in rows if len(row) > 2 and folder.is_relative_to(row[1])]
    return max(inside, default=(0, ""))[1]
