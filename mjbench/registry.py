"""What is installed: tasks, suites, algorithms and launchers, found through entry points and loaded when asked for.

An entry point's name is what users type: an algorithm's, suite's or launcher's name, or the namespace of
a plugin's tasks. So names are known from package metadata, and nothing is imported to list them.
"""

import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from typing import Any

from mjbench.algorithm import Algorithm, Launcher
from mjbench.errors import PluginError, UnknownName
from mjbench.spec.suite import Suite
from mjbench.spec.task import TaskSpec

GROUPS = {
    "task": "mjbench.tasks",
    "suite": "mjbench.suites",
    "algorithm": "mjbench.algorithms",
    "launcher": "mjbench.launchers",
}
FIRST_PARTY = {
    "gymnasium": "mjbench-gymnasium",
    "dm_control": "mjbench-dmcontrol",
    "quadruped": "mjbench-quadruped",
    "franka": "mjbench-franka",
    "humanoid": "mjbench-humanoid",
}
"""Namespaces that a package of ours brings, for the hint when it is not installed."""


@dataclass(frozen=True)
class Plugin:
    """One entry point: what a distribution offers under one name."""

    kind: str
    """``task``, ``suite``, ``algorithm`` or ``launcher``."""
    name: str
    entry_point: metadata.EntryPoint
    distribution: str
    version: str

    @property
    def origin(self) -> str:
        """For messages: ``mjbench-gymnasium 0.1.0 (mjbench.tasks: gymnasium)``."""
        return f"{self.distribution} {self.version} ({GROUPS[self.kind]}: {self.name})"


