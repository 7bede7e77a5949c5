"""What values a hyperparameter takes."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mjbench.io.strict import LARGEST_INTEGER


@dataclass(frozen=True)
class Kind:
    """The values that a hyperparameter takes. ``mjbench.algorithms.hyperparameters`` has the usual ones."""

    says: str
    """For messages, after "must be": ``"a number from 0 to 1"``."""
    holds: Callable[[Any], bool]
    """Whether it takes a value: whatever JSON can hold, numbers that are not finite among them."""


def whole(value: Any) -> bool:
    """Whether ``value`` is a whole number that a record can hold, at most 2**53; ``True`` and ``64.0`` are not."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_INTEGER


def finite(value: Any) -> bool:
    """Whether ``value`` is a number that a record can hold, neither infinite nor NaN."""
    return whole(value) or (isinstance(value, float) and math.isfinite(value))
