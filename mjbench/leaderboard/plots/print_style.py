"""How figures look in print: sizes, colours that colour-blind readers tell apart, names of files."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from mjbench.errors import MjbenchError

# Okabe and Ito's palette without its yellow, which is too light on paper.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
LINES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "D", "^", "v", "P", "X")
FONT, SMALL = 7.0, 6.0
"""Points, of labels and of the smallest text."""
DPI = 300
WIDTHS: Mapping[str, float] = {"column": 3.25, "text": 6.75}
"""Inches, by the names that ``--width`` takes."""
NARROWEST, WIDEST = 2.0, 20.0

STYLE: Mapping[str, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib, so that every machine draws the same
    "font.size": FONT,
    "axes.titlesize": FONT,
    "axes.labelsize": FONT,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "legend.handlelength": 2.4,
    "legend.columnspacing": 1.2,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.5,
    "pdf.fonttype": 42,
    "svg.hashsalt": "mjbench",
    "text.parse_math": False,
}
METADATA: Mapping[str, Mapping[str, None]] = {
    "pdf": {"CreationDate": None, "ModDate": None, "Creator": None, "Producer": None},
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
}
"""Nothing that differs between two builds."""


def colour(index: int) -> str:
    """Of the entry at a place of the board."""
    return COLOURS[index % len(COLOURS)]


def line(index: int) -> str:
    """Style of its line; with the colour it tells 28 entries apart."""
    return LINES[index % len(LINES)]


def marker(index: int) -> str:
    """Shape of its dots."""
    return MARKERS[index % len(MARKERS)]


def in_inches(text: str) -> float:
    """``column``, ``text``, ``3.25in`` or ``8.5cm`` in inches.

    Raises:
        MjbenchError: none of these, or outside of what can be drawn.
    """
    units = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4, "pt": 1 / 72.27}
    value = WIDTHS.get(text)
    for unit, size in units.items():
        if value is None and text.endswith(unit):
            with suppress(ValueError):
                value = float(text.removesuffix(unit)) * size
    if value is None or not NARROWEST <= value <= WIDEST:
        raise MjbenchError(
            f"--width {text} is none of column ({WIDTHS['column']} in), text ({WIDTHS['text']} in) or a length from "
            f"{NARROWEST:g}in to {WIDEST:g}in, such as 3.25in or 8.5cm"
        )
    return value
