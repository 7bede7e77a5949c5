"""Finds the folders of a results folder that hold a record; what cannot be read is reported."""

import os
import re
from collections.abc import Iterator

from mjbench.io.printable import printable

RECORD = "record.json"
FAILED = re.compile(r"(.+)-failed-([1-9][0-9]{0,5})")
"""Name of a failed attempt's folder."""
DEEPEST = 32
"""Folders inside of each other in which records are looked for."""


def attempt_number(name: str) -> int:
    """Number of the failed attempt whose folder has this name; 0 for another folder."""
    match = FAILED.fullmatch(name)
    return int(match[2]) if match else 0


def record_folders(root: str, problems: list[str]) -> Iterator[str]:
    """Folders that hold a record, outer ones first, by name. Links and hidden folders are not entered.

    Args:
        root: where to begin.
        problems: gets a line for each folder that is left out.
    """
    waiting = [(root, 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with os.scandir(folder) as opened:
                entries = sorted((entry.name, entry) for entry in opened)
        except FileNotFoundError:  # nothing was ever written, or it went while we looked
            continue
        except OSError as error:
            problems.append(f"{printable(folder)}: cannot be read: {error.strerror or error}")
            continue
        name = os.path.basename(folder)  # noqa: PTH119  a Path takes longer to make than the record to read
        if any(entry == RECORD for entry, _ in entries):
            if "-failed-" in name and not FAILED.fullmatch(name):
                problems.append(f"{printable(folder)}: an odd name; failed attempts end in -failed-1, -failed-2, ...")
            else:
                yield folder
        inner = [e.path for name, e in entries if name != RECORD and name[0] != "." and e.is_dir(follow_symlinks=False)]
        if inner and depth >= DEEPEST:
            problems.append(f"{printable(folder)}: not read: more than {DEEPEST} folders deep")
            continue
        waiting += [(path, depth + 1) for path in reversed(inner)]
