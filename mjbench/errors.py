"""Errors whose message is meant for the person at the terminal: what failed and what to do next."""

import difflib
import traceback
from collections.abc import Iterable
from pathlib import Path


class MjbenchError(Exception):
    """Base of every error that mjbench raises on purpose; the CLI prints it on one line and exits with 2."""


class SpecError(MjbenchError):
    """A task, suite or run description contradicts itself or names something it may not."""


class PluginError(MjbenchError):
    """An installed plugin could not be loaded, or two of them claim the same name."""


class StoreError(MjbenchError):
    """The results folder cannot be read or written."""


class RecordError(MjbenchError):
    """A record is damaged, or written by a newer mjbench."""


class UnknownName(MjbenchError):
    """A name that no installed plugin offers.

    Args:
        kind: what was looked for, singular: ``"task"``, ``"suite"``, ``"algorithm"``, ``"launcher"``.
        name: the name as typed.
        known: every valid name; the nearest ones are put into the message.
        hint: one more sentence, such as the package that would bring the name.
        see: a command that lists the names; ``mjbench list`` of the kind where none is given.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], hint: str = "", see: str = "") -> None:
        nearest = nearest_names(name, known)
        message = f"unknown {kind} {name!r}"
        if nearest:
            message += "; did you mean " + " or ".join(nearest) + "?"
        if hint:
            message += f" {hint}" if nearest else f"; {hint}"
        see = see or f"mjbench list {kind}s"
        message += f" See them all: {see}" if nearest or hint else f"; see: {see}"
        super().__init__(message)
        self.nearest = nearest


def in_words(error: BaseException) -> str:
    """``"ValueError: negative mass"``; an exception without a text is named with its place, ``at arm/env.py:12``."""
    kind, text = type(error).__name__, str(error).strip()
    if text:
        return f"{kind}: {text}"
    frames = traceback.extract_tb(error.__traceback__)
    return f"{kind} at {'/'.join(Path(frames[-1].filename).parts[-2:])}:{frames[-1].lineno}" if frames else kind


def nearest_names(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The names closest to ``name``, best first; compares whole ids and the part after the namespace."""
    by_lower: dict[str, str] = {}
    for candidate in known:
        by_lower.setdefault(candidate.lower(), candidate)
        by_lower.setdefault(candidate.lower().rpartition("/")[2], candidate)
    wanted = name.lower()
    found: dict[str, None] = {}
    for query in dict.fromkeys([wanted, wanted.rpartition("/")[2]]):
        for close in difflib.get_close_matches(query, by_lower, n=most, cutoff=0.6):
            found.setdefault(by_lower[close], None)
    return list(found)[:most]
