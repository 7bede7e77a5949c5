"""What a launcher must offer: where workers run. The rest is the queue's (``mjbench.launch.queue``), for all alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from mjbench.spec.run import RunSpec

State = int | Literal["running", "unknown"]
"""Of a worker: ``running``, also while it waits for its place; its exit status once it has ended, negative where a
signal ended it; or ``unknown`` where that cannot be found out now."""


@dataclass(frozen=True)
class Room:
    """How many workers fit."""

    workers: int
    """At most so many at once."""
    memory: float | None = None
    """Bytes for all of them together; infinite where each has its own, None for what is free on this machine."""
    ahead: bool = False
    """Whether more may be started, which wait at the launcher's for their turn, as in the queue of a cluster."""


@dataclass(frozen=True)
class Job:
    """A worker to start."""

    run: RunSpec
    command: Sequence[str]
    """What to execute. It ends within 30 seconds of SIGTERM."""
    folder: Path
    """Where to execute it: the run's private folder, which is there."""
    environment: Mapping[str, str]
    """Variables beside those of this process, that must be set before Python starts: thread counts."""
    log: Path
    """The file to append its output and errors to; a failed run's record quotes the last lines."""
    memory: float
    """Bytes that it may take, estimated."""
    seconds: float | None = None
    """That it may take, its start included, estimated; None where it is unknown."""


class Worker(Protocol):
    """One that was started."""

    def state(self) -> State:
        """How it is. Called five times a second; where the answer takes time, keep it for some seconds."""
        ...

    def stop(self, force: bool) -> None:
        """Make it end: in good order, as SIGTERM does, or with ``force`` at once. Returns without waiting."""
        ...


class Launcher(Protocol):
    """Starts workers somewhere. An entry point of the group ``mjbench.launchers`` names such an object.

    It may also have

    - ``start_all(jobs)``: starts a list of jobs together, as one array of a cluster, and returns their workers in the
      same order. Used instead of ``start``. An exception means that none was started, and ends the command;
    - ``with_options(path)``: a launcher with the options of a file, which ``--launcher-options`` names. MjbenchError
      where the file cannot be used.

    One whose workers are detached may also have

    - ``attach(folder)``: the worker that it has started for the run whose private folder this is, as long as it waits
      or runs; else None. For each such worker there is a file ``NAME.job`` in the folder, NAME being that of the entry
      point. ``mjbench status`` and ``mjbench cancel`` use it. ``start`` and ``start_all`` give this worker instead of
      starting a second one.
    """

    @property
    def detached(self) -> bool:
        """Whether workers outlive the process that started them, as on a cluster; others end when it is gone.

        Ctrl-C leaves detached workers as they are.
        """
        ...

    def room(self, jobs: int) -> Room:
        """How many workers fit.

        Args:
            jobs: how many the user wants at once; 0 for as many as are best.
        """
        ...

    def start(self, job: Job) -> Worker:
        """Start a worker.

        Raises:
            OSError: it cannot be started; so may any other exception, whose text is shown.
        """
        ...
