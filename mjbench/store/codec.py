"""Records to JSON bytes and back. The only place where what others wrote is parsed, so it forbids the unexpected."""

import json
import math
import re
from dataclasses import asdict
from functools import cache
from typing import Any

from mjbench.errors import MjbenchError, RecordError
from mjbench.io.strict import LARGEST_INTEGER, check_json, clean, is_plain, parse_json
from mjbench.spec.record import SCHEMA, RunRecord
from mjbench.spec.run import YOUNGER, RunSpec
from mjbench.spec.task import TASK_ID

RECORD_LIMIT = 64 * 2**20
"""Bytes of a record; two million training episodes fit."""
LARGEST_VALUE = 1e100
"""Beyond this a return or a metric is as good as infinite."""
SMALLEST_VALUE = 1e-100
"""What is closer to zero is read as zero: nobody can tell it from that, and ratios of it overflow."""
COSTS = (1e-9, 1e12)
"""Seconds, MiB, counts and rates of a run's cost that are not zero lie between these."""
MOST_EPISODES = 1_000_000
"""Evaluation episodes that a protocol may ask for."""
FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
RUN_ID = re.compile(r"[0-9a-f]{12}")
STAGES = re.compile(rf"(?:{TASK_ID.pattern}@[1-9][0-9]{{0,15}}(?: (?!$)|$)){{1,50}}")
LONGEST_VARIANT = 2000
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ALGORITHM = re.compile(r"[^/\\.][^/\\]{0,99}")
_SIMULATOR = re.compile(r"[a-z][a-z0-9_-]{0,29}")
_PRESET = re.compile(r"(?![0-9]+$|imported$)[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}")
"""Not a number, whose runs name no preset, and not what boards write behind the entries of logs."""


def dump_record(record: RunRecord) -> bytes:
    """One line of JSON; numbers that are not finite become null."""
    body = {"schema": record.schema, "run_id": record.run.run_id, **asdict(record)}
    for part in ("evaluations", "training"):
        body[part] = _finite(body[part], LARGEST_VALUE)
    for name in YOUNGER:  # what few runs have is left out of the others, whose bytes stay as they were
        if not body["run"][name]:
            del body["run"][name]
    for name in ("level", "episodes"):
        if body["training"][name] is None:
            del body["training"][name]
    return (json.dumps(_finite(body), separators=(",", ":"), allow_nan=False) + "\n").encode()


def load_record(data: bytes) -> RunRecord:
    """Inverse of ``dump_record``.

    Raises:
        RecordError: damaged, of a newer schema, or holding anything that a record may not.
    """
    if len(data) > RECORD_LIMIT:
        raise RecordError(f"too large: {len(data):,} bytes, the limit is {RECORD_LIMIT:,}")
    record, run_id = _parse(data)
    _check_numbers(record)
    _check_values(record)
    _check_names(record)
    if record.run.run_id != run_id:
        raise RecordError(f"damaged: the id of its run is {record.run.run_id}, the file has {clean(run_id)}")
    table, training = record.evaluations, record.training
    columns = [table.step, table.seed, table.episode_return, table.episode_length, *table.metrics.values()]
    columns += [] if table.success is None else [table.success]
    rows = {len(column) for column in columns}
    episodes = {len(column) for column in vars(training).values() if column is not None}
    if len(rows) > 1 or len(episodes) > 1:
        raise RecordError("damaged: its columns differ in length")
    if record.status == "completed" and not record.final_returns_known:
        raise RecordError("damaged: a completed run without the returns of its final policy")
    return record


def dump_run(run: RunSpec) -> bytes:
    """A RunSpec as JSON, for the worker that will execute it.

    Raises:
        RecordError: a name that no record may hold.
    """
    _check_run(run)
    return (json.dumps(asdict(run), indent=1, allow_nan=False) + "\n").encode()


def load_run(data: bytes) -> RunSpec:
    """Inverse of ``dump_run``; raises RecordError."""
    if len(data) > RECORD_LIMIT:
        raise RecordError(f"too large: {len(data):,} bytes, the limit is {RECORD_LIMIT:,}")
    _object(data)
    run = _validate(RunSpec, data)
    _check_run(run)
    return run


def _parse(data: bytes) -> tuple[RunRecord, str]:
    """The record and the run id that the file claims.

    pydantic reads the bytes directly. What it cannot see (a key twice, say) a quick look at the brackets rules out;
    whenever that is unsure, or pydantic refuses, the slow reader decides and names the reason.
    """
    try:
        file = _validate(_file(), data)
    except RecordError:
        body = _object(data)
        schema = body.get("schema")
        if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
            raise RecordError("damaged: it names no schema") from None
        _check_schema(schema)
        raise
    _check_schema(file.schema)
    if not is_plain(data):
        _object(data)
    content = dict(vars(file))
    run_id = content.pop("run_id")
    return RunRecord(**content), run_id


