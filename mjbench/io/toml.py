"""Reading TOML that strangers wrote: values that JSON can hold too, and errors in one line."""

import tomllib
from collections.abc import Iterator
from datetime import date, time
from typing import Any

from mjbench.errors import RecordError
from mjbench.io.printable import is_printable
from mjbench.io.strict import DEPTH, check_scalar, clean

MOST_DOTS = 1000
"""Of a line: the time for a key such as ``a.b.c`` grows with the square of its parts."""


def parse_toml(text: str) -> dict[str, Any]:
    """The tables of a TOML text.

    Raises:
        RecordError: not TOML, a date or time, nested deeper than ``DEPTH``, a number that is not finite or an integer
            beyond 2**53, a key with characters that cannot be seen; the message does not name the file.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > MOST_DOTS:
            raise RecordError(f"line {number} has more than {MOST_DOTS:,} dots")
    try:
        body = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = f"at line {len(text.splitlines())}, the end of the document"
        raise RecordError(clean(str(error).replace("at end of document", where))) from None
    except RecursionError:
        raise RecordError(f"nested deeper than {DEPTH}") from None
    except ValueError:  # Python's limit of digits
        raise RecordError("a number is too large") from None
    level: list[tuple[str, Any]] = list(_items(body, ""))
    for _ in range(DEPTH):
        level = [inner for place, value in level for inner in _inner(place, value)]
        if not level:
            return body
    raise RecordError(f"nested deeper than {DEPTH}")


def _inner(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from _items(value, f"{place}.")
    elif isinstance(value, list):
        yield from ((place, item) for item in value)
    elif isinstance(value, (date, time)):
        raise RecordError(f"{clean(place)} is a date or a time; write it as text, in quotes")
    else:
        try:
            check_scalar(value)
        except RecordError as error:
            raise RecordError(f"{clean(place)}: {str(error).removeprefix('damaged: ')}") from None


def _items(table: dict[str, Any], before: str) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if not is_printable(key):
            raise RecordError(f"the key {clean(key)} has characters that cannot be seen")
        yield f"{before}{key}", value
