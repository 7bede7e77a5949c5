"""A suite as a TOML file: what the user writes, checked key by key, with the line of each error."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

from mjbench.errors import MjbenchError, RecordError, SpecError, nearest_names
from mjbench.io.printable import is_printable
from mjbench.io.toml import parse_toml
from mjbench.plan.chain_table import read_chains
from mjbench.spec.suite import EvalProtocol, Suite


def read_suite(path: Path) -> Suite:
    """The suite that ``path`` describes.

    Example file::

        name = "hoppers"
        tasks = ["gymnasium/Hopper-v5", "dm_control/hopper-hop-v0"]
        seeds = 5
        steps = 100_000

        [protocol]
        checkpoints = 5

    With ``[[chains]]`` (see ``chain_table``) and no ``tasks`` these are the tasks of the stages.

    Raises:
        SpecError: not a file, not TOML, an unknown key, a value of the wrong type; with the line where there is one.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors begin a file with a byte-order mark
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SpecError(f"cannot read the suite file {path}: {reason}") from error
    try:
        body = parse_toml(text)
    except RecordError as error:
        raise SpecError(f"suite file {path}: {error}") from error
    kinds = {
        "name": str,
        "tasks": list,
        "version": int,
        "description": str,
        "algorithms": list,
        "seeds": int,
        "steps": int,
    }
    values = _checked(path, text, body, {**kinds, "protocol": dict, "chains": object})
    try:
        values["chains"] = read_chains(values.get("chains", []))
        if values["chains"]:
            values.setdefault("tasks", tuple(stage.task for chain in values["chains"] for stage in chain))
        protocol = EvalProtocol(
            **_checked(path, text, values.pop("protocol", {}), {f.name: int for f in fields(EvalProtocol)})
        )
        return Suite(**{"name": path.stem, **values, "protocol": protocol})
    except TypeError:
        raise SpecError(f"suite file {path}: it names no tasks; add: tasks = [...]") from None
    except MjbenchError as error:
        raise SpecError(f"suite file {path}{_line_of_message(text, str(error))}: {error}") from error


def _checked(path: Path, text: str, body: dict[str, Any], kinds: dict[str, type]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in body.items():
        where = f"suite file {path}{_line(text, key)}"
        if key not in kinds:
            nearest = nearest_names(key, kinds)
            hint = f"did you mean {nearest[0]}?" if nearest else f"it may hold {', '.join(kinds)}"
            raise SpecError(f"{where}: unknown key {key!r}; {hint}")
        if not isinstance(value, kinds[key]) or isinstance(value, bool):
            raise SpecError(f"{where}: {key} must be {_NAMES[kinds[key]]}, not {value!r}")
        if kinds[key] is list:
            if not all(isinstance(item, str) for item in value):
                raise SpecError(f"{where}: {key} must be a list of names")
            if odd := [item for item in value if not item or not is_printable(item)]:
                raise SpecError(f"{where}: {key} has {odd[0]!r}, which is no name")
            value = tuple(value)
        values[key] = value
    return values


_NAMES = {str: "text", int: "a whole number", list: "a list of names", dict: "a table", object: "tables"}


def _line(text: str, key: str) -> str:
    """`` line N`` of the first assignment to ``key``; empty where it is unknown."""
    pattern = re.compile(rf"""^\s*\[{{0,2}}["']?{re.escape(key)}["']?\s*[=\]]""")
    for number, line in enumerate(text.splitlines(), start=1):
        if pattern.match(line):
            return f" line {number}"
    return ""


def _line_of_message(text: str, message: str) -> str:
    """The line of the first key that the message names."""
    for word in re.findall(r"\w+", message):
        if word in {field.name for field in (*fields(Suite), *fields(EvalProtocol))} and (line := _line(text, word)):
            return line
    return ""
