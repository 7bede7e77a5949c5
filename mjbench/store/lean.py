"""Many records in little memory: numbers in a few arrays, equal values once, and a record made of them when asked for.

Training episodes are not kept: no board and no status needs them.
"""

import marshal
import math
import os
from array import array
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from mjbench.spec.record import Evaluations, Resources, RunRecord, TrainingEpisodes
from mjbench.spec.run import RunSpec, digest
from mjbench.spec.suite import EvalProtocol
from mjbench.store.found import Found

WIDTH = 30
"""Whole numbers of a row."""
(TASK, ALGORITHM, HYPERPARAMETERS, SEED, STEPS, PROTOCOL, THREADS, VARIANT, SOURCE, PRESET, AFTER, RUN_ID) = range(12)
(STATUS, ERROR, PROVENANCE, FINISHED, SCHEDULE, SHAPE, FLOATS, INTS, FILES, HASHES, SCHEMA, STOP_AT) = range(12, 24)
SIMULATOR = 24
IDENTITY = slice(25, 30)
"""Of the file: size, time of the last change of its content and of its state in ns, number and device."""
COSTS = tuple(field.name for field in fields(Resources))
_LARGEST = 2**31 - 1
ENERGY = "energy_j"
"""Of a provenance."""

Identity = tuple[int, int, int, int, int]


def identity(status: os.stat_result) -> Identity:
    """What no file has again after a change; see ``IDENTITY``."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev


class Table:
    """Rows that are only ever added."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        """What rows share, each once: texts, hyperparameters, protocols, provenance, steps and seeds of evaluations."""
        self.folders: list[str] = []
        """By row, below the results folder."""
        self.rows: Sequence[int] = array("q")
        self.floats: Sequence[float] = array("d")
        """Costs, returns and metrics; NaN for what is unknown."""
        self.ints: Sequence[int] = array("i")
        """Lengths and successes of episodes."""
        self.hashes: bytes | bytearray = bytearray()
        """SHA-256 of each record's file, then those of its policy's files."""
        self._places: dict[object, int] = {}
        self._protocols: dict[int, EvalProtocol] = {}
        self._presets: dict[int, str] = {}

    def add(self, folder: str, record: RunRecord, identity: Identity, sha256: bytes) -> int | None:
        """Take a record in and return its row; None where it does not fit and has to be kept as it is.

        Args:
            folder: of the run, below the results folder.
            record: without regard to its training episodes.
            identity: of its file, see ``IDENTITY``.
            sha256: of its file's bytes.
        """
        run, table = record.run, record.evaluations
        ints = [*table.episode_length, *(table.success or ())]
        hashes = b"".join(map(bytes.fromhex, record.policy_sha256.values()))
        if max(ints, default=0) > _LARGEST or max(identity) >= 2**63:
            return None
        provenance = dict(record.provenance)
        finished = None
        if provenance.get("finished") is not None:
            finished = provenance.pop("finished")  # differs from run to run, as does the energy
        if finished is not None and ENERGY in provenance:
            finished = [finished, provenance.pop(ENERGY)]
        shape = [len(table.step), table.success is not None, list(table.metrics)]
        row = (
            self._place(run.task),
            self._place(run.algorithm),
            self._place(dict(run.hyperparameters)),
            run.seed,
            run.steps,
            self._place(vars(run.protocol)),
            run.threads,
            self._place(run.variant),
            self._place(run.source),
            self._place(run.preset),
            self._place(run.after),
            int(run.run_id, 16),
            self._place(record.status),
            self._place(record.error),
            self._place(provenance),
            self._place(finished),
            self._place([table.step, table.seed]),
            self._place(shape),
            len(self.floats),
            len(self.ints),
            self._place(list(record.policy_sha256)),
            len(self.hashes),
            record.schema,
            self._place(run.stop_at),
            self._place(run.simulator),
            *identity,
        )
        self.rows.extend(row)  # pyright: ignore[reportAttributeAccessIssue]
        self.floats.extend(map(float, vars(record.resources).values()))  # pyright: ignore[reportAttributeAccessIssue]
        for column in (table.episode_return, *table.metrics.values()):
            known = column if None not in column else [math.nan if value is None else value for value in column]
            self.floats.extend(known)  # pyright: ignore[reportAttributeAccessIssue]
        self.ints.extend(ints)  # pyright: ignore[reportAttributeAccessIssue]
        self.hashes += sha256 + hashes
        self.folders.append(folder)
        return len(self.folders) - 1

    def found(self, root: str, row: int) -> Found:
        """The record of a row, whose parts are made when they are looked at."""
        record, at = object.__new__(_LeanRecord), row * WIDTH
        error, status = self.values[self.rows[at + ERROR]], self.values[self.rows[at + STATUS]]
        record.__dict__.update(error=error, status=status, schema=self.rows[at + SCHEMA], _table=self, _at=at)
        found = object.__new__(_LeanFound)
        folder = f"{root}/{self.folders[row]}" if self.folders[row] else root
        found.__dict__.update(record=record, folder=folder, _table=self, _row=row)
        return found

    def identity(self, row: int) -> Identity:
        """Of the row's file when it was read."""
        return tuple(self.rows[row * WIDTH + IDENTITY.start : (row + 1) * WIDTH])  # pyright: ignore[reportReturnType]

    def sha256(self, row: int) -> bytes:
        """Of the row's file when it was read."""
        start = self.rows[row * WIDTH + HASHES]
        return bytes(self.hashes[start : start + 32])

    def copy(self, other: "Table", row: int) -> None:
        """Take in a row of another table."""
        item = other.found("", row)
        self.add(other.folders[row], item.record, other.identity(row), other.sha256(row))

    def protocol(self, place: int) -> EvalProtocol:
        """A shared value as a protocol."""
        if place not in self._protocols:
            self._protocols[place] = EvalProtocol(**self.values[place])
        return self._protocols[place]

    def preset_id(self, place: int) -> str:
        """Of shared hyperparameters; see ``RunSpec.preset_id``."""
        if place not in self._presets:
            self._presets[place] = digest(self.values[place])
        return self._presets[place]

    def _place(self, value: Any) -> int:
        key = value if isinstance(value, str) else marshal.dumps(value, 2)  # tells 1, 1.0 and True apart
        place = self._places.setdefault(key, len(self.values))
        if place == len(self.values):
            self.values.append(dict(value) if isinstance(value, dict) else value)
        return place


