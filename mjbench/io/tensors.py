"""Tensors from a stranger's safetensors file: the header is checked before anything is made of it."""

from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mjbench.errors import RecordError
from mjbench.io.strict import clean, parse_json, read_file

if TYPE_CHECKING:
    import numpy as np

FILE_LIMIT = 256 * 2**20
"""Bytes of a file."""
HEADER_LIMIT = 2**20
"""Bytes of its header."""


def read_tensors(path: Path) -> "dict[str, np.ndarray]":
    """Every tensor of the file, float32.

    Raises:
        RecordError: too large, not safetensors, another type than F32, or a header that does not fit its data.
    """
    import numpy as np

    data = read_file(path, FILE_LIMIT)
    header, start = _header(data)
    tensors: dict[str, np.ndarray] = {}
    spans: list[tuple[int, int]] = []
    for name, entry in header.items():
        shape, (first, last) = _entry(name, entry, len(data) - start)
        tensors[name] = np.frombuffer(data, "<f4", prod(shape), start + first).reshape(shape).copy()
        spans.append((first, last))
    spans.sort()
    ends = [0, *(last for _, last in spans)]
    if any(first != end for (first, _), end in zip(spans, ends, strict=False)) or ends[-1] != len(data) - start:
        raise RecordError("damaged: its tensors overlap, or some bytes belong to no tensor")
    return tensors


def _header(data: bytes) -> tuple[dict[str, Any], int]:
    size = int.from_bytes(data[:8], "little")
    if len(data) < 8 or size > min(HEADER_LIMIT, len(data) - 8):
        raise RecordError("not safetensors: the header length is wrong")
    header = parse_json(data[8 : 8 + size])
    if not isinstance(header, dict):
        raise RecordError("not safetensors: its header is not an object")
    header.pop("__metadata__", None)
    return header, 8 + size


def _entry(name: str, entry: Any, room: int) -> tuple[tuple[int, ...], tuple[int, int]]:
    """Shape and span in bytes of one tensor."""
    where = f"tensor {clean(name, 80)!r}"
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise RecordError(f"damaged: {where} is not described by dtype, shape and data_offsets")
    if entry["dtype"] != "F32":
        raise RecordError(f"{where} is of type {clean(repr(entry['dtype']), 40)}, where F32 is allowed")
    shape, span = entry["shape"], entry["data_offsets"]
    for numbers in (shape, span):
        if not isinstance(numbers, list) or any(type(n) is not int or n < 0 for n in numbers):
            raise RecordError(f"damaged: {where}: shape and data_offsets are lists of whole numbers")
    if 0 in shape:  # its other sizes would be bounded by nothing
        raise RecordError(f"damaged: {where}: it holds no numbers")
    if len(shape) > 8 or len(span) != 2:
        raise RecordError(f"damaged: {where}: too many dimensions or offsets")
    if not span[0] <= span[1] <= room or span[1] - span[0] != 4 * prod(shape):
        raise RecordError(f"damaged: {where}: its shape does not fit its bytes")
    return tuple(shape), (span[0], span[1])
