"""What a reader gets and gives: the bytes of a file, and the runs that it holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mjbench.errors import MjbenchError
from mjbench.spec.imported import Returns

FILE_LIMIT = 256 * 2**20
"""Bytes of one file."""
MOST_ROWS = 5_000_000
"""Rows, events or numbers of one file."""
MOST_COLUMNS = 10_000
"""Of a table."""
MOST_RUNS = 1_000
"""Of one file; each becomes a file of its own."""


class LogError(MjbenchError):
    """A log cannot be read; the message names the file."""


@dataclass(frozen=True)
class Source:
    """One file."""

    path: Path
    data: bytes


@dataclass(frozen=True)
class Options:
    """What the user says about the logs."""

    metric: str = ""
    """Column or tag of the returns, where a log has several."""
    where: Mapping[str, str] = field(default_factory=dict)
    """Column -> the value that rows must have."""


@dataclass(frozen=True, eq=False)
class Log:
    """One run in one file or more."""

    sources: tuple[Source, ...]
    metric: str
    returns: Returns
    step: np.ndarray
    """Shape (n,), whole numbers, in any order."""
    value: np.ndarray
    """Shape (n,)."""
    episodes: int | None = None
    """Behind each point."""
    seed: int | None = None
    environment: str = ""
    """As the log calls it."""
    algorithm: str = ""
    name: str = ""
    """Tells the runs of one file apart."""
    steps_known: bool = True
    """Whether ``step`` surely counts environment steps."""


@dataclass(frozen=True)
class Format:
    """One kind of log."""

    name: str
    title: str
    recognises: Callable[[Source], bool]
    """Decides by the first bytes."""
    read: Callable[[Sequence[Source], Options], list[Log]]
    """Sources that belong together -> runs. Raises LogError."""
    together: bool = False
    """Whether the files of one folder are one run."""


def refuse(source: Source, why: str) -> LogError:
    """The error of a file that cannot be read."""
    return LogError(f"{source.path}: {why}")
