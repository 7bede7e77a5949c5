"""A place that all machines share, as the rest of mjbench sees it: keys, bytes and conditional writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mjbench.errors import StoreError


class RemoteError(StoreError):
    """The remote cannot be used, or does not answer."""


class Occupied(Exception):
    """A conditional write was refused: another one came first."""


@dataclass(frozen=True)
class Seen:
    """An object as it was at one moment."""

    data: bytes
    tag: str
    """Differs between any two contents; ``replace`` takes it."""
    age_s: float
    """Seconds since it was written, by the remote's own clock."""


class Remote(Protocol):
    """Keys are relative to ``url`` and have ``/`` between their parts. Every method may raise RemoteError."""

    @property
    def url(self) -> str:
        """As ``open_remote`` takes it, from any folder."""
        ...

    def listed(self, prefix: str = "") -> list[str]:
        """All keys that begin with ``prefix``, in order."""
        ...

    def look(self, key: str) -> Seen | None:
        """The object; None where there is none."""
        ...

    def create(self, key: str, data: bytes) -> str:
        """Write an object that is not there yet; its tag.

        Raises:
            Occupied: it is there.
        """
        ...

    def replace(self, key: str, data: bytes, tag: str) -> str:
        """Write over the object with this tag; the new tag.

        Raises:
            Occupied: it has another tag by now, or is gone.
        """
        ...

    def upload(self, path: Path, key: str) -> None:
        """Write a file of any size, whatever is there."""
        ...

    def download(self, key: str, path: Path) -> None:
        """Fetch an object of any size.

        Raises:
            RemoteError: also where there is none.
        """
        ...

    def remove(self, keys: Iterable[str]) -> None:
        """Remove objects; one that is not there is no error."""
        ...
