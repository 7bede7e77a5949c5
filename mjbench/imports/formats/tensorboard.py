"""TensorBoard event files, as CleanRL and stable-baselines3 write them: the scalars of one tag.

A file is a row of records: length (8 bytes), its checksum (4), an Event, its checksum (4). Only records that hold the
tag are parsed, by tensorboard's own classes. Checksums are not computed.
"""

import struct
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from mjbench.errors import MjbenchError
from mjbench.imports import metrics
from mjbench.imports.log import MOST_ROWS, Format, Log, Options, Source, refuse

_HEAD, _CHECK = 12, 4
_TAGS_FROM = 2000
"""Events in which tags are looked for, besides the names that are known."""


def _recognises(source: Source) -> bool:
    return b"brain.Event:" in source.data[:64]


def _read(sources: Sequence[Source], options: Options) -> list[Log]:
    event = _event_class()
    events = [list(_records(source)) for source in sources]
    whole = [record for records in events for record in records]
    known = [name for name in metrics.PREFERRED if any(name.encode() in record for record in whole)]
    tags = known or _tags(event, whole[:_TAGS_FROM])
    wanted = options.metric
    if wanted and any(wanted.encode() in record for record in whole):
        tags = [wanted]
    metric = metrics.choose(tags, wanted, sources[0].path)
    at, found = [], []
    for record in whole:
        if metric.encode() in record:
            parsed = _parsed(event, record)
            for value in parsed.summary.value:
                if value.tag == metric:
                    at.append(parsed.step)
                    found.append(_number(value))
    if not found:
        raise refuse(sources[0], f"no scalar has the tag {metric}")
    log = Log(
        tuple(sources),
        metric,
        metrics.kind(metric),
        np.array(at, dtype=np.int64),
        np.array(found, dtype=float),
        metrics.PREFERRED.get(metric),
    )
    return [log]


def _records(source: Source) -> Iterator[bytes]:
    data, place = source.data, 0
    for _ in range(MOST_ROWS):
        if place == len(data):
            return
        if place + _HEAD > len(data):
            break
        (size,) = struct.unpack_from("<Q", data, place)
        end = place + _HEAD + size
        if end + _CHECK > len(data):
            break
        yield data[place + _HEAD : end]
        place = end + _CHECK
    else:
        raise refuse(source, f"more than {MOST_ROWS:,} events")
    raise refuse(source, f"cut off: an event that begins at byte {place:,} does not end")


def _tags(event: Any, records: Sequence[bytes]) -> list[str]:
    return list(dict.fromkeys(v.tag for r in records for v in _parsed(event, r).summary.value))


def _parsed(event: Any, record: bytes) -> Any:
    try:
        return event.FromString(record)
    except Exception as error:  # protobuf's DecodeError, which has no stable place
        raise MjbenchError(f"an event cannot be parsed: {error}") from None


def _number(value: Any) -> float:
    """Of a scalar, which newer writers keep as a tensor."""
    if value.HasField("simple_value"):
        return value.simple_value
    tensor = value.tensor
    if tensor.float_val:
        return tensor.float_val[0]
    if tensor.double_val:
        return tensor.double_val[0]
    return float(np.frombuffer(tensor.tensor_content, dtype="<f4")[0]) if len(tensor.tensor_content) == 4 else np.nan


def _event_class() -> Any:
    try:
        return import_module("tensorboard.compat.proto.event_pb2").Event
    except ImportError:
        raise MjbenchError("TensorBoard's event files are read by its package: pip install tensorboard") from None


FORMAT = Format("tensorboard", "TensorBoard events", _recognises, _read, together=True)
