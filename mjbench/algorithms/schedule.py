"""The hyperparameter ``learning_rate_schedule``: ``"constant"``, ``"linear"`` (to zero) or ``"linear to 1e-5"``."""

import math
from typing import Any


def final_rate(schedule: Any, initial: float) -> float | None:
    """The learning rate at the end of a run; None where ``schedule`` is not one of the three."""
    if schedule == "constant":
        return initial
    if schedule == "linear":
        return 0.0
    word, _, number = str(schedule).rpartition(" ")
    try:
        final = float(number)
    except ValueError:
        return None
    return final if word == "linear to" and math.isfinite(final) and final >= 0 else None


def learning_rate(schedule: str, initial: float, remaining: float) -> float:
    """``initial + (1 - remaining) (final - initial)``; ``remaining`` is the share of the run that is left.

    Raises:
        ValueError: no such schedule.
    """
    final = final_rate(schedule, initial)
    if final is None:
        raise ValueError(f"{schedule!r} is not a schedule")
    return initial + (1 - remaining) * (final - initial)
