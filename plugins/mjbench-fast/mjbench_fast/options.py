"""A run's hyperparameters, checked: what is not supported is refused by name, never ignored."""

import math
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, get_type_hints

from mjbench.algorithms.schedule import final_rate
from mjbench.errors import SpecError
from mjbench.spec.run import RunSpec
from mjbench_fast.nn.activation import ACTIVATIONS


@dataclass(frozen=True)
class Kind:
    """What values an option takes; the annotation of a field of an options class."""

    says: str
    """For the message: "a positive integer"."""
    holds: Callable[[Any], bool]


def _integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _schedule(value: Any) -> bool:
    return isinstance(value, str) and final_rate(value, 0.0) is not None


def _sizes(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and len(value) > 0 and all(_integer(size) and size > 0 for size in value)


COUNT = Kind("a positive integer", lambda value: _integer(value) and value > 0)
INTEGER = Kind("an integer of at least 0", lambda value: _integer(value) and value >= 0)
NUMBER = Kind("a number", _number)
POSITIVE = Kind("a positive number", lambda value: _number(value) and value > 0)
NOT_NEGATIVE = Kind("a number of at least 0", lambda value: _number(value) and value >= 0)
FRACTION = Kind("a number from 0 to 1", lambda value: _number(value) and 0 <= value <= 1)
SWITCH = Kind("true or false", lambda value: isinstance(value, bool))
SIZES = Kind("a list of layer sizes, at least one", _sizes)
SCHEDULE = Kind("'constant', 'linear' or 'linear to' with the final rate", _schedule)
ACTIVATION = Kind(f"one of {', '.join(ACTIVATIONS)}", lambda value: isinstance(value, str) and value in ACTIVATIONS)

Options = TypeVar("Options")


def read(kind: type[Options], run: RunSpec) -> Options:
    """The run's hyperparameters as an options class.

    Raises:
        SpecError: one is unknown, missing, or has a value that is not supported.
    """
    given = dict(run.hyperparameters)
    known = {option.name: option for option in fields(kind)}  # pyright: ignore[reportArgumentType]
    unknown = sorted(given.keys() - known.keys())
    if unknown:
        raise SpecError(f"{run.entry} does not support {', '.join(unknown)}; it has {', '.join(sorted(known))}")
    missing = sorted(name for name, option in known.items() if name not in given and option.default is MISSING)
    if missing:
        raise SpecError(f"{run.entry} lacks {', '.join(missing)}: give a value with --set")
    hints = get_type_hints(kind, include_extras=True)
    for name, value in given.items():
        (values,) = hints[name].__metadata__
        if not values.holds(value):
            raise SpecError(f"{run.entry}: {name} must be {values.says}, not {value!r}")
    return kind(**given)
