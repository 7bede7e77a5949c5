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
        held, inner = False, []
        try:
            with os.scandir(folder) as opened:
                for entry in opened:
                    name = entry.name
                    if name == RECORD:
                        held = True
                    elif name[0] != "." and entry.is_dir(follow_symlinks=False):
                        inner.append(entry.path)
        except FileNotFoundError:  # nothing was ever written, or it went while we looked
            continue
        except OSError as error:
            problems.append(f"{printable(folder)}: cannot be read: {error.strerror or error}")
            continue
        if held:
            name = folder.rpartition("/")[2]
            if "-failed-" in name and not FAILED.fullmatch(name):
                problems.append(f"{printable(folder)}: an odd name; failed attempts end in -failed-1, -failed-2, ...")
            else:
                yield folder
        if inner and depth >= DEEPEST:
            problems.append(f"{printable(folder)}: not read: more than {DEEPEST} folders deep")
        elif inner:
            waiting += [(path, depth + 1) for path in sorted(inner, reverse=True)]