class _LeanFound(Found):
    def __getattr__(self, name: str) -> Any:
        if name != "path":
            raise AttributeError(name)
        return self.__dict__.setdefault("path", Path(self.folder))

    @property
    def known_sha256(self) -> str | None:
        return self.__dict__["_table"].sha256(self.__dict__["_row"]).hex()


def _run(record: RunRecord, table: Table, at: int) -> RunSpec:
    values, rows = table.values, table.rows
    run = object.__new__(RunSpec)  # it was checked when the record was read
    run.__dict__.update(
        task=values[rows[at + TASK]],
        algorithm=values[rows[at + ALGORITHM]],
        hyperparameters=values[rows[at + HYPERPARAMETERS]],
        seed=rows[at + SEED],
        steps=rows[at + STEPS],
        protocol=table.protocol(rows[at + PROTOCOL]),
        threads=rows[at + THREADS],
        variant=values[rows[at + VARIANT]],
        source=values[rows[at + SOURCE]],
        preset=values[rows[at + PRESET]],
        stop_at=values[rows[at + STOP_AT]],
        after=values[rows[at + AFTER]],
        simulator=values[rows[at + SIMULATOR]],
        run_id=f"{rows[at + RUN_ID]:012x}",
        preset_id=table.preset_id(rows[at + HYPERPARAMETERS]),
    )
    record.__dict__["run"] = run
    return run


def _evaluations(record: RunRecord, table: Table, at: int) -> Evaluations:
    rows = table.rows
    step, seed = table.values[rows[at + SCHEDULE]]
    size, succeeds, metrics = table.values[rows[at + SHAPE]]
    start, first = rows[at + FLOATS] + len(COSTS), rows[at + INTS]
    columns = [_known(table.floats[start + size * k : start + size * (k + 1)]) for k in range(len(metrics) + 1)]
    success = list(map(bool, table.ints[first + size : first + 2 * size])) if succeeds else None
    lengths = table.ints[first : first + size].tolist()  # pyright: ignore[reportAttributeAccessIssue]
    return Evaluations(step, seed, columns[0], lengths, success, dict(zip(metrics, columns[1:], strict=True)))


def _known(column: Any) -> list[float | None]:
    values = column.tolist()
    return values if not math.isnan(sum(values)) else [None if value != value else value for value in values]


def _resources(record: RunRecord, table: Table, at: int) -> Resources:
    start = table.rows[at + FLOATS]
    costs: dict[str, Any] = dict(zip(COSTS, table.floats[start : start + len(COSTS)], strict=True))
    costs["resumed"] = int(costs["resumed"])
    return Resources(**costs)


def _provenance(record: RunRecord, table: Table, at: int) -> dict[str, Any]:
    finished, body = (table.values[table.rows[at + part]] for part in (FINISHED, PROVENANCE))
    if isinstance(finished, list):
        return {"finished": finished[0], **body, ENERGY: finished[1]}
    return body if finished is None else {"finished": finished, **body}


def _files(record: RunRecord, table: Table, at: int) -> dict[str, str]:
    start = table.rows[at + HASHES] + 32
    names = table.values[table.rows[at + FILES]]
    return {name: bytes(table.hashes[start + 32 * k : start + 32 * (k + 1)]).hex() for k, name in enumerate(names)}


class _LeanRecord(RunRecord):
    """A record whose parts are made of a table's row when they are looked at; only the run is then kept."""

    @property
    def evaluated(self) -> Sequence[list[int]]:
        table, at = self.__dict__["_table"], self.__dict__["_at"]
        return table.values[table.rows[at + SCHEDULE]]

    @property
    def returns(self) -> Sequence[float | None]:
        table, at = self.__dict__["_table"], self.__dict__["_at"]
        start = table.rows[at + FLOATS] + len(COSTS)
        return table.floats[start : start + table.values[table.rows[at + SHAPE]][0]]

    def __getattr__(self, name: str) -> Any:
        if name not in _PARTS:
            raise AttributeError(name)
        return _PARTS[name](self, self.__dict__["_table"], self.__dict__["_at"])


_PARTS: dict[str, Callable[[RunRecord, Table, int], Any]] = {
    "run": _run,
    "evaluations": _evaluations,
    "training": lambda record, table, at: TrainingEpisodes(),
    "resources": _resources,
    "provenance": _provenance,
    "policy_sha256": _files,
}
