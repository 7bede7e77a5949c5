"""Rows of a replay buffer to a file and back: raw bytes, array after array."""

import hashlib
import os
from pathlib import Path
from typing import Any

import numpy as np

from mjbench.api.session import Rows


def row_layout(rows: Rows) -> list[list[Any]]:
    """Name, type and shape of every array; JSON values."""
    return [[name, array.dtype.str, list(array.shape)] for name, array in rows.arrays.items()]


def write_rows(path: Path, rows: Rows, first: int, end: int) -> str:
    """Write rows ``first`` to ``end``, synced to disk; the file's SHA-256.

    Args:
        path: the file.
        rows: the buffer.
        first: index of the first row, counted from the first that was ever written; still in the buffer.
        end: one past the last.
    """
    digest = hashlib.sha256()
    with open(path, "wb") as file:
        for piece in _pieces(rows, first, end):
            file.write(piece.data)
            digest.update(piece.data)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def read_rows(path: Path, rows: Rows, first: int, end: int) -> None:
    """Inverse of ``write_rows``; rows that later ones have overwritten may be among them: read in order."""
    with open(path, "rb") as file:
        for piece in _pieces(rows, first, end):
            if file.readinto(piece.data) != piece.nbytes:
                raise OSError(f"{path} is shorter than it was written")


def _pieces(rows: Rows, first: int, end: int) -> list[np.ndarray]:
    """Contiguous stretches of the arrays that hold the rows, in a fixed order."""
    found: list[np.ndarray] = []
    for array in rows.arrays.values():
        if not array.flags.c_contiguous:
            raise ValueError("the arrays of a replay buffer must be C-contiguous")
        capacity = len(array)
        begin = first
        while begin < end:
            place = begin % capacity
            count = min(end - begin, capacity - place)
            found.append(array[place : place + count].reshape(-1).view(np.uint8))
            begin += count
    return [piece for piece in found if piece.size]
