"""Slurm's own commands: the only place that calls them."""

import shutil
import signal
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mjbench.api.launcher import State
from mjbench.errors import MjbenchError, nearest_names
from mjbench.runner.command import STOPPED
from mjbench_slurm.times import minutes

PATIENCE_S = 60.0
STOPPING = ("CANCELLED", "PREEMPTED", "TIMEOUT", "NODE_FAIL", "BOOT_FAIL", "DEADLINE", "REVOKED")
"""States of a job that has ended, through no fault of its run."""
OWN = ("--array", "--job-name", "--requeue", "--chdir", "--output", "--signal")
"""Options of ``sbatch`` that no user chooses."""


class SlurmError(MjbenchError):
    """Slurm refuses, or does not answer; the message is its own first line."""


@dataclass(frozen=True)
class Partition:
    """A partition as ``sinfo`` shows it."""

    name: str
    minutes: float
    """Longest time limit; infinite where there is none."""
    processors: int
    """Of all its nodes that are in service."""
    hosts: frozenset[str]
    """Host names of its nodes."""
    default: bool


def installed() -> bool:
    """Whether this machine can submit jobs."""
    return shutil.which("sbatch") is not None


def submit(script: str, options: Sequence[str]) -> str:
    """Submit a script; the job's id.

    Raises:
        SlurmError: Slurm refuses it.
    """
    return _output(["sbatch", "--parsable", *options], script).strip().partition(";")[0]


def try_out(script: str, options: Sequence[str]) -> None:
    """Raise what ``submit`` would raise, and submit nothing."""
    try:
        _output(["sbatch", "--test-only", *options], script)
    except SlurmError as error:
        asked = [word for word in options if not word.startswith(OWN)]
        said = str(error).rpartition("allocation failure: ")[2]
        raise SlurmError(f"Slurm refuses jobs with {' '.join(asked)}: {said}") from None


def cancel(ids: Iterable[str], at_once: bool = False) -> None:
    """End jobs: as SIGTERM does, and after the cluster's ``KillWait`` by force; or at once.

    Raises:
        SlurmError: Slurm does not answer. Jobs that have ended are no error.
    """
    force = ["--signal=KILL", "--full"] if at_once else []
    _output(["scancel", "--quiet", *force, *ids])


def states(name: str) -> dict[str, tuple[str, int]]:
    """How the user's jobs with this name are, by id, as ``12_3``, for ``state_of``.

    Jobs that ended some minutes ago are not there.

    Raises:
        SlurmError: Slurm does not answer.
    """
    columns = "ArrayJobID:32,ArrayTaskID:32,State:32,exit_code:32"
    answer = _output(["squeue", "--noheader", "--array", "--states=all", "--me", f"--name={name}", "-O", columns])
    rows = [line.split() for line in answer.splitlines()]
    return {f"{row[0]}_{row[1]}": (row[2], int(row[3])) for row in rows if len(row) == 4}


def state_of(word: str, status: int) -> State:
    """What Slurm's name of a job's state means for its worker.

    Args:
        word: such as ``RUNNING``.
        status: as ``wait`` gives it: exit status times 256, or the number of a signal.
    """
    if word == "COMPLETED":
        return 0
    if word == "OUT_OF_MEMORY":
        return -signal.SIGKILL
    if word == "FAILED":
        return -(status & 127) if status & 127 else status >> 8
    return STOPPED if word in STOPPING else "running"


def partitions() -> list[Partition]:
    """Every partition, by name.

    Raises:
        SlurmError: Slurm does not answer.
    """
    found: dict[str, Partition] = {}
    for line in _output(["sinfo", "--noheader", "--Node", "-o", "%P|%l|%c|%n|%t"]).splitlines():
        name, limit, processors, host, state = line.split("|")
        bare, default = name.rstrip("*"), name.endswith("*")
        before = found.get(bare, Partition(bare, minutes(limit), 0, frozenset(), default))
        usable = 0 if state.rstrip("*").startswith(("down", "drain", "fail")) else int(processors)
        found[bare] = Partition(bare, before.minutes, before.processors + usable, before.hosts | {host}, before.default)
    return [found[name] for name in sorted(found)]


def choose(partitions: Sequence[Partition], name: str | None) -> Partition | None:
    """The partition called ``name``, or the default one; None where there is no default.

    Raises:
        SlurmError: there is none of this name; says which ones there are.
    """
    if name is None:
        return next((partition for partition in partitions if partition.default), None)
    names = [partition.name for partition in partitions]
    if name not in names:
        near = nearest_names(name, names)
        hint = f"did you mean {near[0]}? " if near else ""
        raise SlurmError(f"no partition {name!r} in this Slurm; {hint}it has {', '.join(names)}")
    return partitions[names.index(name)]


def _output(command: Sequence[str], script: str = "") -> str:
    try:
        done = subprocess.run(command, input=script, capture_output=True, text=True, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        raise SlurmError(f"{command[0]} has given no answer for {PATIENCE_S:.0f} s") from None
    except OSError as error:
        raise SlurmError(f"cannot start {command[0]}: {error.strerror}") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or [f"exit status {done.returncode}"]
        said = lines[-1].removeprefix(f"{command[0]}: ").removeprefix("error: ")
        raise SlurmError(f"{command[0]}: {said}")
    return done.stdout