def _check_schema(schema: int) -> None:
    if schema < 1:
        raise RecordError("damaged: it names no schema")
    if schema > SCHEMA:
        raise RecordError(
            f"written by a newer mjbench (schema {schema}, this one reads up to {SCHEMA}): pip install -U mjbench"
        )


def _check_numbers(record: RunRecord) -> None:
    table, training = record.evaluations, record.training
    counts = (
        *(table.step, table.seed, table.episode_length),
        *(training.step, training.episode_length, training.level, training.episodes),
    )
    if any(column and (min(column) < 0 or max(column) > LARGEST_INTEGER) for column in counts):
        raise RecordError("damaged: a step, seed, length or level below 0 or beyond 2**53")
    for name, value in vars(record.resources).items():
        if value < 0:
            raise RecordError(f"damaged: resources: {name}: a cost below 0")
        if value and not COSTS[0] <= value <= COSTS[1]:
            raise RecordError(f"damaged: resources: {name}: {value:g} is outside of {COSTS[0]:g} to {COSTS[1]:g}")
    check_json(record.provenance)
    _check_run(record.run)


def _check_values(record: RunRecord) -> None:
    """Bound returns and metrics; tiny ones become 0."""
    table = record.evaluations
    for column in (table.episode_return, record.training.episode_return, *table.metrics.values()):
        sizes = [abs(value) for value in column if value]
        if sizes and max(sizes) > LARGEST_VALUE:
            raise RecordError(f"damaged: a return or metric of {max(sizes):g}, which is too large")
        if sizes and min(sizes) < SMALLEST_VALUE:
            column[:] = [0.0 if value is not None and abs(value) < SMALLEST_VALUE else value for value in column]


def _check_run(run: RunSpec) -> None:
    protocol = run.protocol
    for name, value in (*vars(protocol).items(), ("steps", run.steps), ("threads", run.threads)):
        if value > LARGEST_INTEGER:
            raise RecordError(f"damaged: run: {name} is beyond 2**53")
    episodes = protocol.checkpoints * protocol.episodes + protocol.final_episodes
    if episodes > MOST_EPISODES:
        raise RecordError(f"damaged: its protocol has {episodes:,} episodes, the limit is {MOST_EPISODES:,}")
    check_json(run.hyperparameters)
    if run.source and not RUN_ID.fullmatch(run.source):
        raise RecordError(f"damaged: run: source {clean(run.source)!r} is not a run id")
    if run.after and not STAGES.fullmatch(run.after):
        raise RecordError(f"damaged: run: after {clean(run.after)!r} is not a list of task@steps")
    if not _ALGORITHM.fullmatch(run.algorithm):
        raise RecordError(f"damaged: run: {clean(run.algorithm)!r} cannot be the name of an algorithm")
    if run.preset and not _PRESET.fullmatch(run.preset):
        raise RecordError(f"damaged: run: {clean(run.preset)!r} cannot be the name of a preset")
    if run.simulator and not _SIMULATOR.fullmatch(run.simulator):
        raise RecordError(f"damaged: run: {clean(run.simulator)!r} cannot be the name of a simulator")
    for name, text in (("algorithm", run.algorithm), ("variant", run.variant), ("task", run.task)):
        if not (text.isascii() and text.isprintable()):
            raise RecordError(f"damaged: run: {name} {clean(text)!r} holds other characters than printable ASCII")
    if len(run.variant) > LONGEST_VARIANT:
        raise RecordError(f"damaged: run: a variant of {len(run.variant):,} characters")


def _check_names(record: RunRecord) -> None:
    for name, checksum in record.policy_sha256.items():
        if not FILE_NAME.fullmatch(name):
            raise RecordError(f"damaged: policy_sha256: {clean(name)!r} is not the plain name of a file")
        if not _SHA256.fullmatch(checksum):
            raise RecordError(f"damaged: policy_sha256: {name} has no SHA-256 checksum")


def _object(data: bytes) -> dict[str, Any]:
    body = parse_json(data)
    if not isinstance(body, dict):
        raise RecordError("damaged: not a JSON object")
    return body


@cache
def _file() -> type:
    """A record as its file has it: with the run's id, and a schema that may not be left out."""
    from dataclasses import dataclass, field

    @dataclass(frozen=True, kw_only=True)
    class RecordFile(RunRecord):
        __pydantic_config__ = RunRecord.__pydantic_config__
        schema: int = field()
        run_id: str

    return RecordFile


@cache
def _adapter(kind: type) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _validate(kind: type, data: bytes) -> Any:
    from pydantic import ValidationError

    try:
        return _adapter(kind).validate_json(data, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "record"
        raise RecordError(f"damaged: {clean(place)}: {clean(first['msg'])}") from None
    except MjbenchError as error:
        raise RecordError(f"damaged: {clean(str(error))}") from error


def _finite(value: Any, largest: float = math.inf) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) and abs(value) <= largest else None
    if isinstance(value, dict):
        return {key: _finite(item, largest) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item, largest) for item in value]
    return value
