"""What to request for a run: from the file of ``--launcher-options``, else from mjbench's own estimates."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from mjbench.api.launcher import Job
from mjbench.errors import MjbenchError, RecordError, nearest_names
from mjbench.io.toml import parse_toml
from mjbench_slurm.times import in_words, minutes

LEAST_MINUTES = 15.0
"""Shortest time limit that is requested where the file has none."""
MEMORY_MIB = 256
"""Memory that is requested where the file has none is a multiple of this."""
_MEMORY = re.compile(r"[1-9]\d*[KMGT]?")


@dataclass(frozen=True)
class Options:
    """The file, or one ``[algorithm.NAME]`` table of it on top of the rest. What is None is not requested."""

    partition: str | None = None
    time: str | None = None
    """Time limit in Slurm's words, such as ``4:00:00``; by default twice the estimate, 15 minutes at least."""
    memory: str | None = None
    """As ``2G``; by default one and a half times the estimate."""
    cores: int | None = None
    """By default as many as the run has threads. More cores do not change the run."""
    gpus: str | None = None
    """A number, or a type and a number: ``a100:1``."""
    at_once: int | None = None
    """Tasks of one array that may run at once."""
    warning: int = 60
    """Seconds before the time limit at which a run saves a snapshot and goes back into the queue."""
    extra: tuple[str, ...] = ()
    """Further options of ``sbatch``: ``["--account=robots"]``."""


@dataclass(frozen=True)
class OptionsFile:
    """Options for all algorithms, and those of some of them."""

    common: Options = Options()
    of_algorithms: Mapping[str, Options] | None = None

    def of(self, algorithm: str) -> Options:
        """The options of one algorithm."""
        return (self.of_algorithms or {}).get(algorithm, self.common)

    @property
    def all(self) -> list[Options]:
        """Every set of options in it."""
        return [self.common, *(self.of_algorithms or {}).values()]


def read_options(path: Path) -> OptionsFile:
    """The file ``path``, TOML.

    Raises:
        MjbenchError: it cannot be read, or has a wrong name or value.
    """
    try:
        body = parse_toml(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, RecordError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise MjbenchError(f"--launcher-options {path}: {why}") from None
    tables = body.pop("algorithm", {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise MjbenchError(f"--launcher-options {path}: options of one algorithm go into [algorithm.NAME]")
    common = _options(path, "", body, Options())
    return OptionsFile(common, {name: _options(path, name, table, common) for name, table in tables.items()})


def request(options: Options, job: Job, longest: float) -> list[str]:
    """Options of ``sbatch`` for one run; runs with equal ones become one array.

    Args:
        options: of its algorithm.
        job: the run, with what it is estimated to take.
        longest: most minutes that the partition allows.
    """
    memory = options.memory or f"{math.ceil(1.5 * job.memory / 2**20 / MEMORY_MIB) * MEMORY_MIB}M"
    limit = minutes(options.time) if options.time else _estimated(job.seconds, longest)
    asked = [f"--cpus-per-task={options.cores or job.run.threads}", f"--mem={memory}"]
    if options.partition:
        asked.append(f"--partition={options.partition}")
    if limit is not None:
        asked.append(f"--time={in_words(limit)}")
    if options.gpus:
        asked.append(f"--gpus={options.gpus}")
    early = options.warning if limit is None else min(options.warning, math.ceil(limit * 60 / 4))
    return [*asked, f"--signal=B:USR1@{early}", *options.extra]


def _estimated(seconds: float | None, longest: float) -> float | None:
    """Twice the estimate and some minutes, in steps of a factor of two, so that few arrays hold all runs."""
    if seconds is None:
        return None
    wanted = 2 * seconds / 60 + 5
    steps = max(0, math.ceil(math.log2(wanted / LEAST_MINUTES)))
    return min(LEAST_MINUTES * 2**steps, longest)


def _options(path: Path, algorithm: str, table: Mapping[str, Any], base: Options) -> Options:
    where = f"--launcher-options {path}: " + (f"[algorithm.{algorithm}] " if algorithm else "")
    known = [field.name for field in fields(Options)]
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name not in known:
            near = nearest_names(name, known)
            hint = f"did you mean {near[0]}?" if near else f"it takes {', '.join(known)}"
            raise MjbenchError(f"{where}unknown option {name!r}; {hint}")
        values[name] = _value(where, name, value)
    return replace(base, **values)


def _value(where: str, name: str, value: Any) -> Any:
    if name == "extra":
        if isinstance(value, list) and all(isinstance(item, str) and item.startswith("-") for item in value):
            return tuple(value)
        raise MjbenchError(f'{where}extra must be a list of options of sbatch, such as ["--account=robots"]')
    if name in ("cores", "at_once", "warning"):
        if type(value) is int and value >= 1:
            return value
        raise MjbenchError(f"{where}{name} must be a whole number from 1, not {value!r}")
    if name in ("gpus", "time") and type(value) is int and value >= 0:
        return str(value) if value or name == "time" else None
    if not isinstance(value, str) or not value:
        raise MjbenchError(f"{where}{name} must be a text, not {value!r}")
    if name == "memory" and not _MEMORY.fullmatch(value):
        raise MjbenchError(f"{where}memory must be a size such as 2G or 500M, not {value!r}")
    if name == "time":
        try:
            minutes(value)
        except ValueError as error:
            raise MjbenchError(f"{where}{error}") from None
    return value
