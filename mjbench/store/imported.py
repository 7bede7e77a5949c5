"""Imported runs on disk, beside the records and never among them.

results/
  imported/gymnasium/Hopper-v5/their-sac/0.json     one imported run: task, algorithm and seed
"""

import json
from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from mjbench.errors import MjbenchError, RecordError, StoreError
from mjbench.io.files import write_atomic
from mjbench.io.printable import printable
from mjbench.io.strict import clean, is_plain, parse_json, read_file
from mjbench.spec.imported import ImportedRun
from mjbench.text import count

FOLDER = "imported"
LIMIT = 64 * 2**20
"""Bytes of an imported run; a million points fit."""


def imported_path(root: Path, run: ImportedRun) -> Path:
    """Where the run lies, or will lie, in the results folder ``root``."""
    return Path(root) / FOLDER / run.task / run.algorithm / f"{run.seed}.json"


def dump_imported(run: ImportedRun) -> bytes:
    """One line of JSON; the same run gives the same bytes."""
    return (
        json.dumps({each.name: getattr(run, each.name) for each in fields(run)}, separators=(",", ":"), allow_nan=False)
        + "\n"
    ).encode()


def load_imported(data: bytes) -> ImportedRun:
    """Inverse of ``dump_imported``.

    Raises:
        RecordError: damaged, or holding anything that an imported run may not.
    """
    from pydantic import ValidationError

    try:
        run = _adapter().validate_json(data, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "run"
        raise RecordError(f"damaged: {clean(place)}: {clean(first['msg'])}") from None
    except MjbenchError as error:
        raise RecordError(f"damaged: {clean(str(error))}") from error
    if not is_plain(data):  # a key twice, deep nesting
        parse_json(data)
    return run


def read_imported(root: Path) -> tuple[list[ImportedRun], list[str]]:
    """Every imported run of the results folder ``root``, in a stable order, and a line for each that is left out."""
    runs: list[ImportedRun] = []
    problems: list[str] = []
    for path in sorted((Path(root) / FOLDER).glob("*/*/*/*.json")):
        try:
            run = load_imported(read_file(path, LIMIT))
            if imported_path(root, run) != path:
                raise RecordError(f"it holds {run.label}, which belongs to another file")
        except RecordError as error:
            problems.append(f"{printable(str(path))}: {error}")
        else:
            runs.append(run)
    return runs, problems


def write_imported(root: Path, runs: Sequence[ImportedRun]) -> tuple[list[Path], list[Path]]:
    """Add imported runs. Nothing is written unless all can be.

    Returns:
        The paths that were written, and those that held the same run already.

    Raises:
        StoreError: there is another log for a task, algorithm and seed; one log is there under two names; the disk
            refuses.
    """
    known = {run.content: run for run in read_imported(root)[0]}
    new: dict[Path, bytes] = {}
    same: list[Path] = []
    for run in runs:
        path, data = imported_path(root, run), dump_imported(run)
        twin = known.setdefault(run.content, run)
        if path in new or path.exists():
            before = new.get(path) or path.read_bytes()
            if before != data:
                raise StoreError(_difference(path, before, run))
            if path not in new:
                same.append(path)
        elif imported_path(root, twin) != path:
            raise StoreError(
                f"the log of {run.label} ({', '.join(run.files)}) has the same points as {twin.label} "
                f"({', '.join(twin.files)}); a run counts once, so nothing was written"
            )
        else:
            new[path] = data
    try:
        for path, data in new.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(path, data)
    except OSError as error:
        raise StoreError(
            f"cannot write to {root}: {error.strerror or error}; choose another folder with --out"
        ) from error
    return list(new), same


def _difference(path: Path, before: bytes, run: ImportedRun) -> str:
    try:
        old = load_imported(before)
        had = f"{', '.join(old.files)}, {count(len(old.step), 'point')} up to step {old.step[-1]:,}"
    except RecordError as error:
        had = str(error)
    has = f"{', '.join(run.files)}, {count(len(run.step), 'point')} up to step {run.step[-1]:,}"
    return (
        f"{run.label} is there with another content ({had}; now {has}), so nothing was written; choose another --seed "
        f"or --algo, or remove {path} first"
    )


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(ImportedRun)
