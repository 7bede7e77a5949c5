"""A preset as a TOML file of the user's own: read, checked, and resolved for an algorithm and a task.

    algorithm = "fast-ppo"               # optional: the one that it is for
    extends = "3"                        # optional: a published preset; the default one where it is not there

    ["gymnasium/Hopper-v*"]              # a task id or a pattern; "default" for all tasks
    source = "where the values come from"
    learning_rate = 1e-3

    [tuning]                             # optional: the ledger, see mjbench.spec.tuning

A plugin can ship the same file among its presets, under the name that ``PresetFile.name`` gives.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from mjbench.api.algorithm import Algorithm
from mjbench.errors import MjbenchError, RecordError, SpecError, nearest_names
from mjbench.io.strict import read_file
from mjbench.io.toml import parse_toml
from mjbench.plan.hyperparameters import with_changes
from mjbench.registry.preset_lookup import find_preset
from mjbench.spec.run import digest
from mjbench.spec.task import TaskSpec
from mjbench.spec.tuning import Tuning, read_tuning
from mjbench.store.presets import LIMIT

KEYS = ("name", "algorithm", "extends")
TUNING = "tuning"
DEFAULT = "default"
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_.+-]{0,59}")


@dataclass(frozen=True)
class PresetFile:
    """A preset that is not published by the algorithm's plugin."""

    label: str
    blocks: Mapping[str, Mapping[str, Any]]
    """By task id or pattern, without the notes on sources."""
    algorithm: str = ""
    """The one that it is for; empty for any."""
    extends: str = ""
    """The published preset that the blocks change; empty for the default one."""
    tuning: Tuning | None = None
    text: str = ""
    """Of the file."""

    @property
    def name(self) -> str:
        """In run specs and entries: the label and a digest of all values, ``tuned-3fa9c1d2``."""
        return f"{self.label}-{_key(self.algorithm, self.extends, self.blocks)}"

    def resolve(self, algorithm_name: str, algorithm: Algorithm, task: TaskSpec) -> dict[str, Any]:
        """The hyperparameters for ``task``.

        Raises:
            SpecError: it is for another algorithm, has no block for the task, extends a preset or sets a hyperparameter
                that the algorithm does not have, or holds a value that it does not take.
        """
        if self.algorithm and self.algorithm != algorithm_name:
            raise SpecError(
                f"preset {self.name} is for {self.algorithm}, not for {algorithm_name}; use --algo {self.algorithm}"
            )
        blocks = [
            block for pattern, block in self.blocks.items() if pattern == DEFAULT or fnmatchcase(task.id, pattern)
        ]
        if not blocks:
            raise SpecError(f"preset {self.name} has no block for {task.id}; it has: {', '.join(self.blocks)}")
        changes = {name: value for block in blocks for name, value in block.items()}
        try:
            base = find_preset(self.extends, algorithm_name, algorithm, task)
            return with_changes(algorithm_name, algorithm, base, changes)
        except MjbenchError as error:
            raise SpecError(f"preset {self.name}: {error}") from error


def _key(algorithm: str, extends: str, blocks: Mapping[str, Mapping[str, Any]]) -> str:
    return digest([algorithm, extends, blocks])[:8]


def is_file(preset: str) -> bool:
    """Whether what was typed after ``--preset`` is a path and no name."""
    return preset.endswith(".toml") or "/" in preset


def read_preset_file(path: Path) -> PresetFile:
    """The preset in a file.

    Raises:
        SpecError: not a file, not TOML, an unknown key, no block, or a damaged ledger; the message names the file.
    """
    try:
        text = read_file(path, LIMIT).decode("utf-8-sig")
    except (RecordError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
        raise SpecError(f"cannot read the preset file {path}: {reason}") from error
    try:
        return parse_preset(text, path.stem)
    except MjbenchError as error:
        raise SpecError(f"preset file {path}: {error}") from error


def parse_preset(text: str, stem: str) -> PresetFile:
    """The preset in the text of a file.

    Args:
        text: TOML.
        stem: name of the file, which is the label where the file has none.

    Raises:
        SpecError: an unknown key, no block, a value that is no text where one must be, or a damaged ledger.
        RecordError: not TOML, or a value that JSON cannot hold.
    """
    body = parse_toml(text)
    words: dict[str, str] = {}
    blocks: dict[str, dict[str, Any]] = {}
    for key, value in body.items():
        if isinstance(value, dict):
            if key != TUNING:
                blocks[key] = {name: each for name, each in value.items() if name != "source"}
        elif key not in KEYS:
            near = nearest_names(key, KEYS)
            hint = f"did you mean {near[0]}?" if near else 'put hyperparameters below [default] or ["task id"]'
            raise SpecError(f"unknown key {key!r}; {hint}")
        elif not isinstance(value, str):
            raise SpecError(f"{key} must be text, not {value!r}")
        else:
            words[key] = value
    if not blocks:
        raise SpecError('it has no hyperparameters; put them below [default] or ["task id"]')
    algorithm, extends = words.get("algorithm", ""), words.get("extends", "")
    label = words.get("name", stem.removesuffix(f"-{_key(algorithm, extends, blocks)}"))  # as copies in results/ end
    if not _LABEL.fullmatch(label):
        raise SpecError(f"its name {label!r} must be letters, digits and . _ + -, not beginning with a digit")
    tuning = read_tuning(body[TUNING]) if TUNING in body else None
    return PresetFile(label, blocks, algorithm, extends, tuning, text)
