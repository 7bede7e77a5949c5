"""From what is typed (names, files, counts) to suites, tasks, algorithms and runs."""

import json
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mjbench.errors import MjbenchError, PluginError, UnknownName, nearest_names
from mjbench.plan.grid import parse_seeds, plan
from mjbench.plan.preset_file import PresetFile, is_file, read_preset_file
from mjbench.plan.suite_file import read_suite
from mjbench.registry.first_party import install_command, package_of
from mjbench.registry.lookup import Registry
from mjbench.spec.chain import Chain
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol, Suite
from mjbench.spec.task import TaskSpec

PARTIAL = "; or skip them with --partial"


@dataclass(frozen=True)
class Selection:
    """The runs that a command is about."""

    suite: Suite | None
    runs: list[RunSpec]
    tasks: tuple[str, ...] = ()
    """Ids of the selected tasks. Runs on other tasks are there for a warm start."""
    missing: tuple[str, ...] = ()
    """Tasks of the suite that are left out because they are not installed, where the user allows that."""
    preset: PresetFile | None = None
    """Where the runs have a preset from a file."""


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


def installed_suites(registry: Registry) -> tuple[list[Suite], list[str]]:
    """Every version of every suite that loads, and a line for each suite that does not."""
    suites: list[Suite] = []
    problems: list[str] = []
    for name in registry.names("suite"):
        try:
            suites += registry.suites(name)
        except PluginError as error:
            problems.append(f"suite {name} is left out: {error}")
    return suites, problems


def select(
    registry: Registry,
    *,
    suite: str | None,
    tasks: Sequence[str],
    algorithms: Sequence[str],
    seeds: str | None,
    steps: int | None,
    changes: Sequence[str] = (),
    partial: bool = False,
    from_scratch: bool = False,
    preset: str = "",
    stop_at: str = "",
    find_task: Callable[[Registry, str], TaskSpec],
    check_chain: Callable[[Registry, Chain], None] = lambda registry, chain: None,
) -> Selection:
    """Plan what the options of ``mjbench run`` ask for.

    Args:
        partial: leave out those tasks of the suite that are not installed.
        from_scratch: start no run from another's policy.
        preset: number or name of a published preset, or the path of a file; empty for the default one.
        stop_at: threshold at which runs stop; empty for the whole budget.
        find_task: makes a task of what was typed, such as ``mjbench.envs.find.find_task``.
        check_chain: raises where the stages of a chain do not fit, such as ``mjbench.envs.stages.check_chain``.

    Raises:
        MjbenchError: options that contradict each other, or a name that nothing installed offers.
    """
    chosen = split(tasks)
    found = find_suite(registry, suite) if suite else None
    if found:
        specs, missing = _tasks_of(registry, found, chosen, partial)
    elif chosen:
        specs, missing = [find_task(registry, text) for text in chosen], ()
    else:
        raise MjbenchError(
            "choose what to train on: --suite NAME, --task ID, or both for some tasks of a suite; "
            "see: mjbench list suites, mjbench list tasks"
        )
    names = split(algorithms) or list(found.algorithms if found else ("ppo", "sac", "td3"))
    own = read_preset_file(Path(preset)) if is_file(preset) else None
    numbers = parse_seeds(seeds or str(found.seeds if found else 10))
    runs = plan(
        specs,
        {name: registry.algorithm(name) for name in names},
        numbers,
        steps=steps or (found.steps if found else None),
        protocol=found.protocol if found else EvalProtocol(),
        changes=parse_changes(changes),
        find_task=registry.task,
        from_scratch=from_scratch,
        preset=own or preset,
        stop_at=stop_at,
        chains=found.chains if found else (),
        known_tasks=lambda: registry.tasks.values(),
    )
    if found and not from_scratch:
        _check_chains(registry, found, runs, check_chain)
    return Selection(found, runs, tuple(task.id for task in specs), missing, own)


