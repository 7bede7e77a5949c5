"""A remote that is a folder on a file system which all machines mount."""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

from mjbench.io.files import write_atomic
from mjbench.store.remote_api import Occupied, RemoteError, Seen

P = ParamSpec("P")
T = TypeVar("T")


def _named(method: Callable[P, T]) -> Callable[P, T]:
    """With RemoteError in place of OSError."""

    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(*args, **kwargs)
        except OSError as error:
            where = f" ({error.filename})" if error.filename else ""
            raise RemoteError(f"cannot use the remote {args[0]}: {error.strerror or error}{where}") from error  # pyright: ignore[reportGeneralTypeIssues]

    return call


class FolderRemote:
    """See ``mjbench.store.remote_api.Remote``. Objects are created by a link that must be new, and replaced under a
    lock of the file system, which ends with the process that holds it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __str__(self) -> str:
        return str(self._root)

    @property
    def url(self) -> str:
        """See ``Remote``."""
        return str(self._root)

    @_named
    def listed(self, prefix: str = "") -> list[str]:
        """See ``Remote``."""
        if not self._root.is_dir():
            raise FileNotFoundError(2, "no such folder; make it with mkdir -p", str(self._root))
        around = self._root / prefix.rpartition("/")[0]
        found = (path for path in around.rglob("*") if not path.name.startswith(".~") and path.is_file())
        return sorted(key for path in found if (key := path.relative_to(self._root).as_posix()).startswith(prefix))

    @_named
    def look(self, key: str) -> Seen | None:
        """See ``Remote``."""
        path = self._root / key
        try:
            data = path.read_bytes()
            return Seen(data, _tag(data), self._now(path.parent) - path.stat().st_mtime)
        except (FileNotFoundError, NotADirectoryError):
            return None

    @_named
    def create(self, key: str, data: bytes) -> str:
        """See ``Remote``."""
        path = self._made(key)
        temporary = path.with_name(f".~{secrets.token_hex(8)}")
        write_atomic(temporary, data)
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise Occupied from None
        finally:
            temporary.unlink(missing_ok=True)
        return _tag(data)

    @_named
    def replace(self, key: str, data: bytes, tag: str) -> str:
        """See ``Remote``."""
        path = self._root / key
        if not path.exists():
            raise Occupied
        with _lock(path.with_name(f".~{path.name}.lock")):
            seen = self.look(key)
            if seen is None or seen.tag != tag:
                raise Occupied
            write_atomic(path, data)
        return _tag(data)

    @_named
    def upload(self, path: Path, key: str) -> None:
        """See ``Remote``."""
        _copy(path, self._made(key))

    @_named
    def download(self, key: str, path: Path) -> None:
        """See ``Remote``."""
        _copy(self._root / key, path)

    @_named
    def remove(self, keys: Iterable[str]) -> None:
        """See ``Remote``; folders that become empty go too."""
        folders = set()
        for key in keys:
            path = self._root / key
            path.unlink(missing_ok=True)
            path.with_name(f".~{path.name}.lock").unlink(missing_ok=True)
            folders |= {self._root / parent for parent in Path(key).parents if parent.parts}
        for folder in sorted(folders, key=lambda folder: -len(folder.parts)):
            with contextlib.suppress(OSError):
                folder.rmdir()

    def _made(self, key: str) -> Path:
        """The path of ``key``, in a folder that is there; the root is never made."""
        if not self._root.is_dir():
            raise FileNotFoundError(2, "no such folder; make it with mkdir -p", str(self._root))
        path = self._root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _now(self, folder: Path) -> float:
        """The clock of the file system, which may differ from ours."""
        probe = folder / f".~{secrets.token_hex(8)}"
        try:
            probe.touch()
            return probe.stat().st_mtime
        except OSError:
            return time.time()
        finally:
            with contextlib.suppress(OSError):
                probe.unlink()


def _tag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _copy(source: Path, target: Path) -> None:
    temporary = target.with_name(f".~{secrets.token_hex(8)}")
    try:
        shutil.copyfile(source, temporary)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with open(path, "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
