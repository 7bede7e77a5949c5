"""``submission.toml``: who submits, and how the results came about."""

import json
import re
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from mjbench.errors import MjbenchError, RecordError
from mjbench.io.printable import is_printable, looks_like_another
from mjbench.io.strict import clean, read_file
from mjbench.io.toml import parse_toml

NAME = "submission.toml"
LIMIT = 16 * 2**10
"""Bytes of the file."""
_LONGEST = {"name": 80, "contact": 300, "code": 300, "description": 2000, "suite": 80}
_ADDRESS = re.compile(r"(https?://[^\s/@<>\"']+\.[^\s<>\"']+|mailto:[^\s@<>\"']+@[^\s@<>\"']+)")


@dataclass(frozen=True)
class About:
    """Who and how.

    Raises:
        RecordError: a text is missing, too long, not printable, or not an address where one is required.
    """

    name: str
    """Of the method or the team, as it is shown."""
    contact: str
    """Address of somebody who answers: https://... or mailto:..."""
    code: str
    """Address of the code that made the results, at a fixed revision if possible."""
    description: str
    """What was done, in a sentence or a few."""
    suite: str
    """Name of the suite."""
    suite_version: int = 1

    def __post_init__(self) -> None:
        for key, longest in _LONGEST.items():
            value = getattr(self, key)
            if not isinstance(value, str) or not value.strip():
                raise RecordError(f"{key} is missing or not text")
            if len(value) > longest:
                raise RecordError(f"{key} has {len(value):,} characters, the limit is {longest}")
            if not is_printable(value.replace("\n", " ")) or (key != "description" and "\n" in value):
                raise RecordError(f"{key} holds characters that cannot be printed: {clean(value)}")
            if key != "description" and (why := looks_like_another(value)):
                raise RecordError(f"{key} holds {why}: {clean(value)}")
        for key in ("contact", "code"):
            if not _ADDRESS.fullmatch(getattr(self, key)):
                raise RecordError(f"{key} is not an address (https://... or mailto:...): {clean(getattr(self, key))}")
        if type(self.suite_version) is not int or self.suite_version < 1:
            raise RecordError(f"suite_version is {clean(repr(self.suite_version))}, it must be a whole number from 1")

    def to_toml(self) -> str:
        """The file's text."""
        return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in asdict(self).items())


def read_about(folder: Path) -> About:
    """What ``submission.toml`` in ``folder`` says.

    Raises:
        RecordError: missing, too large, not TOML, a key unknown or missing, or a value that may not be.
    """
    try:
        text = read_file(folder / NAME, LIMIT).decode()
    except UnicodeDecodeError:
        raise RecordError("not TOML: it is not UTF-8 text") from None
    try:
        body = parse_toml(text)
    except RecordError as error:
        raise RecordError(f"not TOML that may be read: {error}") from None
    known = [field.name for field in fields(About)]
    unknown = [key for key in body if key not in known]
    if unknown:
        raise RecordError(f"unknown key {clean(unknown[0], 40)!r}; it may hold {', '.join(known)}")
    missing = [key for key in known if key not in body]
    if missing:
        raise RecordError(f"{', '.join(missing)} missing")
    try:
        return About(**body)
    except MjbenchError:
        raise
    except (TypeError, ValueError) as error:
        raise RecordError(clean(str(error))) from None
