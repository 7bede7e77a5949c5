"""Plain aligned tables for the terminal and for log files."""

import os
import shutil
import sys
import textwrap
from collections.abc import Sequence

from mjbench.io.printable import printable

_NOTHING = ("", ".")
"""Cells that say nothing."""
_TIED = "\N{NO-BREAK SPACE}"


def table(header: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()) -> str:
    """Columns two spaces apart; the columns numbered in ``right`` are aligned right."""
    text = [[printable(str(cell)) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[column]) for row in text) for column in range(len(header))]
    lines = [
        "  ".join(
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in text
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def terminal_width() -> int | None:
    """Columns of the terminal, or of COLUMNS where that is set; None where output goes to a file or another program."""
    return shutil.get_terminal_size().columns if os.environ.get("COLUMNS") or sys.stdout.isatty() else None


def fitted(header: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()) -> str:
    """A table that a narrow terminal has room for.

    Columns in which nothing stands, or only ``.``, are left out first. Where that is not enough, each row becomes lines
    below its first cell: ``sac, steps 6,000, done 3``.
    """
    text, width = table(header, rows, right), terminal_width()
    if width is None or max(map(len, text.splitlines())) <= width:
        return text
    kept = [i for i in range(len(header)) if i < 2 or any(str(row[i]) not in _NOTHING for row in rows)]
    cells = [[printable(str(row[i])) for i in kept] for row in rows]
    names = [header[i] for i in kept]
    text = table(names, cells, [place for place, i in enumerate(kept) if i in right])
    if max(map(len, text.splitlines())) <= width:
        return text
    lines: list[str] = []
    above = ""
    for first, second, *others in cells:
        named = zip(names[2:], others, strict=True)
        rest = [second, *(f"{name}{_TIED}{cell}" for name, cell in named if cell not in _NOTHING)]
        lines += [first] * (first != above) + _lines(", ".join(rest), width, "  ")
        above = first
    return "\n".join(lines).replace(_TIED, " ")


def wrapped(text: str) -> str:
    """``text`` in lines that the terminal has room for, broken between words."""
    width = terminal_width()
    if width is None:
        return text
    return "\n".join(part for line in text.split("\n") for part in (_lines(line, width, "") or [""]))


def _lines(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def duration(seconds: float) -> str:
    """``45 s``, ``12 min``, ``3 h 20 min``, ``2 d 5 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min"
    return f"{hours // 24} d {hours % 24} h"


def size(count: float) -> str:
    """``512 B``, ``3.4 MB``."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
