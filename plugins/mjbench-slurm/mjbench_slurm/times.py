"""Time limits in Slurm's words."""

import math
import re

FORMS = "minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes or days-hours:minutes:seconds"
_FORM = re.compile(r"(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?")


def minutes(text: str) -> float:
    """``"1-12:00:00"`` is 2160.0; ``"infinite"`` is infinite.

    Raises:
        ValueError: it is none of ``FORMS``.
    """
    if text.lower() in ("infinite", "unlimited"):
        return math.inf
    match = _FORM.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a time; Slurm takes {FORMS}")
    days, *parts = (None if part is None else int(part) for part in match.groups())
    first, second, third = (part or 0 for part in parts)
    if days is not None:
        return days * 1440.0 + first * 60 + second + third / 60
    return first * 60 + second + third / 60 if parts[2] is not None else first + second / 60


def in_words(limit: float) -> str:
    """Minutes, rounded up, as Slurm takes them: ``"1-12:00:00"``, ``"00:10:00"``."""
    whole = math.ceil(limit)
    days, rest = divmod(whole, 1440)
    return f"{days}-" * bool(days) + f"{rest // 60:02}:{rest % 60:02}:00"
