"""Search spaces as data: TOML files, one table a hyperparameter.

    extends = "ppo"            # optional: the space of another algorithm, whose tables these replace

    [learning_rate]            # a number between two ends; whole where both ends are
    low = 1e-5
    high = 1e-3
    log = true

    [net_arch]                 # one of several values
    choices = [[64, 64], [256, 256]]

A plugin brings the space of its algorithm as ``spaces/NAME.toml`` in the package that has the algorithm.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mjbench.api.algorithm import Algorithm
from mjbench.errors import MjbenchError, RecordError, SpecError, nearest_names
from mjbench.io.strict import read_file
from mjbench.io.toml import parse_toml
from mjbench.plan.hyperparameters import with_changes
from mjbench.registry.lookup import Registry
from mjbench.spec.task import TaskSpec

if TYPE_CHECKING:
    import optuna

FOLDER = "spaces"
DIGITS = 4
"""Of a number that is drawn: more would only make the names of entries longer."""
_LIMIT = 2**20
_SHAPES = ({"low", "high"}, {"low", "high", "log"}, {"choices"})


@dataclass(frozen=True)
class Parameter:
    """The values of one hyperparameter that a study tries."""

    low: float = 0.0
    high: float = 0.0
    log: bool = False
    choices: tuple[Any, ...] = ()
    """JSON values; empty for a range."""

    @property
    def whole(self) -> bool:
        """Whether it draws whole numbers."""
        return not self.choices and isinstance(self.low, int) and isinstance(self.high, int)

    @property
    def ends(self) -> tuple[Any, ...]:
        """Values that show whether an algorithm takes it: all choices, or both ends."""
        return self.choices or (self.low, self.high)

    def suggest(self, name: str, trial: "optuna.trial.Trial") -> None:
        """Have the trial draw it; one that has drawn keeps its value."""
        if self.choices:
            trial.suggest_categorical(name, [_stored(value) for value in self.choices])
        elif self.whole:
            trial.suggest_int(name, int(self.low), int(self.high), log=self.log)
        else:
            trial.suggest_float(name, self.low, self.high, log=self.log)

    def value(self, drawn: Any) -> Any:
        """The hyperparameter, from what the trial has drawn."""
        if self.choices:
            return next(value for value in self.choices if _stored(value) == drawn)
        return drawn if self.whole else float(f"{drawn:.{DIGITS}g}")


Space = Mapping[str, Parameter]


def find_space(registry: Registry, name: str, file: Path | None = None) -> dict[str, Parameter]:
    """The search space of an algorithm: of a file, of the package that has the algorithm, or of this package.

    Raises:
        MjbenchError: there is no such algorithm, it has no space, or the space is malformed.
    """
    registry.algorithm(name)
    if file is not None:
        return _read(file, registry, (name,))
    own = resources.files(registry.owner("algorithm", name).entry_point.module.partition(".")[0])
    known = [
        place
        for folder in (own / FOLDER, resources.files("mjbench_optuna") / FOLDER)
        if folder.is_dir()
        for place in folder.iterdir()
        if place.name.endswith(".toml")
    ]
    for place in known:
        if place.name == f"{name}.toml":
            return _read(place, registry, (name,))
    names = ", ".join(sorted({place.name.removesuffix(".toml") for place in known}))
    raise MjbenchError(
        f"the algorithm {name} has no search space; there are spaces for {names}; write one for it as a TOML file, and "
        "name it with --space FILE"
    )


def check_space(space: Space, name: str, algorithm: Algorithm, task: TaskSpec, preset: Mapping[str, Any]) -> None:
    """Hold a space to the hyperparameters that the algorithm has, and to the values that it takes.

    Args:
        space: of the algorithm.
        name: of the algorithm.
        algorithm: says what it takes.
        task: to tune on.
        preset: the hyperparameters for the task that the space changes.

    Raises:
        MjbenchError: a hyperparameter that it does not have, or a value that it does not take.
    """
    for key, parameter in space.items():
        for value in parameter.ends:
            try:
                with_changes(name, algorithm, preset, {key: value})
            except MjbenchError as error:
                raise SpecError(f"search space of {name}: {error}") from error


def as_json(space: Space) -> dict[str, Any]:
    """The space as JSON values."""
    return {key: _short(parameter) for key, parameter in space.items()}


def _short(parameter: Parameter) -> dict[str, Any]:
    if parameter.choices:
        return {"choices": list(parameter.choices)}
    return {key: value for key, value in asdict(parameter).items() if key != "choices"}


def _read(place: Path | Traversable, registry: Registry, needed_by: tuple[str, ...]) -> dict[str, Parameter]:
    try:
        text = (read_file(place, _LIMIT) if isinstance(place, Path) else place.read_bytes()).decode("utf-8-sig")
    except (RecordError, OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
        raise SpecError(f"cannot read the search space {place}: {reason}") from error
    try:
        body = parse_toml(text)
    except RecordError as error:
        raise SpecError(f"search space {place}: {error}") from error
    base = body.pop("extends", "")
    body.pop("source", None)
    if not isinstance(base, str):
        raise SpecError(f"search space {place}: extends must be the name of an algorithm, not {base!r}")
    if base in needed_by:
        raise SpecError(f"search space {place}: it extends itself")
    space = _extended(base, registry, needed_by) if base else {}
    try:
        space |= {key: _parameter(key, value) for key, value in body.items()}
    except SpecError as error:
        raise SpecError(f"search space {place}: {error}") from error
    if not space:
        raise SpecError(
            f"search space {place}: it has no hyperparameters; add a table for each, such as [learning_rate]"
        )
    return space


def _extended(name: str, registry: Registry, needed_by: tuple[str, ...]) -> dict[str, Parameter]:
    """The space of another algorithm, which need not be installed."""
    try:
        own = [resources.files(registry.owner("algorithm", name).entry_point.module.partition(".")[0]) / FOLDER]
    except MjbenchError:
        own = []
    for folder in (*own, resources.files("mjbench_optuna") / FOLDER):
        place = folder / f"{name}.toml"
        if place.is_file():
            return _read(place, registry, (*needed_by, name))
    raise SpecError(f"there is no search space of {name!r} to extend")


def _parameter(key: str, value: Any) -> Parameter:
    example = "low = 1e-5 and high = 1e-3 (with log = true), or choices = [1, 2]"
    if not isinstance(value, dict):
        raise SpecError(f"{key} must be a table with {example}")
    if set(value) not in _SHAPES:
        unknown = sorted(set(value) - {"low", "high", "log", "choices"})
        near = nearest_names(unknown[0], ("low", "high", "log", "choices")) if unknown else []
        hint = f"; did you mean {near[0]}?" if near else ""
        raise SpecError(f"{key} has {', '.join(sorted(value)) or 'nothing'}, not {example}{hint}")
    if "choices" in value:
        choices = value["choices"]
        if not isinstance(choices, list) or not choices:
            raise SpecError(f"{key}: choices must be a list with at least one value")
        if len({json.dumps(choice) for choice in choices}) < len(choices):
            raise SpecError(f"{key}: choices has a value twice")
        return Parameter(choices=tuple(choices))
    low, high, log = value["low"], value["high"], value.get("log", False)
    if not _number(low) or not _number(high) or not low < high:
        raise SpecError(f"{key}: low and high must be numbers, low below high, not {low!r} and {high!r}")
    if not isinstance(log, bool) or (log and low <= 0):
        raise SpecError(f"{key}: log must be true or false, and true only where low is above 0")
    return Parameter(low, high, log)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _stored(value: Any) -> Any:
    """As a trial keeps it: lists and tables as JSON text."""
    return value if isinstance(value, (str, int, float, bool)) else json.dumps(value)
