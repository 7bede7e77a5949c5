"""A disk that fails, or a process that dies, at any one call that changes the disk."""

import builtins
import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FAULTS = [OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EIO, "Input/output error"), None]


class Dies(BaseException):
    """Stands for a kill: no handler may run after it that a real kill would not let run."""


def fault_at(monkeypatch: pytest.MonkeyPatch, number: int, error: BaseException | None) -> Callable[[], int]:
    """Every write, sync, rename, link and removal counts; the one with this number fails. Returns how many there were.

    With None the process dies there: that call and every later one that would change the disk do nothing.
    """
    calls, dead = 0, False

    def wrap(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal calls, dead
            calls += 1
            if dead:
                raise Dies
            if calls == number:
                dead = error is None
                raise error or Dies
            return real(*arguments, **options)

        return call

    real_open = builtins.open

    def opened(path: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
        file = real_open(path, mode, *rest, **options)
        if "w" in mode or "x" in mode:
            return _Written(file, wrap(file.write))
        return file

    monkeypatch.setattr(os, "fsync", wrap(os.fsync))
    monkeypatch.setattr(os, "replace", wrap(os.replace))
    monkeypatch.setattr(os, "rename", wrap(os.rename))
    monkeypatch.setattr(Path, "unlink", wrap(Path.unlink))
    monkeypatch.setattr(builtins, "open", opened)
    monkeypatch.setattr(io, "open", opened)
    return lambda: calls


class _Written:
    """A file whose ``write`` may fail."""

    def __init__(self, file: Any, write: Callable[..., Any]) -> None:
        self._file, self.write = file, write

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_Written":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
