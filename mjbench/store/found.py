"""A record in the store, with where it lies."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mjbench.spec.record import RunRecord


@dataclass(frozen=True)
class Found:
    """One record."""

    path: Path
    """The run's folder."""
    record: RunRecord

    @cached_property
    def folder(self) -> str:
        """``path`` as text."""
        return str(self.path)

    @property
    def known_sha256(self) -> str | None:
        """Of its file's bytes when it was read; None where that was not kept."""
        return None
