"""The index of a results folder: what was read of its records, so that the next command reads no record again.

It is never trusted over the records. A row counts only while the record's file has the size, the times, the inode and
the device that it had when it was read; the time of the last change of state (ctime) cannot be set by anyone. The file
carries a checksum made with a key that lies outside of the results folder and belongs to this user. So an index that
was cut off, edited, or came with somebody else's results, as with a pull request, is as good as none.

results/.index/records-3fa9c1d2.bin: a line, the checksum, the size of the head, the head (JSON), the arrays.
"""

import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Sequence
from pathlib import Path

from mjbench.errors import RecordError
from mjbench.io.files import write_atomic
from mjbench.io.strict import read_file
from mjbench.store.lean import WIDTH, Table

FOLDER = ".index"
FEWEST = 1000
"""Records of a folder that has an index; fewer are read in the time that an index takes."""
STALE_SHARE = 20
"""The index is written again when one record in so many was not in it."""
SETTLED_NS = 2_000_000_000
"""A file that changed so shortly before it was read may change again without another time: it gets no row."""
LIMIT = 2**36
_FORMAT = b"mjbench index 4\n"
_KEY = 32


def load(root: Path) -> Table | None:
    """The index of ``root``; None where there is none that this user wrote and that is whole."""
    key = _key()
    if key is None:
        return None
    try:
        data = memoryview(read_file(_path(root, key), LIMIT))
        body = data[len(_FORMAT) + _KEY :]
        sound = data[: len(_FORMAT)] == _FORMAT
        if not sound or not hmac.compare_digest(_checksum(key, body), data[len(_FORMAT) : len(_FORMAT) + _KEY]):
            return None
        return _table(body)
    except (RecordError, OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def save(root: Path, table: Table) -> None:
    """Write the index whole or not at all; a folder that refuses it goes without."""
    key = _key()
    if key is None:
        return
    parts = [memoryview(part).cast("B") for part in (table.rows, table.floats, table.ints, table.hashes)]  # pyright: ignore
    head = {"values": table.values, "folders": table.folders, "sizes": [part.nbytes for part in parts]}
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # arrays begin at multiples of 8
    body = b"".join([len(text).to_bytes(8, "little"), text, *parts])
    path = _path(root, key)
    try:
        if path.parent.is_symlink():  # it may have come with the results, and lead anywhere
            return
        path.parent.mkdir(exist_ok=True)
        write_atomic(path, b"".join([_FORMAT, _checksum(key, body), body]))
    except OSError:
        pass


def update(root: Path, old: Table | None, fresh: Table, used: Sequence[tuple[Table, int]], begun: int) -> None:
    """Write the index again where it would spare much reading.

    Args:
        root: the results folder.
        old: what ``load`` gave.
        fresh: holds what was read.
        used: table and row of every record.
        begun: when the reading began, by ``time.monotonic_ns``.
    """
    stale = len(fresh.folders) + (len(old.folders) - len(used) + len(fresh.folders) if old else 0)
    if len(used) < FEWEST or stale * STALE_SHARE < len(used) or (now := _now_ns(root)) is None:
        return
    read_ns = now - (time.monotonic_ns() - begun)  # no record was read before
    rows = [(table, row) for table, row in used if max(table.identity(row)[1:3]) < read_ns - SETTLED_NS]
    if len(rows) == len(fresh.folders) and all(table is fresh for table, _ in rows):
        save(root, fresh)
        return
    merged = Table()
    for table, row in rows:
        merged.copy(table, row)
    save(root, merged)


def _now_ns(root: Path) -> int | None:
    """The time by the clock of the file system that ``root`` is on; None where it takes no file."""
    probe = root / FOLDER / f".clock.{os.getpid()}.{secrets.token_hex(4)}.tmp"
    try:
        if probe.parent.is_symlink():
            return None
        probe.parent.mkdir(exist_ok=True)
        probe.touch()
        now = probe.stat().st_mtime_ns
        probe.unlink()
    except OSError:
        return None
    return now


def _table(body: memoryview) -> Table:
    size = int.from_bytes(body[:8], "little")
    head = json.loads(bytes(body[8 : 8 + size]))
    table, start, parts = Table(), 8 + size, []
    for length in head["sizes"]:
        parts.append(body[start : start + length])
        start += length
    table.values, table.folders = head["values"], head["folders"]
    table.rows, table.floats, table.ints = (part.cast(kind) for part, kind in zip(parts, "qdi", strict=False))
    table.hashes = parts[3]
    if len(table.rows) != WIDTH * len(table.folders):
        raise ValueError("rows and folders differ")
    return table


def _checksum(key: bytes, body: bytes | memoryview) -> bytes:
    return hashlib.blake2b(body, key=key, digest_size=_KEY).digest()


def _path(root: Path, key: bytes) -> Path:
    """Of this user's index: others that read the same results have their own."""
    return root / FOLDER / f"records-{hashlib.sha256(key).hexdigest()[:8]}.bin"


def _key() -> bytes | None:
    """This user's key, made when first needed; None where it cannot be kept."""
    try:
        home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
        path = home / "mjbench" / "index.key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(_KEY))
            try:
                os.link(fresh, path)  # of several processes one wins
            finally:
                fresh.unlink()
        key = path.read_bytes()
        return key if len(key) == _KEY else None
    except (OSError, RuntimeError):
        return None
