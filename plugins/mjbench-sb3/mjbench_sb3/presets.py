"""Hyperparameters are data: one TOML file an algorithm, a block of defaults and blocks for tasks."""

import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Any

from mjbench.errors import SpecError


@cache
def read(algorithm: str) -> Mapping[str, Mapping[str, Any]]:
    """The blocks of ``presets/<algorithm>.toml`` in order: ``default``, then task ids or patterns of them."""
    text = (resources.files("mjbench_sb3") / "presets" / f"{algorithm}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def resolve(algorithm: str, task: str) -> dict[str, Any]:
    """The defaults, overlaid by each block whose pattern matches the task id; without the notes on sources.

    Raises:
        SpecError: a block sets a hyperparameter that the defaults do not have.
    """
    blocks = read(algorithm)
    resolved = {name: value for name, value in blocks["default"].items() if name != "source"}
    for pattern, block in blocks.items():
        if pattern != "default" and fnmatchcase(task, pattern):
            changes = {name: value for name, value in block.items() if name != "source"}
            unknown = sorted(changes.keys() - resolved.keys())
            if unknown:
                raise SpecError(
                    f"presets/{algorithm}.toml: [{pattern!r}] sets {', '.join(unknown)}, which [default] lacks"
                )
            resolved |= changes
    return resolved
