"""Robustness files beside records, which go along with them."""

from pathlib import Path

from mjbench.errors import RecordError
from mjbench.io.files import write_once
from mjbench.io.strict import read_file
from mjbench.store.found import Found
from mjbench.store.robustness import LIMIT, read_robustness, robustness_files


def beside(item: Found) -> dict[str, bytes]:
    """The files beside a record by name, each held to the record.

    Raises:
        RecordError: one is damaged, or of another run or policy.
    """
    files: dict[str, bytes] = {}
    for name in robustness_files(item.path):
        try:
            read_robustness(item.path / name, item.record)
            files[name] = read_file(item.path / name, LIMIT)
        except RecordError as error:
            raise RecordError(f"{item.path / name}: {error}") from error
    return files


def missing(files: dict[str, bytes], home: Path) -> dict[str, bytes]:
    """Those of ``files`` that ``home`` does not have.

    Raises:
        RecordError: one is there with other bytes.
    """
    new: dict[str, bytes] = {}
    for name, body in files.items():
        if not (home / name).exists():
            new[name] = body
        elif read_file(home / name, LIMIT) != body:
            raise RecordError(f"{home / name} is there with other contents")
    return new


def add(files: dict[str, bytes], home: Path) -> None:
    """Write files beside a record, each whole or not at all."""
    for name, body in files.items():
        write_once(home / name, body)
