"""A run's hyperparameters, checked: what is not supported is refused by name, never ignored."""

from dataclasses import MISSING, fields
from typing import Any, TypeVar, get_type_hints

from mjbench.api.hyperparameter import Kind
from mjbench.errors import SpecError
from mjbench.spec.run import RunSpec

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
    kinds = kinds_of(kind)
    for name, value in given.items():
        if not kinds[name].holds(value):
            raise SpecError(f"{run.entry}: {name} must be {kinds[name].says}, not {value!r}")
    return kind(**given)


def kinds_of(kind: type[Any]) -> dict[str, Kind]:
    """What the fields of an options class take, which their annotations hold: ``Annotated[int, COUNT]``."""
    hints = get_type_hints(kind, include_extras=True)
    return {option.name: hints[option.name].__metadata__[0] for option in fields(kind)}
