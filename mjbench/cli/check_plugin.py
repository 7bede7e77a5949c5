"""What ``mjbench plugins check`` does: find the plugin, then one outcome for every check."""

import json
import os
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from mjbench.cli.main import VERBS
from mjbench.errors import MjbenchError, PluginError, UnknownName
from mjbench.plan.selection import split
from mjbench.registry.entry_points import GROUPS, Plugin
from mjbench.registry.lookup import Registry, TaskFamily
from mjbench.testing import CHECKS, Outcome, check_task


def check(target: str, task_ids: Sequence[str], only: Sequence[str], quick: bool) -> Iterator[Outcome]:
    """Outcomes for everything that a package offers: its objects first, then task after task.

    Raises:
        MjbenchError: no such package, task or check.
    """
    checks = split(only) or list(CHECKS)
    for name in checks:
        if name not in CHECKS:
            raise UnknownName("check", name, CHECKS, f"valid checks: {', '.join(CHECKS)}.")
    with ExitStack() as stack:
        registry, plugins = _find(target, stack)
        problems = registry.check()
        chosen = split(task_ids)
        if not chosen:
            for plugin in plugins:
                yield _loads(registry, plugin, problems.get(plugin, ""))
        spaces = {plugin.name for plugin in plugins if plugin.kind == "task"}
        mine = [task for task in registry.tasks.values() if task.namespace in spaces]
        mine = [task for task in mine if registry.owner("task", task.id) in plugins]
        for task_id in chosen:
            if task_id not in {task.id for task in mine}:
                raise UnknownName("task", task_id, [task.id for task in mine], f"{target} has {len(mine)} tasks.")
        for task in mine:
            if not chosen or task.id in chosen:
                yield from check_task(task, registry, quick=quick, only=checks)


def _find(target: str, stack: ExitStack) -> tuple[Registry, list[Plugin]]:
    """The package's plugins, and a registry that has them."""
    folder = Path(target)
    is_path = os.sep in target or target.startswith(".")
    if not is_path:
        registry = Registry()
        try:
            return registry, registry.named(target)
        except UnknownName as error:
            near = [path for path in (folder, Path(f"mjbench-{target}")) if (path / "pyproject.toml").is_file()]
            if not near:
                raise
            if near[0] != folder:
                raise MjbenchError(f"{target} is not installed; pip install ./{near[0]}") from error
    name = _lay_down(folder, stack)
    registry = Registry()
    return registry, registry.named(name)


def _lay_down(folder: Path, stack: ExitStack) -> str:
    """Put a package on the path as if it were installed; its distribution's name.

    Raises:
        MjbenchError: the folder holds no package.
    """
    file = folder / "pyproject.toml"
    try:
        project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
        name, groups = str(project["name"]), dict(project.get("entry-points", {}))
    except OSError as error:
        raise MjbenchError(f"{folder} is not a package: {file}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise MjbenchError(f"{file} is not a valid package description: {type(error).__name__}: {error}") from error
    if not set(groups) & set(GROUPS.values()):
        raise MjbenchError(f'{file} has no entry points for mjbench, such as [project.entry-points."mjbench.tasks"]')
    site = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    info = site / f"{re.sub(r'[-_.]+', '_', name)}-0.dist-info"
    info.mkdir()
    version = project.get("version", "0+checkout")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    lines = [
        line
        for group, points in groups.items()
        for line in (f"[{group}]", *(f"{key} = {value}" for key, value in points.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sources = [str(path.resolve()) for path in (folder / "src", folder) if path.is_dir()]
    added = [str(site), *sources]
    sys.path[:0] = added
    stack.callback(lambda: [sys.path.remove(path) for path in added])
    return name


def _loads(registry: Registry, plugin: Plugin, problem: str) -> Outcome:
    """Whether what an entry point names is there and of the right shape."""
    what = f"{plugin.kind} {plugin.name}" if plugin.kind != "task" else f"tasks {plugin.name}"
    try:
        reason = problem or _shortcoming(registry, plugin)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
    return Outcome("loads", what, "failed" if reason else "passed", reason)


def _shortcoming(registry: Registry, plugin: Plugin) -> str:
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
    elif plugin.kind == "command" and plugin.name in VERBS:
        return f"mjbench itself has a command {plugin.name}, so this one never runs; choose another name"
    elif plugin.kind == "task":
        listed = [task for task in registry.tasks.values() if registry.owner("task", task.id) == plugin]
        if not listed and not isinstance(plugin.entry_point.load(), TaskFamily):
            return "it lists no tasks"
    return ""
