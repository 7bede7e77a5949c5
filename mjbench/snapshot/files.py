"""Snapshots of one run on the disk: two generations, each with checksums, whose manifest is written last.

``<n>.json``, the manifest of generation n, names and checks the files that belong to it: ``<n>.state``, and the
``rows-*.bin`` of the replay buffer, which generations share and which are never written twice. Whatever no
manifest names is left from a write that was cut short, and is removed. All of it is local and private.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mjbench.api.session import Rows
from mjbench.io.files import sync_folder, write_atomic
from mjbench.snapshot.mujoco_state import Unresumable
from mjbench.snapshot.replay_rows import read_rows, row_layout, write_rows

FORMAT = 2
GENERATIONS = 2
CHUNK_BYTES = 64 * 2**20
"""Files are hashed and read in pieces of this size."""


@dataclass(frozen=True)
class Chunk:
    """Rows ``first`` to ``end`` of all that were ever written into the replay buffer."""

    first: int
    end: int
    file: str
    sha256: str


@dataclass(frozen=True)
class Generation:
    """A snapshot whose files have all been checked."""

    number: int
    step: int
    state: Path
    chunks: tuple[Chunk, ...]
    layout: Any


class _Foreign(Exception):
    """A snapshot that may be whole, but that this software cannot continue from."""


class Snapshots:
    """The snapshots of one run.

    Args:
        folder: holds nothing else.
        origin: what a snapshot must have been made with to be of use: run, versions; JSON values.
        matters: whether a name in ``origin`` does when a snapshot is written, such as a package that has been imported.
    """

    def __init__(
        self, folder: Path, origin: Mapping[str, Any], matters: Callable[[str], bool] = lambda name: True
    ) -> None:
        self.folder = folder
        self._origin = json.loads(json.dumps(origin))
        self._matters = matters
        self._chunks: tuple[Chunk, ...] = ()
        self.problems: list[str] = []
        """A line for each snapshot that was found and could not be used."""

    def write(self, step: int, state: bytes, rows: Rows | None = None) -> None:
        """Add a generation; the one before stays, older ones go.

        Raises:
            OSError: the disk refuses; the generations that were there are untouched.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._write(max(_numbers(self.folder), default=0) + 1, step, state, rows)
        finally:
            self._clean()

    def latest(self) -> Generation | None:
        """The newest generation that is whole; notes in ``problems`` what is wrong with newer ones."""
        for number in sorted(_numbers(self.folder), reverse=True):
            try:
                found = self._check(number)
            except _Foreign as error:  # of use again where it was made
                self.problems.append(f"snapshot {number}: {error}")
                continue
            except (OSError, ValueError, KeyError, TypeError) as error:
                self.problems.append(f"snapshot {number}: {error}")
                with suppress(OSError):
                    (self.folder / f"{number}.json").unlink()
                continue
            self._chunks = found.chunks
            return found
        return None

    def read(self, generation: Generation, rows: Rows | None = None) -> bytes:
        """The state that was written, with ``rows`` filled in place.

        Raises:
            Unresumable: the rows have another layout.
        """
        if (row_layout(rows) if rows else None) != generation.layout:
            raise Unresumable("the replay buffer has another layout than the saved one")
        if rows:
            for chunk in generation.chunks:
                read_rows(self.folder / chunk.file, rows, chunk.first, chunk.end)
        return generation.state.read_bytes()

    def discard(self) -> None:
        """Remove every snapshot, manifests first."""
        for pattern in ("*.json", "*"):
            for path in list(self.folder.glob(pattern)):
                path.unlink(missing_ok=True)
        self._chunks = ()

    def _write(self, number: int, step: int, state: bytes, rows: Rows | None) -> None:
        chunks = self._add_rows(rows) if rows else ()
        name = f"{number}.state"
        _write_synced(self.folder / name, state)
        body = {
            "format": FORMAT,
            "step": step,
            "origin": {name: value for name, value in self._origin.items() if self._matters(name)},
            "state": {"file": name, "sha256": hashlib.sha256(state).hexdigest()},
            "rows": [vars(chunk) for chunk in chunks],
            "layout": row_layout(rows) if rows else None,
        }
        text = json.dumps(body, indent=1)
        signed = json.dumps({"sha256": hashlib.sha256(text.encode()).hexdigest(), "manifest": text})
        write_atomic(self.folder / f"{number}.json", signed.encode())
        self._chunks = chunks

    def _add_rows(self, rows: Rows) -> tuple[Chunk, ...]:
        capacity = len(next(iter(rows.arrays.values())))
        oldest = max(0, rows.written - capacity)
        kept = tuple(chunk for chunk in self._chunks if chunk.end > oldest)
        first = max(oldest, kept[-1].end if kept else 0)
        if first >= rows.written:
            return kept
        file = f"rows-{first}-{rows.written}.bin"
        sha256 = write_rows(self.folder / file, rows, first, rows.written)
        return (*kept, Chunk(first, rows.written, file, sha256))

    def _check(self, number: int) -> Generation:
        signed = json.loads((self.folder / f"{number}.json").read_bytes())
        text = signed["manifest"]
        if hashlib.sha256(text.encode()).hexdigest() != signed["sha256"]:
            raise ValueError("the manifest is damaged")
        body = json.loads(text)
        if body["format"] != FORMAT:
            raise _Foreign(f"written in format {body['format']}, this mjbench reads {FORMAT}")
        if different := _difference(body["origin"], self._origin):
            raise _Foreign(f"made with other software ({different})")
        chunks = tuple(Chunk(**chunk) for chunk in body["rows"])
        for file, sha256 in [(body["state"]["file"], body["state"]["sha256"]), *((c.file, c.sha256) for c in chunks)]:
            if digest_of(self.folder / file) != sha256:
                raise ValueError(f"{file} is damaged")
        return Generation(number, body["step"], self.folder / body["state"]["file"], chunks, body["layout"])

    def _clean(self) -> None:
        """Remove old generations and files that no manifest names. Failing here harms nothing."""
        with suppress(OSError, ValueError, KeyError):
            keep: set[str] = set()
            for number in sorted(_numbers(self.folder), reverse=True)[:GENERATIONS]:
                body = json.loads(json.loads((self.folder / f"{number}.json").read_bytes())["manifest"])
                keep |= {f"{number}.json", body["state"]["file"], *(chunk["file"] for chunk in body["rows"])}
            # A manifest goes before the files that it names.
            for path in sorted(self.folder.iterdir(), key=lambda path: path.suffix != ".json"):
                if path.name not in keep:
                    path.unlink(missing_ok=True)
            sync_folder(self.folder)


def newest(folder: Path) -> int | None:
    """Number of the newest generation in ``folder``, unchecked; None without any."""
    return max(_numbers(folder), default=None)


def files_of(manifest: str) -> tuple[int, dict[str, str]]:
    """Environment steps of a snapshot, and the SHA-256 of each of its files by name.

    Raises:
        ValueError, KeyError, TypeError: it is no manifest.
    """
    body = json.loads(json.loads(manifest)["manifest"])
    files = {body["state"]["file"]: body["state"]["sha256"]}
    return int(body["step"]), {**files, **{chunk["file"]: chunk["sha256"] for chunk in body["rows"]}}


def _numbers(folder: Path) -> list[int]:
    return [int(path.stem) for path in folder.glob("*.json") if path.stem.isdecimal()]


def _write_synced(path: Path, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(CHUNK_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _difference(saved: Mapping[str, Any], here: Mapping[str, Any]) -> str:
    """Of what mattered when it was saved; empty where all of that is the same here."""
    names = [name for name in saved if saved[name] != here.get(name)]
    return ", ".join(f"{name}: saved {saved[name]}, installed {here.get(name)}" for name in names)
