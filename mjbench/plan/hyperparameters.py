"""Holds every hyperparameter of a plan to what its algorithm takes, before anything trains."""

import json
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from mjbench.api.algorithm import Algorithm
from mjbench.api.hyperparameter import Kind, finite, whole
from mjbench.errors import RecordError, SpecError, UnknownName, nearest_names
from mjbench.io.strict import DEPTH, check_json
from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec


def with_changes(
    name: str, algorithm: Algorithm, preset: Mapping[str, Any], changes: Mapping[str, Any]
) -> dict[str, Any]:
    """The hyperparameters of a preset with some changed, all of values that the algorithm takes.

    Args:
        name: of the algorithm.
        algorithm: says what it takes.
        preset: for the task.
        changes: what the user sets.

    Raises:
        UnknownName: a change of a hyperparameter that the algorithm does not have.
        SpecError: a value that it does not take.
    """
    known = {**getattr(algorithm, "optional_hyperparameters", {}), **preset}
    kinds = kinds_of(algorithm, known)
    for key, value in changes.items():
        if key not in known:
            hint = "" if nearest_names(key, known) else f"{name} has: {', '.join(sorted(known))}."
            raise UnknownName("hyperparameter", key, known, hint, see=f"mjbench list algorithms {name}")
        if not _holds(kinds[key], value):
            works = shlex.join(["--set", f"{key}={_typed(known[key])}"])
            raise SpecError(f"{name}: {key} must be {kinds[key].says}, not {_shown(value)}; such as {works}")
    for key, value in preset.items():
        if key not in changes and not _holds(kinds[key], value):
            raise SpecError(f"{name}: its preset has {key}={_shown(value)}, which must be {kinds[key].says}")
    return {**preset, **changes}


def real_changes(algorithm: Algorithm, preset: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes without those that say what the absence of an optional hyperparameter means: they are no changes."""
    optional = getattr(algorithm, "optional_hyperparameters", {})
    plain = {key: optional[key] for key in optional.keys() - preset.keys()}
    return {key: value for key, value in changes.items() if key not in plain or plain[key] != value}


def kinds_of(algorithm: Algorithm, known: Mapping[str, Any]) -> dict[str, Kind]:
    """What each hyperparameter takes: what the algorithm says, and values like the default where it does not say.

    Args:
        algorithm: whose they are.
        known: all that it has, with their defaults.
    """
    own: Mapping[str, Kind] = getattr(algorithm, "kinds", {})
    return {key: own.get(key) or like(value) for key, value in known.items()}


def like(default: Any) -> Kind:
    """Values of the type of ``default``: whole numbers, numbers, true or false, lists, tables. A default of text may
    stand for a number, as ``"auto"`` does; None for anything."""
    if isinstance(default, bool):
        return Kind("true or false", lambda value: isinstance(value, bool))
    if isinstance(default, int):
        return Kind("a whole number", whole)
    if isinstance(default, float):
        return Kind("a number", finite)
    if isinstance(default, str):
        return Kind("text or a number", lambda value: isinstance(value, str) or finite(value))
    if isinstance(default, (list, tuple)):
        return Kind("a list", lambda value: isinstance(value, (list, tuple)) and _plain(value))
    if isinstance(default, Mapping):
        return Kind("a table in braces", lambda value: isinstance(value, Mapping) and _plain(value))
    return Kind("text, finite numbers, or lists and tables of them", _plain)


def nothing_learned(algorithm: Algorithm, run: RunSpec) -> str:
    """Why the run's budget ends before its first update; empty where it does not, or the algorithm cannot say.

    Raises:
        SpecError: the run cannot train at all.
    """
    why = getattr(algorithm, "nothing_learned", None)
    return why(run) if why else ""


def warnings(registry: Registry, runs: Iterable[RunSpec]) -> list[str]:
    """A line for each algorithm that learns nothing within the budget of some of the runs."""
    lines = (f"{run.entry}: {why}" for run in runs if (why := nothing_learned(registry.algorithm(run.algorithm), run)))
    return list(dict.fromkeys(lines))


def _holds(kind: Kind, value: Any) -> bool:
    try:
        return bool(kind.holds(value))
    except Exception:  # a plugin's own, which may compare text with a number
        return False


def _plain(value: Any) -> bool:
    """Whether the JSON of a record can hold it, which has no infinite numbers."""
    try:
        check_json(value, DEPTH // 2)  # the record has objects around it
        json.dumps(value)
    except (TypeError, ValueError, RecordError):
        return False
    return True


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else json.dumps(value, default=repr)
    return text if len(text) <= 60 else text[:60] + "..."


def _typed(value: Any) -> str:
    """As ``--set`` takes it."""
    if isinstance(value, (list, tuple)) and len(value) > 1 and all(map(finite, value)):
        return ",".join(map(json.dumps, value))
    return value if isinstance(value, str) else json.dumps(value)
