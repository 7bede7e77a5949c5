"""From what is typed (names, files, counts) to suites, tasks, algorithms and runs."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mjbench.errors import MjbenchError
from mjbench.plan import parse_seeds, plan
from mjbench.registry import Registry
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol, Suite
from mjbench.suite_file import read_suite


@dataclass(frozen=True)
class Selection:
    """The runs that a command speaks of."""

    suite: Suite | None
    runs: list[RunSpec]


def split(values: Sequence[str]) -> list[str]:
    """``("a,b", "c")`` -> ``["a", "b", "c"]``, each once."""
    return list(dict.fromkeys(name.strip() for value in values for name in value.split(",") if name.strip()))


def find_suite(registry: Registry, text: str) -> Suite:
    """A suite by its name, or from a TOML file where ``text`` is a path.

    Raises:
        UnknownName: no such suite.
        SpecError: the file is malformed.
    """
    if text.endswith(".toml") or "/" in text:
        return read_suite(Path(text))
    return registry.suite(text)


def select(
    registry: Registry,
    *,
    suite: str | None,
    tasks: Sequence[str],
    algorithms: Sequence[str],
    seeds: str | None,
    steps: int | None,
    changes: Sequence[str] = (),
) -> Selection:
    """Plan what the options of ``mjbench run`` ask for.

    Raises:
        MjbenchError: options that contradict each other, or a name that nothing installed offers.
    """
    chosen = split(tasks)
    if bool(suite) == bool(chosen):
        raise MjbenchError(
            "say what to train on: either --suite NAME or --task ID; see: mjbench list suites, mjbench list tasks"
        )
    found = find_suite(registry, suite) if suite else None
    task_ids = list(found.tasks) if found else chosen
    names = split(algorithms) or list(found.algorithms if found else ("ppo", "sac", "td3"))
    numbers = parse_seeds(seeds or str(found.seeds if found else 10))
    runs = plan(
        [registry.task(task_id) for task_id in task_ids],
        {name: registry.algorithm(name) for name in names},
        numbers,
        steps=steps or (found.steps if found else None),
        protocol=found.protocol if found else EvalProtocol(),
        changes=parse_changes(changes),
    )
    return Selection(found, runs)


def parse_changes(values: Sequence[str]) -> dict[str, Any]:
    """``("learning_rate=1e-3", "net_arch=[64,64]")`` as a dictionary; values are JSON, or text.

    Raises:
        MjbenchError: not of the form ``name=value``.
    """
    changes: dict[str, Any] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not equals or not re.fullmatch(r"\w+", name):
            raise MjbenchError(f"--set {value!r} is not of the form name=value, such as learning_rate=1e-3")
        try:
            changes[name] = json.loads(text)
        except ValueError:
            changes[name] = text
    return changes
