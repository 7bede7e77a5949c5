"""What a launcher must offer."""

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Protocol

from mjbench.spec.run import RunSpec


class Launcher(Protocol):
    """Starts workers somewhere. An entry point of the group ``mjbench.launchers`` names such an object."""

    def launch(self, runs: Sequence[RunSpec], results: Path, jobs: int) -> Generator[None, None, None]:
        """Execute every run, at most ``jobs`` at once (0: as many as fit), yielding about once a second.

        What happens is read from the files under ``results``. Closing the generator stops the workers.
        """
        ...
