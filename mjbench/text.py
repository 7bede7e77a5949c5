"""Strings and numbers as they are shown. Names come from other people's records, so every one passes through here."""

import re
from collections import Counter
from collections.abc import Iterable

from mjbench.io.printable import printable
from mjbench.spec.run import digest

LONGEST = 80
"""Characters of a name that are shown."""


def shown(text: str, longest: int = LONGEST) -> str:
    """``text`` on one line of printable characters; what is not printable shows as its escape.

    Two different names never look the same because of invisible characters, and a name that is cut ends in a digest
    of the whole.
    """
    visible = printable(text)
    if len(visible) <= longest:
        return visible
    return f"{visible[:longest]}... ({digest(visible)[:6]})"


def short_names(names: Iterable[str], longest: int = 28) -> dict[str, str]:
    """Each of ``names`` with a short form: ``sac[bfloat16]`` for ``sac[matmul_precision="bfloat16"]``.

    A quoted value stands without its key, and what is longer still is cut. Those that would look the same stay whole.
    """
    quoted = {name: re.sub(r'[\w.]+="([^"]+)"', r"\1", name) for name in names}
    short = {name: text if len(text) <= longest else f"{text[: longest - 1]}…" for name, text in quoted.items()}
    looks = Counter(short.values())
    return {name: text if looks[text] == 1 else name for name, text in short.items()}


def reason(error: str) -> str:
    """The line of an error message that says what went wrong."""
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    if not lines:
        return ""
    return shown(lines[-1] if lines[0].startswith("Traceback") else lines[0], 160)


def number(value: float) -> str:
    """A return with about four digits: ``3,412``, ``871.3``, ``12.35``, ``-0.041``."""
    size = abs(value)
    if size >= 1e7 or 0 < size < 1e-3:
        return f"{value:.3e}"
    for least, decimals in ((1000, 0), (100, 1), (1, 2)):
        if size >= least:
            return _unsigned_zero(f"{value:,.{decimals}f}")
    return _unsigned_zero(f"{value:.3f}")


def spread(value: float, half: float) -> str:
    """A mean and the half-width of its interval, to the same decimals: ``3,412 ± 87``."""
    size = max(abs(value), half)
    if size >= 1e7 or 0 < size < 1e-3:
        return f"{value:.3e} ± {half:.1e}"
    decimals = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 1 else 3
    return f"{_unsigned_zero(f'{value:,.{decimals}f}')} ± {half:,.{decimals}f}"


def score(value: float) -> str:
    """A normalised score: three decimals."""
    return f"{value:.3e}" if abs(value) >= 1e5 else _unsigned_zero(f"{value:.3f}")


def count(amount: int, one: str, many: str = "") -> str:
    """``1 run``, ``2 runs``."""
    return f"{amount:,} {one if amount == 1 else many or one + 's'}"


def _unsigned_zero(text: str) -> str:
    return text[1:] if text.startswith("-") and not text.strip("-0.,") else text