def _check_chains(
    registry: Registry, suite: Suite, runs: Sequence[RunSpec], check_chain: Callable[[Registry, Chain], None]
) -> None:
    """Of those chains that the runs are stages of."""
    staged = {run.task for run in runs if run.after}
    for chain in suite.chains:
        if staged & {stage.task for stage in chain}:
            try:
                check_chain(registry, chain)
            except MjbenchError as error:
                raise MjbenchError(f"suite {suite.name}: {error}") from error


def _tasks_of(
    registry: Registry, suite: Suite, chosen: Sequence[str], partial: bool
) -> tuple[list[TaskSpec], tuple[str, ...]]:
    """The suite's tasks, of which ``chosen`` alone where there are any, and the ids of those that cannot be had."""
    for text in chosen:
        if text not in suite.tasks:
            near = nearest_names(text, suite.tasks)
            hint = f"did you mean {' or '.join(near)}?" if near else f"it has: {', '.join(suite.tasks)}"
            others = registry.suites(suite.name) if suite.name in registry.names("suite") else []
            has = [f"{suite.name}@{other.version}" for other in others if text in other.tasks]
            hint = f"{has[-1]} has it" if has else hint
            raise MjbenchError(f"suite {suite.name} has no task {text!r}; {hint}")
    specs: list[TaskSpec] = []
    causes: dict[str, MjbenchError] = {}
    for task_id in (task_id for task_id in suite.tasks if not chosen or task_id in chosen):
        try:
            specs.append(registry.task(task_id))
        except (UnknownName, PluginError) as error:
            causes[task_id] = error
    if not causes:
        return specs, ()
    if partial and specs:
        return specs, tuple(causes)
    first = next(iter(causes.values()))
    absent = [task_id for task_id in causes if task_id.partition("/")[0] not in registry.names("task")]
    if absent != list(causes):  # a broken plugin, or a name that its plugin does not have
        raise MjbenchError(f"suite {suite.name}: {first}" + (PARTIAL if specs else "")) from first
    spaces = dict.fromkeys(task_id.partition("/")[0] for task_id in absent)
    packages = [package_of("task", space) for space in spaces]
    known = [name for name in packages if name]
    text = f"suite {suite.name}: {len(absent)} of its {len(suite.tasks)} tasks are not installed ({absent[0]}"
    text += ", ...)" if len(absent) > 1 else ")"
    text += f"; {install_command(known)}" if known else ""
    strange = [space for space, name in zip(spaces, packages, strict=True) if not name]
    text += f"; install the package that has the tasks {', '.join(f'{s}/...' for s in strange)}" if strange else ""
    raise MjbenchError(text + (PARTIAL if specs else "")) from first


def parse_changes(values: Sequence[str]) -> dict[str, Any]:
    """``("learning_rate=1e-3,gamma=0.9", "net_arch=64,64")`` as a dictionary; values are JSON, lists of it, or text.

    Raises:
        MjbenchError: not of the form ``name=value``.
    """
    changes: dict[str, Any] = {}
    for change in (change for value in values for change in _apart(value)):
        name, equals, text = (part.strip() for part in change.partition("="))
        if not equals or not text or not re.fullmatch(r"\w+", name):
            raise MjbenchError(f"--set {change!r} is not of the form name=value, such as learning_rate=1e-3")
        changes[name] = _value(text)
    return changes


_PIECE = re.compile(r"""[\[{]|[\]}]|"(?:[^"\\]|\\.)*"|,(?=\s*[A-Za-z_]\w*\s*=)""")
"""What opens, what closes, JSON text, and the comma before another change."""


def _apart(value: str) -> list[str]:
    """``a=1,b=[2,3],c=4,5`` -> ``["a=1", "b=[2,3]", "c=4,5"]``."""
    changes, start, depth = list[str](), 0, 0
    for found in _PIECE.finditer(value):
        if found[0] == "," and depth == 0:
            changes.append(value[start : found.start()])
            start = found.end()
        depth += (found[0] in "[{") - (found[0] in "]}")
    return [*changes, value[start:]]


def _value(text: str) -> Any:
    for json_text in (text, f"[{text}]") if "," in text else (text,):
        with suppress(ValueError):
            return json.loads(json_text)
    return text
