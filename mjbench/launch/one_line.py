"""Accidents on one line: of a launcher, or of one run of many."""

import contextlib
import sys
from collections.abc import Iterator

from mjbench.errors import MjbenchError
from mjbench.spec.run import RunSpec


@contextlib.contextmanager
def of_the_launcher(what: str) -> Iterator[None]:
    """Around code of the launcher, whose accidents are an error of one line."""
    try:
        yield
    except (MjbenchError, KeyboardInterrupt):
        raise
    except BaseException as error:  # sys.exit included
        raise MjbenchError(f"the launcher {what}: {type(error).__name__}: {error}") from error


@contextlib.contextmanager
def one_line(run: RunSpec) -> Iterator[None]:
    """What goes wrong with one run, such as a disk that refuses, is one line, and the other runs are done."""
    try:
        yield
    except (OSError, MjbenchError) as error:
        tell(f"{run.label}: {error}")


def tell(line: str) -> None:
    """Print a line of mjbench's to the terminal, at once."""
    print(f"mjbench: {line}", file=sys.stderr, flush=True)
