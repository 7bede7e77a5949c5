"""Reading what strangers wrote: files of bounded size that are no links, and JSON without its traps."""

import errno
import json
import math
import os
import stat
from functools import lru_cache
from pathlib import Path
from typing import Any

from mjbench.errors import RecordError
from mjbench.io.printable import printable

DEPTH = 32
"""Nesting of objects and lists that a file may have."""
LARGEST_INTEGER = 2**53
"""Larger integers are not the same number in every reader of JSON."""
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'{}[]:"'))
_COLON, _BRACE = b":{"
_LONGEST_SHAPE = 10_000


def read_file(path: Path | str, limit: int) -> bytes:
    """The bytes of a regular file.

    A link is not followed, a pipe or device is not waited for, and of a file beyond ``limit`` bytes nothing is read.

    Raises:
        RecordError: missing, not a regular file, too large; the message does not name the file.
    """
    return read_with_status(path, limit)[0]


def read_with_status(path: Path | str, limit: int) -> tuple[bytes, os.stat_result]:
    """As ``read_file``, with the file's status just before it was read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) == errno.ELOOP:
            raise RecordError("it is a link") from None
        raise RecordError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise RecordError("it is not a regular file")
        if status.st_size > limit:
            raise RecordError(f"too large: {status.st_size:,} bytes, the limit is {limit:,}")
        data = os.read(descriptor, status.st_size)
        while len(data) < status.st_size and (more := os.read(descriptor, status.st_size - len(data))):
            data += more
        return data, status
    except OSError as error:
        raise RecordError(f"cannot be read: {error.strerror or error}") from error
    finally:
        os.close(descriptor)


def parse_json(data: bytes, depth: int = DEPTH) -> Any:
    """JSON without what readers disagree about.

    Raises:
        RecordError: not UTF-8, not JSON, a key twice in one object, nested deeper than ``depth``, a number that is
            not finite or an integer beyond 2**53, half a surrogate pair.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordError(f"damaged: not UTF-8 text (byte {error.start})") from None
    try:
        body = json.loads(text, parse_constant=_refuse, object_pairs_hook=_unique)
    except RecursionError:
        raise RecordError(f"damaged: not JSON that may be read: nested deeper than {depth}") from None
    except ValueError as error:
        raise RecordError(f"damaged: not JSON ({clean(str(error))})") from None
    check_json(body, depth)
    return body


def check_json(value: Any, depth: int = DEPTH) -> None:
    """Hold parsed JSON to the same rules as ``parse_json``, as far as parsing has left them to be seen.

    Raises:
        RecordError: nested too deep, a number that is not finite, an integer beyond 2**53, half a surrogate pair.
    """
    level: list[Any] = [value]
    for _ in range(depth + 1):
        deeper: list[Any] = []
        for item in level:
            if isinstance(item, str) and item.isascii():
                continue
            if isinstance(item, dict):
                deeper += item
                deeper += item.values()
            elif isinstance(item, list):
                deeper += item
            else:
                check_scalar(item)
        level = deeper
        if not level:
            return
    raise RecordError(f"damaged: nested deeper than {depth}")


def is_plain(data: bytes, depth: int = DEPTH) -> bool:
    """Whether JSON text surely has no key twice in an object and no deep nesting; much faster than to parse it.

    False means unsure: text with backslashes is left to ``parse_json``. Takes for granted that ``data`` is JSON.
    """
    if b"\\" in data:
        return False
    pieces = data.split(b'"')  # strings at odd places, what is between them at even ones
    structure = b'"'.join(pieces[::2]).translate(None, _NOT_STRUCTURE)
    shape = _shape if len(structure) <= _LONGEST_SHAPE else _shape.__wrapped__
    objects = shape(structure, depth)
    return objects is not None and all(len({pieces[at] for at in keys}) == len(keys) for keys in objects)


@lru_cache(256)  # records of one kind have one shape
def _shape(structure: bytes, depth: int) -> tuple[tuple[int, ...], ...] | None:
    """Where the keys of each object stand among the pieces of a text between its quotation marks; None where the
    brackets do not close or are nested deeper than ``depth``.

    Args:
        structure: the brackets, colons and quotation marks of the text, without those inside of strings.
    """
    objects: list[list[int]] = []
    open_objects: list[list[int] | None] = []
    for number, behind in enumerate(structure.split(b'"')):
        if not behind:
            continue
        if behind[0] == _COLON:  # the string before it is a key
            if not open_objects or (keys := open_objects[-1]) is None:
                return None
            keys.append(2 * number - 1)
        for bracket in behind:
            if bracket in b"{[":
                open_objects.append([] if bracket == _BRACE else None)
                if len(open_objects) > depth:
                    return None
            elif bracket in b"}]":
                if not open_objects:
                    return None
                if (closed := open_objects.pop()) is not None:
                    objects.append(closed)
    return None if open_objects else tuple(map(tuple, objects))


def clean(text: str, longest: int = 200) -> str:
    """``text`` as one line of printable characters, for messages that quote a stranger."""
    visible = printable(text[: longest + 1])
    return visible if len(visible) <= longest else f"{visible[:longest]}..."


def check_scalar(item: Any) -> None:
    """Hold one value that is neither object nor list to the rules of ``parse_json``.

    Raises:
        RecordError: a number that is not finite, an integer beyond 2**53, half a surrogate pair.
    """
    if isinstance(item, str):
        if not item.isascii():
            try:
                item.encode()
            except UnicodeEncodeError:
                raise RecordError("damaged: half a surrogate pair in a text") from None
    elif isinstance(item, float):
        if not math.isfinite(item):
            raise RecordError("damaged: a number that is not finite")
    elif isinstance(item, int) and abs(item) > LARGEST_INTEGER:
        raise RecordError("damaged: an integer beyond 2**53")


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))
        raise ValueError(f"the key {twice!r} twice in one object")
    return body
