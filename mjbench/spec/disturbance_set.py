"""A disturbance set: conditions and strengths under which policies are evaluated, as a TOML file that never changes.

    disturbance_sets/standard-1.toml

A test holds the digest of each file. A set moves on by a file with the next number.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from mjbench.errors import MjbenchError, SpecError, nearest_names


@dataclass(frozen=True)
class DisturbanceSet:
    """One version of a set.

    Raises:
        SpecError: no episodes, or strengths that do not ascend from above 0.
    """

    name: str
    version: int
    episodes: int
    """At each strength of each condition, and undisturbed."""
    strengths: Mapping[str, tuple[float, ...]]
    """By condition, ascending, without 0."""

    def __post_init__(self) -> None:
        if self.episodes < 1:
            raise SpecError(f"disturbance set {self.label}: episodes must be at least 1, not {self.episodes}")
        for name, values in self.strengths.items():
            if not values or list(values) != sorted(set(values)) or values[0] <= 0:
                raise SpecError(f"disturbance set {self.label}: strengths of {name} must ascend from above 0")

    @property
    def label(self) -> str:
        """``standard@1``."""
        return f"{self.name}@{self.version}"


def find_set(text: str) -> DisturbanceSet:
    """``standard`` for the newest version of a set, ``standard@1`` for one of its versions.

    Raises:
        MjbenchError: there is none; the message has the nearest.
    """
    name, _, version = text.partition("@")
    versions = sorted(number for each, number in _sets() if each == name)
    if not versions:
        names = sorted({each for each, _ in _sets()})
        near = nearest_names(name, names)
        hint = f"did you mean {near[0]}?" if near else f"there is {', '.join(names)}"
        raise MjbenchError(f"unknown disturbance set {name!r}; {hint}")
    if version and version not in map(str, versions):
        there = ", ".join(f"{name}@{number}" for number in versions)
        raise MjbenchError(f"there is no version {version!r} of the disturbance set {name}; there is {there}")
    return _sets()[name, int(version) if version else versions[-1]]


@cache
def _sets() -> Mapping[tuple[str, int], DisturbanceSet]:
    found: dict[tuple[str, int], DisturbanceSet] = {}
    for file in (resources.files("mjbench.spec") / "disturbance_sets").iterdir():
        if match := re.fullmatch(r"([a-z][a-z0-9-]*)-([1-9][0-9]*)\.toml", file.name):
            body = tomllib.loads(file.read_text(encoding="utf-8"))
            key = match[1], int(match[2])
            strengths = {name: tuple(map(float, values)) for name, values in body["strengths"].items()}
            found[key] = DisturbanceSet(*key, body["episodes"], strengths)
    return found
