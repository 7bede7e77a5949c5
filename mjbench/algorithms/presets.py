"""Published hyperparameters as data: for each algorithm a folder of TOML files, one file a preset.

    presets/td3/1.toml      the first default preset
    presets/td3/2.toml      extends = "1"; what changed
    presets/td3/zoo.toml    extends = "1"; another published set, for the tasks that it names

A file holds a ``[default]`` block, blocks for task ids or patterns of them, and the source of each. A published file
never changes: a test holds the digest of each. The default preset moves on by a file with the next number.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Any

from mjbench.errors import SpecError
from mjbench.spec.tuning import Tuning, read_tuning

TUNING = "tuning"
"""Table of a file that holds the ledger of a tuned preset, see ``mjbench.spec.tuning``."""
Blocks = Mapping[str, Mapping[str, Any]]
"""``default``, then task ids or patterns of them, each with hyperparameters and their ``source``."""


@dataclass(frozen=True)
class Presets:
    """The presets of one algorithm.

    Args:
        package: that has the folder ``presets/<algorithm>``.
        algorithm: name of the folder.
        optional: hyperparameters younger than the runs that have none of them, with the value that absence means. A
            block may set them; they are in no ``[default]``, since that would give old runs new ids.
        shared: presets whose blocks for tasks count here too, but for those that set what ``[default]`` has not.
    """

    package: str
    algorithm: str
    optional: Mapping[str, Any] = field(default_factory=dict, hash=False)
    shared: "Presets | None" = None

    @property
    def names(self) -> list[str]:
        """Numbers ascending, then names: ``["1", "2", "zoo"]``; the last number is the default preset."""
        return _names(self.package, self.algorithm)

    @property
    def newest(self) -> str:
        """Number of the default preset."""
        return [name for name in self.names if name.isdecimal()][-1]

    def blocks(self, name: str = "") -> Blocks:
        """The blocks of one preset, those that it extends included; the default one without a name."""
        name = name or self.newest
        own = _blocks(self.package, self.algorithm, name)
        if self.shared is None or name not in self.shared.names:
            return own
        others = {task: block for task, block in self.shared.blocks(name).items() if task != "default"}
        return {**own, **{task: block for task, block in others.items() if block.keys() <= own["default"].keys()}}

    def resolve(self, task: str, name: str = "") -> dict[str, Any]:
        """The defaults, overlaid by each block whose pattern matches the task id; without the notes on sources.

        Raises:
            SpecError: a block sets a hyperparameter that neither the defaults nor ``optional`` have.
        """
        blocks = self.blocks(name)
        resolved = {key: value for key, value in blocks["default"].items() if key != "source"}
        for pattern, block in blocks.items():
            if pattern != "default" and fnmatchcase(task, pattern):
                changes = {key: value for key, value in block.items() if key != "source"}
                unknown = sorted(changes.keys() - resolved.keys() - self.optional.keys())
                if unknown:
                    place = f"presets/{self.algorithm}/{name or self.newest}.toml: [{pattern!r}]"
                    raise SpecError(f"{place} sets {', '.join(unknown)}, which [default] lacks")
                resolved |= changes
        return resolved

    def published(self, task: str) -> dict[str, dict[str, Any]]:
        """Every preset that ``task`` has, resolved, by name; a named one only where it has a block for the task."""
        return {name: self.resolve(task, name) for name in self.names if name.isdecimal() or self._has(task, name)}

    def sources(self, task: str) -> dict[str, str]:
        """Where the values of each preset that ``task`` has come from, by name."""
        return {
            name: "; ".join(
                block["source"]
                for pattern, block in self.blocks(name).items()
                if "source" in block and (pattern == "default" or fnmatchcase(task, pattern))
            )
            for name in self.published(task)
        }

    def _has(self, task: str, name: str) -> bool:
        own = _read(self.package, self.algorithm, name)
        return any(pattern != "default" and fnmatchcase(task, pattern) for pattern in own)

    def tunings(self) -> dict[str, Tuning]:
        """The ledger of each preset that has one, by name."""
        read = {name: _read(self.package, self.algorithm, name) for name in self.names}
        return {name: read_tuning(body[TUNING]) for name, body in read.items() if TUNING in body}


@cache
def _names(package: str, algorithm: str) -> list[str]:
    files = (file.name for file in (resources.files(package) / "presets" / algorithm).iterdir())
    names = [name.removesuffix(".toml") for name in files if name.endswith(".toml")]
    return sorted(names, key=lambda name: (not name.isdecimal(), int(name) if name.isdecimal() else 0, name))


@cache
def _read(package: str, algorithm: str, name: str) -> Mapping[str, Any]:
    text = (resources.files(package) / "presets" / algorithm / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _blocks(package: str, algorithm: str, name: str) -> Blocks:
    body = dict(_read(package, algorithm, name))
    base = body.pop("extends", None)
    own = {pattern: block for pattern, block in body.items() if isinstance(block, Mapping) and pattern != TUNING}
    if base is None:
        return own
    blocks = dict(_blocks(package, algorithm, base))
    for pattern, block in own.items():
        blocks[pattern] = {**blocks.get(pattern, {}), **block}
    return blocks
