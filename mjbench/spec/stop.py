"""A threshold at which a run stops before its budget is used up: ``success=0.95`` or ``return=300``."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mjbench.errors import SpecError

SUCCESS, RETURN = "success", "return"


@dataclass(frozen=True)
class Threshold:
    """A mean over evaluation episodes that is to be reached."""

    measure: Literal["success", "return"]
    value: float

    def __str__(self) -> str:
        """As ``read_threshold`` takes it, one text for one value."""
        return f"{self.measure}={int(self.value) if self.value == int(self.value) else self.value!r}"

    def reached(self, returns: Sequence[float | None], success: Sequence[bool] | None) -> bool:
        """Whether the episodes of one evaluation point reach it; those without a finite return never do."""
        values = returns if self.measure == RETURN else success
        if not values or any(value is None or not math.isfinite(value) for value in values):
            return False
        return math.fsum(float(value) for value in values if value is not None) / len(values) >= self.value


def read_threshold(text: str) -> Threshold:
    """``success=0.95``: the share of successful episodes, above 0 and at most 1; ``return=300``: the mean return.

    Raises:
        SpecError: anything else.
    """
    measure, equals, number = (part.strip() for part in text.partition("="))
    works = "such as success=0.95 or return=300"
    if measure not in (SUCCESS, RETURN) or not equals:
        raise SpecError(f"the threshold {text!r} must be success=SHARE or return=NUMBER, {works}")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e100:
        raise SpecError(f"the threshold {text!r} has no finite number behind the equals sign, {works}")
    if measure == SUCCESS and not 0 < value <= 1:
        raise SpecError(f"the threshold {text!r} must be a share of episodes above 0 and at most 1, {works}")
    return Threshold(SUCCESS if measure == SUCCESS else RETURN, value)
