"""The usual kinds of hyperparameters, for an algorithm's ``kinds``. A plan refuses what they do not hold.

kinds = {"gamma": FRACTION, "batch_size": COUNT, "activation": one_of("tanh", "relu")}
"""

import math
from collections.abc import Mapping
from typing import Any

from mjbench.algorithms.schedule import final_rate
from mjbench.api.hyperparameter import Kind, finite, whole


def one_of(*names: str) -> Kind:
    """One of these words."""
    return Kind(f"one of {', '.join(names)}", lambda value: isinstance(value, str) and value in names)


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


def _sizes(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(whole(size) and size > 0 for size in value)


def _schedule(value: Any) -> bool:
    return isinstance(value, str) and final_rate(value, 0.0) is not None


def sizes_of(*networks: str) -> Kind:
    """Layer sizes of all networks, or a mapping with those of each; without any, a network is linear."""
    shape = "{" + ", ".join(f'"{name}": [...]' for name in networks) + "}"

    def holds(value: Any) -> bool:
        if isinstance(value, Mapping):
            return value.keys() == set(networks) and all(map(_sizes, value.values()))
        return _sizes(value)

    return Kind(f"a list of layer sizes, or {shape}", holds)


COUNT = Kind("a whole number of at least 1", lambda value: whole(value) and value > 0)
INTEGER = Kind("a whole number of at least 0", lambda value: whole(value) and value >= 0)
NUMBER = Kind("a number", finite)
POSITIVE = Kind("a number above 0", lambda value: finite(value) and value > 0)
NOT_NEGATIVE = Kind("a number of at least 0", lambda value: finite(value) and value >= 0)
FRACTION = Kind("a number from 0 to 1", lambda value: finite(value) and 0 <= value <= 1)
PROPER_FRACTION = Kind("a number from 0 to below 1", lambda value: finite(value) and 0 <= value < 1)
SWITCH = Kind("true or false", lambda value: isinstance(value, bool))
SIZES = Kind("a list of layer sizes, at least one", lambda value: _sizes(value) and len(value) > 0)
LAYERS = Kind("a list of layer sizes, or an empty list", _sizes)
SCHEDULE = Kind("'constant', 'linear', or 'linear to' and the final rate", _schedule)
ACTIVATION = one_of("tanh", "relu", "elu")
NOISE = one_of("none", "normal", "ornstein-uhlenbeck")
UPDATES = Kind(
    "a whole number of at least 0, or -1 for as many as environment steps",
    lambda value: whole(value) and value >= -1,
)
COEFFICIENT = Kind(
    "'auto', 'auto_' and a number above 0, or a number of at least 0",
    lambda value: initial_coefficient(value) is not None or NOT_NEGATIVE.holds(value),
)
ENTROPY = Kind("'auto' or a number", lambda value: value == "auto" or NUMBER.holds(value))
