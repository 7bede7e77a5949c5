"""What ``mjbench plugins check`` does: one outcome for every check of everything that a package offers."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from mjbench.errors import MjbenchError, PluginError, UnknownName
from mjbench.registry.entry_points import Plugin
from mjbench.registry.lookup import Registry, TaskFamily
from mjbench.testing.algorithms.contract import ALGORITHM_CHECKS, check_algorithm
from mjbench.testing.algorithms.settings import small
from mjbench.testing.algorithms.tasks import POINT
from mjbench.testing.case import Outcome
from mjbench.testing.contract import CHECKS, check_task
from mjbench.testing.target import plugins_of


def check(
    target: str,
    *,
    tasks: Sequence[str] = (),
    only: Sequence[str] = (),
    changes: Mapping[str, Any] | None = None,
    quick: bool = False,
    verbs: Collection[str] = (),
) -> Iterator[Outcome]:
    """Outcomes for everything that a package offers: its objects first, then task after task, then its algorithms.

    Args:
        target: see ``mjbench.testing.target.plugins_of``.
        tasks: ids; these tasks alone. Empty for everything.
        only: names of checks; empty for all.
        changes: hyperparameters with which its algorithms learn within a check.
        quick: play and train less.
        verbs: names of mjbench's own commands, which no plugin's may have.

    Raises:
        MjbenchError: no such package, task or check, or a hyperparameter that an algorithm does not take.
    """
    known = dict.fromkeys([*CHECKS, *ALGORITHM_CHECKS])
    checks = list(only) or list(known)
    for name in checks:
        if name not in known:
            raise UnknownName("check", name, known, f"valid checks: {', '.join(known)}.")
    with plugins_of(target) as (registry, plugins):
        problems = registry.check()
        sound = [plugin for plugin in plugins if plugin.kind == "algorithm" and plugin not in problems]
        algorithms = [] if tasks else [plugin.name for plugin in sound]
        _hold_changes(registry, algorithms, changes or {})
        if not tasks:
            for plugin in plugins:
                yield _loads(registry, plugin, problems.get(plugin, ""), verbs)
        for task_id in _chosen(registry, plugins, target, tasks):
            only_these = [name for name in checks if name in CHECKS]
            yield from check_task(registry.task(task_id), registry, quick=quick, only=only_these)
        for name in algorithms:
            these = [check for check in ALGORITHM_CHECKS if check in checks]
            yield from check_algorithm(name, registry, changes=changes, quick=quick, only=these)


def _chosen(registry: Registry, plugins: Sequence[Plugin], target: str, chosen: Sequence[str]) -> list[str]:
    """Ids of the tasks to check.

    Raises:
        UnknownName: one of ``chosen`` is none of the package's.
    """
    spaces = {plugin.name for plugin in plugins if plugin.kind == "task"}
    mine = [task.id for task in registry.tasks.values() if task.namespace in spaces]
    mine = [task_id for task_id in mine if registry.owner("task", task_id) in plugins]
    for task_id in chosen:
        if task_id not in mine:
            raise UnknownName("task", task_id, mine, f"{target} has {len(mine)} tasks.")
    return [task_id for task_id in mine if not chosen or task_id in chosen]


def _hold_changes(registry: Registry, algorithms: Sequence[str], changes: Mapping[str, Any]) -> None:
    """Refuse changes that an algorithm does not take before anything is checked."""
    if changes and not algorithms:
        raise MjbenchError("--set changes hyperparameters of algorithms, and no algorithm is checked here")
    for name in algorithms if changes else ():
        small(name, registry.algorithm(name), registry.task(POINT), changes)


def _loads(registry: Registry, plugin: Plugin, problem: str, verbs: Collection[str]) -> Outcome:
    """Whether what an entry point names is there and of the right shape."""
    what = f"{plugin.kind} {plugin.name}" if plugin.kind != "task" else f"tasks {plugin.name}"
    try:
        reason = problem or _shortcoming(registry, plugin, verbs)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
    return Outcome("loads", what, "failed" if reason else "passed", reason)


def _shortcoming(registry: Registry, plugin: Plugin, verbs: Collection[str]) -> str:
    """What is wrong with an object that loads; empty where nothing is."""
    if plugin.kind == "suite":
        own = registry.names("task")
        for task_id in registry.suite(plugin.name).tasks:
            if task_id.partition("/")[0] in own:  # others may be brought by packages that are not here
                try:
                    registry.task(task_id)
                except (UnknownName, PluginError) as error:
                    return str(error)
    elif plugin.kind == "algorithm":
        for task in list(registry.tasks.values())[:1]:
            json.dumps(dict(registry.algorithm(plugin.name).hyperparameters(task)), allow_nan=False)
    elif plugin.kind == "command" and plugin.name in verbs:
        return f"mjbench itself has a command {plugin.name}, so this one never runs; choose another name"
    elif plugin.kind == "task":
        listed = [task for task in registry.tasks.values() if registry.owner("task", task.id) == plugin]
        if not listed and not isinstance(plugin.entry_point.load(), TaskFamily):
            return "it lists no tasks"
    return ""
