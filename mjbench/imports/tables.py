"""CSV files as columns, bounded and whole."""

import csv
import io
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from mjbench.imports.log import MOST_COLUMNS, MOST_ROWS, Options, Source, refuse
from mjbench.io.strict import clean

Frame = Any
"""A pandas.DataFrame, whose slices no type checker follows."""
_LONGEST_HEAD = 2**20


def head(source: Source, skip: int = 0) -> list[str]:
    """Names of the columns in line ``skip``; empty where that is no line of a CSV file."""
    try:
        line = source.data[:_LONGEST_HEAD].split(b"\n", skip + 1)[skip]
        return next(csv.reader([line.decode("utf-8-sig").rstrip("\r")]), [])
    except (UnicodeDecodeError, IndexError, csv.Error):
        return []


def table(source: Source, skip: int = 0, ended: bool = True) -> Frame:
    """All columns as text or numbers.

    Args:
        source: the file.
        skip: lines before the names of the columns.
        ended: whether the last line must end; some exports leave that out, whose last row must then be whole.

    Raises:
        LogError: cut off, of uneven rows, too many rows, no text.
    """
    import pandas as pd

    names = head(source, skip)
    if len(names) > MOST_COLUMNS or source.data.find(b"\n", 0, _LONGEST_HEAD) < 0:
        raise refuse(
            source, f"more than {MOST_COLUMNS:,} columns, or a first line of more than {_LONGEST_HEAD:,} bytes"
        )
    if not source.data.endswith((b"\n", b"\r")):
        last = source.data[source.data.rfind(b"\n") + 1 :].decode("utf-8", "replace")
        if ended or _fields(last) != len(names):
            raise refuse(source, "cut off: its last line does not end")
    if source.data.count(b"\n") > MOST_ROWS:
        raise refuse(source, f"more than {MOST_ROWS:,} rows")
    if len(set(names)) != len(names):
        raise refuse(source, "two of its columns have the same name")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            found = pd.read_csv(
                io.BytesIO(source.data), skiprows=skip, encoding="utf-8-sig", index_col=False, low_memory=False
            )
    except (ValueError, pd.errors.ParserWarning) as error:
        raise refuse(source, f"no CSV file that can be read ({clean(str(error).strip())})") from None
    if not len(found):
        raise refuse(source, "it has no rows")
    return found


def _fields(line: str) -> int:
    try:
        return len(next(csv.reader([line]), []))
    except csv.Error:
        return 0


def numbers(source: Source, frame: Frame, column: str) -> np.ndarray:
    """One column of numbers, shape (n,); empty fields are nan.

    Raises:
        LogError: a field that is no number.
    """
    try:
        return np.asarray(frame[column], dtype=float)
    except (ValueError, TypeError):
        raise refuse(source, f"the column {clean(column)!r} holds something else than numbers") from None


def steps(source: Source, values: np.ndarray) -> np.ndarray:
    """``values`` as whole steps.

    Raises:
        LogError: one is missing, negative or no whole number.
    """
    if (
        not np.isfinite(values).all()
        or (values < 0).any()
        or (values != np.round(values)).any()
        or (values > 2**53).any()
    ):
        raise refuse(
            source, "a step is missing, negative or no whole number; the file may be cut off or of another tool"
        )
    return values.astype(np.int64)


def rows_of(source: Source, frame: Frame, options: Options) -> Frame:
    """The rows that ``--where`` chooses.

    Raises:
        LogError: no such column, or no row with the value.
    """
    for column, value in options.where.items():
        if column not in frame:
            raise refuse(source, f"no column {clean(column)!r}; it has: {_listed(list(map(str, frame)))}")
        chosen = frame[frame[column].astype(str) == value]
        if not len(chosen):
            there = _listed(sorted(set(frame[column].astype(str))))
            raise refuse(source, f"no row has {clean(column)}={clean(value)}; there are: {there}")
        frame = chosen
    return frame


def single(source: Source, frame: Frame, column: str) -> str:
    """The one value of a column.

    Raises:
        LogError: it has several; ``--where`` chooses one.
    """
    values = sorted(set(frame[column].astype(str)))
    if len(values) > 1:
        raise refuse(source, f"several values of {column}; choose one with --where {column}=NAME: {_listed(values)}")
    return values[0]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(clean, names[:8])) + (", ..." if len(names) > 8 else "")
