"""Hyperparameters are data: one TOML file an algorithm, a block of defaults and blocks for tasks."""

import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Any

from mjbench.errors import SpecError

OPTIONAL: Mapping[str, Mapping[str, Any]] = {
    "sac": {"n_envs": 1, "log_std_init": 0.0},
    "td3": {"n_envs": 1},
    "ddpg": {"n_envs": 1},
}
"""Hyperparameters younger than the runs that have none of them, by algorithm, with the value that absence means.
``log_std_init`` is added to the spread that SAC's actor begins with, as its logarithm.

A block or ``--set`` may set them; they are in no ``[default]``, since that would give old runs new ids."""


@cache
def read(algorithm: str, package: str = "mjbench_sb3") -> Mapping[str, Mapping[str, Any]]:
    """The blocks of ``presets/<algorithm>.toml`` in order: ``default``, then task ids or patterns of them."""
    text = (resources.files(package) / "presets" / f"{algorithm}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def resolve(algorithm: str, task: str) -> dict[str, Any]:
    """The defaults, overlaid by each block whose pattern matches the task id; without the notes on sources.

    Raises:
        SpecError: a block sets a hyperparameter that neither the defaults nor ``OPTIONAL`` have.
    """
    return overlay(algorithm, read(algorithm), task)


def overlay(algorithm: str, blocks: Mapping[str, Mapping[str, Any]], task: str) -> dict[str, Any]:
    """``resolve`` for blocks that were read before."""
    resolved = {name: value for name, value in blocks["default"].items() if name != "source"}
    for pattern, block in blocks.items():
        if pattern != "default" and fnmatchcase(task, pattern):
            changes = {name: value for name, value in block.items() if name != "source"}
            unknown = sorted(changes.keys() - resolved.keys() - OPTIONAL.get(algorithm, {}).keys())
            if unknown:
                names = ", ".join(unknown)
                raise SpecError(f"presets/{algorithm}.toml: [{pattern!r}] sets {names}, which [default] lacks")
            resolved |= changes
    return resolved
