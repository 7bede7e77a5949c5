"""Which published preset a run has, and the presets that an algorithm offers for a task."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from mjbench.api.algorithm import Algorithm
from mjbench.errors import MjbenchError, UnknownName
from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec
from mjbench.spec.task import TaskSpec

Hyperparameters = Mapping[str, Any]


@dataclass(frozen=True)
class PresetNumbers:
    """Numbers of the default presets whose hyperparameters a run has."""

    numbers: frozenset[int] = frozenset()
    """Empty where none fits, or where the algorithm or its task is not installed."""
    newest: int = 1
    """Number of the default preset today."""
    known: bool = False
    """Whether the presets could be looked up."""


PresetOf = Callable[[RunSpec], PresetNumbers]


def unknown_presets(run: RunSpec) -> PresetNumbers:
    """For records whose algorithms are not looked up."""
    return PresetNumbers()


def published(algorithm: Algorithm, task: TaskSpec) -> dict[str, Hyperparameters]:
    """Every preset of ``algorithm`` for ``task`` by number or name; one without ``presets`` has number 1 alone."""
    offered = getattr(algorithm, "presets", None)
    return dict(offered(task)) if offered else {"1": algorithm.hyperparameters(task)}


def find_preset(preset: str, name: str, algorithm: Algorithm, task: TaskSpec) -> Hyperparameters:
    """The hyperparameters of one preset; the default one without a name.

    Raises:
        UnknownName: ``algorithm``, called ``name``, has no such preset for ``task``.
    """
    if not preset:
        return algorithm.hyperparameters(task)
    known = published(algorithm, task)
    if preset not in known:
        raise UnknownName(
            "preset",
            preset,
            known,
            f"{name} on {task.id} has: {', '.join(known)}.",
            see=f"mjbench list algorithms {name} {task.id}",
        )
    return known[preset]


def preset_numbers(registry: Registry) -> PresetOf:
    """A function that compares a run's hyperparameters with the presets of its algorithm, looked up once a task."""

    @cache
    def presets(algorithm: str, task: str) -> Mapping[int, Hyperparameters]:
        try:
            found = published(registry.algorithm(algorithm), registry.task(task))
        except MjbenchError:
            return {}
        return {int(name): values for name, values in found.items() if name.isdecimal()}

    def numbers(run: RunSpec) -> PresetNumbers:
        known = presets(run.algorithm, run.task)
        if run.preset or not known:
            return PresetNumbers()
        changes = variant_changes(run.variant)
        own = dict(run.hyperparameters)
        fits = (number for number, values in known.items() if {**values, **changes} == own)
        return PresetNumbers(frozenset(fits), max(known), True)

    return numbers


def variant_changes(variant: str) -> dict[str, Any]:
    """``gamma=0.9,net_arch=[64,64]`` as a dictionary; what is no ``name=JSON`` (``from_scratch``) is left out."""
    changes: dict[str, Any] = {}
    decoder, rest = json.JSONDecoder(), variant
    while rest:
        name, equals, behind = rest.partition("=")
        if "," in name or not equals:  # a word without a value
            rest = rest.partition(",")[2]
            continue
        try:
            changes[name], end = decoder.raw_decode(behind)
        except ValueError:
            rest = rest.partition(",")[2]
            continue
        rest = behind[end:].removeprefix(",")
    return changes
