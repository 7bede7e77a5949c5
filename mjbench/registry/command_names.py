"""Names of the commands that plugins bring, read from the metadata's files.

Importing ``importlib.metadata`` would take a third of the time that ``mjbench --help`` may take. What is found here is
only shown; a command that is typed is looked up in the ``Registry``.
"""

import os
import sys
from collections.abc import Iterator

from mjbench.registry.choice import is_chosen, normalised

GROUP = "mjbench.commands"


def command_names() -> dict[str, str]:
    """Each name with the distribution that brings it; nothing is imported. What cannot be read is left out."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    for folder in _metadata_folders():
        text = _read(f"{folder}/entry_points.txt")
        if f"[{GROUP}]" not in text:
            continue
        distribution = _distribution(folder)
        if normalised(distribution) in seen or not is_chosen(distribution):
            continue
        seen.add(normalised(distribution))
        for name in _names(text):
            found.setdefault(name, distribution)
    return dict(sorted(found.items()))


def _metadata_folders() -> Iterator[str]:
    """Of all distributions on the path, in the order in which Python imports."""
    for place in dict.fromkeys(sys.path):
        try:
            with os.scandir(place or ".") as entries:
                found = sorted(entry.path for entry in entries if entry.name.endswith((".dist-info", ".egg-info")))
        except OSError:  # zip files among them
            continue
        yield from found


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return ""


def _distribution(folder: str) -> str:
    """From the metadata; from the folder's name where there is none."""
    for file in ("METADATA", "PKG-INFO"):
        for line in _read(f"{folder}/{file}").splitlines():
            if line.startswith("Name:"):
                return line.partition(":")[2].strip()
    return folder.rpartition(os.sep)[2].partition("-")[0]


def _names(text: str) -> Iterator[str]:
    """Keys of the group's section in an ``entry_points.txt``."""
    inside = False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            inside = line == f"[{GROUP}]"
        elif inside and "=" in line and line[0] not in "#;":
            yield line.partition("=")[0].strip()
