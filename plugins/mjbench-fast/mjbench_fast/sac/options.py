"""The hyperparameters of SAC, under the names of stable-baselines3."""

import math
from dataclasses import dataclass
from typing import Annotated, Any

from mjbench_fast.off_policy.options import OffPolicyOptions
from mjbench_fast.options import COUNT, NOT_NEGATIVE, NUMBER, Kind


def initial_coefficient(value: Any) -> float | None:
    """Where a coefficient that is learned begins: 1 for ``"auto"``, X for ``"auto_X"``; None where it is fixed."""
    if value == "auto":
        return 1.0
    if isinstance(value, str) and value.startswith("auto_"):
        try:
            found = float(value.removeprefix("auto_"))
        except ValueError:
            return None
        return found if math.isfinite(found) and found > 0 else None
    return None


COEFFICIENT = Kind(
    "'auto', 'auto_' with a positive number, or a number of at least 0",
    lambda value: initial_coefficient(value) is not None or NOT_NEGATIVE.holds(value),
)
ENTROPY = Kind("'auto' or a number", lambda value: value == "auto" or NUMBER.holds(value))


@dataclass(frozen=True, kw_only=True)
class SacOptions(OffPolicyOptions):
    """See https://stable-baselines3.readthedocs.io/en/master/modules/sac.html."""

    ent_coef: Annotated[str | float, COEFFICIENT]
    target_entropy: Annotated[str | float, ENTROPY]
    target_update_interval: Annotated[int, COUNT]
    log_std_init: Annotated[float, NUMBER] = 0.0
    """Added to the logarithm of the spread that the actor begins with."""