class Registry:
    """Everything that is installed. Make one where it is needed; it holds no global state."""

    def __init__(self, entry_points: Iterable[metadata.EntryPoint] | None = None) -> None:
        found = _installed() if entry_points is None else entry_points
        kinds = {group: kind for kind, group in GROUPS.items()}
        plugins = [_plugin(kinds[point.group], point) for point in found if point.group in kinds]
        # An editable install is found twice when its folder is also on the path; the same thing twice is one.
        unique = {(p.kind, p.name, p.distribution, p.entry_point.value): p for p in plugins}
        self.plugins: tuple[Plugin, ...] = tuple(
            sorted(unique.values(), key=lambda p: (p.kind, p.name, p.distribution))
        )
        self._loaded: dict[Plugin, Any] = {}
        self._problems: dict[Plugin, str] = {}

    # -- names, from metadata alone

    def names(self, kind: str) -> list[str]:
        """Names of one kind, sorted; for tasks the namespaces."""
        return sorted({plugin.name for plugin in self.plugins if plugin.kind == kind})

    # -- objects

    def suite(self, name: str) -> Suite:
        """The suite called ``name``.

        Raises:
            UnknownName: no plugin offers it.
            PluginError: the plugin that does cannot be loaded, or two offer it.
        """
        suite = self._load_named("suite", name)
        if not isinstance(suite, Suite):
            raise PluginError(f"{self._named('suite', name).origin} is a {type(suite).__name__}, not a Suite")
        return suite

    def algorithm(self, name: str) -> Algorithm:
        """The algorithm called ``name``; raises as ``suite``."""
        return self._load_named("algorithm", name)

    def launcher(self, name: str) -> Launcher:
        """The launcher called ``name``; raises as ``suite``."""
        return self._load_named("launcher", name)

    def task(self, task_id: str) -> TaskSpec:
        """The task with this id; loads only the plugins of its namespace.

        Raises:
            UnknownName: no plugin offers it.
            PluginError: the plugin of its namespace cannot be loaded, or two claim the id.
        """
        namespace = task_id.partition("/")[0]
        owners = [plugin for plugin in self.plugins if plugin.kind == "task" and plugin.name == namespace]
        offers = [(plugin, spec) for plugin in owners for spec in self._tasks_of(plugin) if spec.id == task_id]
        if len(offers) == 1:
            return offers[0][1]
        if offers:
            raise PluginError(
                f"task {task_id} is claimed by {' and by '.join(p.origin for p, _ in offers)}; uninstall one"
            )
        broken = [self._problems[plugin] for plugin in owners if plugin in self._problems]
        if broken:
            raise PluginError("; ".join(broken))
        hint = ""
        if not owners and namespace in FIRST_PARTY:
            hint = f"the tasks of {namespace!r} come with: pip install {FIRST_PARTY[namespace]}."
        raise UnknownName("task", task_id, self.tasks, hint)

    @cached_property
    def tasks(self) -> dict[str, TaskSpec]:
        """Every task of every plugin that loads, by id; ids that two plugins claim are left out."""
        claims: dict[str, list[tuple[Plugin, TaskSpec]]] = {}
        for plugin in self.plugins:
            if plugin.kind == "task":
                for spec in self._tasks_of(plugin):
                    claims.setdefault(spec.id, []).append((plugin, spec))
        for task_id, owners in claims.items():
            if len(owners) > 1:
                names = " and by ".join(plugin.origin for plugin, _ in owners)
                for plugin, _ in owners:
                    self._problems[plugin] = f"task {task_id} is claimed by {names}; uninstall one"
        return {task_id: owners[0][1] for task_id, owners in sorted(claims.items()) if len(owners) == 1}

    def owner(self, kind: str, name: str) -> Plugin:
        """The plugin behind a name (for a task, its id); raises as the loader of that kind."""
        if kind != "task":
            return self._named(kind, name)
        self.task(name)
        namespace = name.partition("/")[0]
        owners = [plugin for plugin in self.plugins if plugin.kind == "task" and plugin.name == namespace]
        return next(plugin for plugin in owners if any(spec.id == name for spec in self._tasks_of(plugin)))

    def problems(self) -> list[str]:
        """Causes met so far of plugins that do not load; ``check`` looks for all of them."""
        return list(dict.fromkeys(self._problems.values()))

    def check(self) -> dict[Plugin, str]:
        """Load every plugin; the cause for each that fails."""
        _ = self.tasks
        for plugin in self.plugins:
            if plugin.kind != "task":
                try:
                    self._load(plugin)
                    self._named(plugin.kind, plugin.name)
                except PluginError as error:
                    self._problems[plugin] = str(error)
        return dict(self._problems)

    # -- loading

    def _named(self, kind: str, name: str) -> Plugin:
        offers = [plugin for plugin in self.plugins if plugin.kind == kind and plugin.name == name]
        if not offers:
            raise UnknownName(kind, name, self.names(kind))
        if len(offers) > 1:
            raise PluginError(f"{kind} {name} is claimed by {' and by '.join(p.origin for p in offers)}; uninstall one")
        return offers[0]

    def _load_named(self, kind: str, name: str) -> Any:
        return self._load(self._named(kind, name))

    def _load(self, plugin: Plugin) -> Any:
        if plugin in self._problems and plugin not in self._loaded:
            raise PluginError(self._problems[plugin])
        if plugin not in self._loaded:
            try:
                self._loaded[plugin] = plugin.entry_point.load()
            except Exception as error:
                self._problems[plugin] = f"plugin {plugin.origin} does not load: {_cause(error)}"
                raise PluginError(self._problems[plugin]) from error
        return self._loaded[plugin]

    def _tasks_of(self, plugin: Plugin) -> tuple[TaskSpec, ...]:
        """Tasks of one plugin; empty, with the cause kept, where it does not load."""
        try:
            offered: Any = self._load(plugin)
            if isinstance(offered, tuple):  # already checked below
                return offered
            specs = tuple(offered() if callable(offered) else offered)
            for spec in specs:
                if not isinstance(spec, TaskSpec):
                    raise TypeError(f"{spec!r} is not a TaskSpec")
                if spec.namespace != plugin.name:
                    raise ValueError(f"task {spec.id} is outside its namespace {plugin.name!r}")
        except PluginError:
            return ()
        except Exception as error:
            self._problems[plugin] = f"plugin {plugin.origin} does not load: {_cause(error)}"
            return ()
        self._loaded[plugin] = specs
        return specs


def _installed() -> Iterable[metadata.EntryPoint]:
    return (point for distribution in metadata.distributions() for point in distribution.entry_points)


def _plugin(kind: str, point: metadata.EntryPoint) -> Plugin:
    name, version = (point.dist.name, point.dist.version) if point.dist else ("unknown distribution", "?")
    return Plugin(kind, point.name, point, name, version)


def _cause(error: Exception) -> str:
    """The error on one line, with the place in the plugin where it arose."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}".replace("\n", " ")
