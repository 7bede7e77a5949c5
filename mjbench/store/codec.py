"""Records to JSON bytes and back. The only place where what others wrote is parsed, so it forbids the unexpected."""

import json
import math
from dataclasses import asdict
from functools import cache
from typing import Any

from mjbench.errors import MjbenchError, RecordError
from mjbench.spec.record import SCHEMA, RunRecord
from mjbench.spec.run import RunSpec


def dump_record(record: RunRecord) -> bytes:
    """One line of JSON; numbers that are not finite become null."""
    body = {"schema": record.schema, "run_id": record.run.run_id, **asdict(record)}
    return (json.dumps(_finite(body), separators=(",", ":"), allow_nan=False) + "\n").encode()


def load_record(data: bytes) -> RunRecord:
    """Inverse of ``dump_record``.

    Raises:
        RecordError: damaged, of a newer schema, or holding anything that a record may not.
    """
    body = _object(data)
    schema = body.get("schema")
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise RecordError("damaged: it names no schema")
    if schema > SCHEMA:
        raise RecordError(
            f"written by a newer mjbench (schema {schema}, this one reads up to {SCHEMA}): pip install -U mjbench"
        )
    run_id = body.pop("run_id", None)
    record = _validate(RunRecord, body)
    if record.run.run_id != run_id:
        raise RecordError(f"damaged: its run has the id {record.run.run_id}, but it says {run_id}")
    table = record.evaluations
    columns = [table.step, table.seed, table.episode_return, table.episode_length, *table.metrics.values()]
    columns += [] if table.success is None else [table.success]
    training = record.training
    if (
        len({len(column) for column in columns}) > 1
        or len({len(training.step), len(training.episode_return), len(training.episode_length)}) > 1
    ):
        raise RecordError("damaged: its columns differ in length")
    if record.status == "completed" and (not record.final_returns_known):
        raise RecordError("damaged: a completed run without the returns of its final policy")
    return record


def dump_run(run: RunSpec) -> bytes:
    """A RunSpec as JSON, for the worker that will execute it."""
    return (json.dumps(asdict(run), indent=1, allow_nan=False) + "\n").encode()


def load_run(data: bytes) -> RunSpec:
    """Inverse of ``dump_run``; raises RecordError."""
    return _validate(RunSpec, _object(data))


def _object(data: bytes) -> dict[str, Any]:
    try:
        body = json.loads(data, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"damaged: not JSON ({error})") from error
    if not isinstance(body, dict):
        raise RecordError("damaged: not a JSON object")
    return body


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


@cache
def _adapter(kind: type) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _validate(kind: type, body: dict[str, Any]) -> Any:
    from pydantic import ValidationError

    try:
        return _adapter(kind).validate_python(body, strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "record"
        raise RecordError(f"damaged: {place}: {first['msg']}") from error
    except MjbenchError as error:
        raise RecordError(f"damaged: {error}") from error


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value
