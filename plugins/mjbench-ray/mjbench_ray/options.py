"""What to request for a run: from the file of ``--launcher-options``, else from mjbench's own estimates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from mjbench.errors import MjbenchError, RecordError, nearest_names
from mjbench.io.toml import parse_toml

UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_MEMORY = re.compile(r"([1-9]\d*)([KMGT]?)")
WHOLE_FILE = ("address", "results")
"""Options that are the same for all algorithms."""


@dataclass(frozen=True)
class Options:
    """The file, or one ``[algorithm.NAME]`` table of it on top of the rest."""

    address: str | None = None
    """Of the cluster: ``10.0.0.1:6379``, ``auto`` or ``ray://...``; by default ``RAY_ADDRESS``, else a Ray of our own
    on this machine."""
    results: str | None = None
    """Results folder on the nodes, where they share none with this machine; needs ``--remote``."""
    cores: float | None = None
    """By default as many as the run has threads. More cores do not change the run."""
    memory: int | None = None
    """Bytes, in the file ``"4G"``; by default one and a half times the estimate."""
    gpus: float = 0
    """Parts of a GPU are shared: ``0.25``."""
    retries: int = 10
    """How often a run whose node was lost is started again."""
    environment: tuple[str, ...] = ()
    """Names of variables that workers get from here, such as ``AWS_PROFILE``."""


@dataclass(frozen=True)
class OptionsFile:
    """Options for all algorithms, and those of some of them."""

    common: Options = Options()
    of_algorithms: Mapping[str, Options] | None = None

    def of(self, algorithm: str) -> Options:
        """The options of one algorithm."""
        return (self.of_algorithms or {}).get(algorithm, self.common)


def read_options(path: Path) -> OptionsFile:
    """The file ``path``, TOML.

    Raises:
        MjbenchError: it cannot be read, or has a wrong name or value.
    """
    where = f"--launcher-options {path}: "
    try:
        body = parse_toml(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, RecordError) as error:
        raise MjbenchError(where + str(error.strerror if isinstance(error, OSError) else error)) from None
    tables = body.pop("algorithm", {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise MjbenchError(f"{where}options of one algorithm go into [algorithm.NAME]")
    common = _options(where, body, Options(), [field.name for field in fields(Options)])
    known = [field.name for field in fields(Options) if field.name not in WHOLE_FILE]
    return OptionsFile(
        common, {name: _options(f"{where}[algorithm.{name}] ", table, common, known) for name, table in tables.items()}
    )


def _options(where: str, table: Mapping[str, Any], base: Options, known: list[str]) -> Options:
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name not in known:
            near = nearest_names(name, known)
            hint = f"did you mean {near[0]}?" if near else f"it takes {', '.join(known)}"
            raise MjbenchError(f"{where}unknown option {name!r}; {hint}")
        values[name] = _value(where, name, value)
    return replace(base, **values)


def _value(where: str, name: str, value: Any) -> Any:
    if name == "environment":
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise MjbenchError(f'{where}environment must be a list of names, such as ["AWS_PROFILE"]')
    if name in ("cores", "gpus"):
        if type(value) in (int, float) and value >= 0 and (value or name == "gpus"):
            return value
        raise MjbenchError(f"{where}{name} must be a number above 0, not {value!r}")
    if name == "retries":
        if type(value) is int and value >= 0:
            return value
        raise MjbenchError(f"{where}retries must be a whole number from 0, not {value!r}")
    if name == "memory":
        match = _MEMORY.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise MjbenchError(f"{where}memory must be a size such as 2G or 500M, not {value!r}")
        return int(match[1]) * UNITS[match[2]]
    if not isinstance(value, str) or not value:
        raise MjbenchError(f"{where}{name} must be a text, not {value!r}")
    return value
