"""What is installed: tasks, suites, algorithms and more, found through entry points and loaded when needed.

An entry point's name is what users type: the name of an algorithm, suite, launcher and so on, or the namespace of
a plugin's tasks. So names are known from package metadata, and nothing is imported to list them.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from importlib import metadata
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from mjbench.api.algorithm import Algorithm
from mjbench.api.exporter import Exporter
from mjbench.api.launcher import Launcher
from mjbench.api.tracker import Tracker
from mjbench.errors import PluginError, UnknownName
from mjbench.registry.choice import ONLY, normalised
from mjbench.registry.entry_points import GROUPS, Plugin, discover, guard
from mjbench.registry.first_party import install_command, package_of
from mjbench.registry.shapes import check_entry_point, check_shape, listed_tasks
from mjbench.spec.suite import Suite
from mjbench.spec.task import TaskSpec

if TYPE_CHECKING:
    import click


@runtime_checkable
class TaskFamily(Protocol):
    """Tasks that cannot be listed, such as all that a third registry could build; each is made from its id."""

    def find(self, task_id: str) -> TaskSpec:
        """The task with this id.

        Raises:
            MjbenchError: there is none; the message is the reason.
        """
        ...

    def source(self, task_id: str) -> tuple[str, str]:
        """Distribution and version that the environment comes from."""
        ...


class Registry:
    """Everything that is installed. Make one where it is needed; it holds no global state."""

    def __init__(self, entry_points: Iterable[metadata.EntryPoint] | None = None) -> None:
        found = discover(entry_points)
        self.plugins: tuple[Plugin, ...] = found.plugins
        self.left_out: tuple[Plugin, ...] = found.left_out
        """Plugins that MJBENCH_PLUGINS leaves out."""
        self.damaged: tuple[str, ...] = found.damaged
        """Metadata that cannot be read; a sentence each."""
        self._loaded: dict[Plugin, Any] = {}
        self._tasks: dict[Plugin, dict[str, TaskSpec]] = {}
        self._problems: dict[Plugin, str] = {}
        self._clashes: dict[Plugin, list[str]] = {}

    # -- names, from metadata alone

    def names(self, kind: str) -> list[str]:
        """Names of one kind, sorted; for tasks the namespaces."""
        return sorted({plugin.name for plugin in self.plugins if plugin.kind == kind})

    def named(self, text: str) -> list[Plugin]:
        """Everything that one package offers.

        Args:
            text: the distribution's name, with or without ``mjbench-``, or the name of one of its plugins.

        Raises:
            UnknownName: no installed package fits.
        """
        wanted = normalised(text)
        owners = {p.distribution for p in self.plugins if normalised(p.distribution) in (wanted, f"mjbench-{wanted}")}
        owners = owners or {plugin.distribution for plugin in self.plugins if plugin.name == text}
        if not owners:
            known = [name for p in self.plugins for name in (p.distribution, p.name)]
            raise UnknownName("plugin", text, known)
        return [plugin for plugin in self.plugins if plugin.distribution in owners]

    # -- objects

    def suite(self, name: str) -> Suite:
        """The newest version of the suite called ``name``, or with ``name@N`` version N.

        Raises:
            UnknownName: no plugin offers it, or not that version.
            PluginError: the plugin that does cannot be loaded, or two offer it.
        """
        bare, at, version = name.partition("@")
        versions = self.suites(bare)
        if not at:
            return versions[-1]
        found = [suite for suite in versions if str(suite.version) == version]
        if not found:
            have = ", ".join(f"{bare}@{suite.version}" for suite in versions)
            raise UnknownName("suite", name, (), f"its versions: {have}.")
        return found[0]

    def suites(self, name: str) -> tuple[Suite, ...]:
        """Every published version of the suite called ``name``, the newest last; raises as ``suite``."""
        offered = self._load(self._named("suite", name))
        return (offered,) if isinstance(offered, Suite) else tuple(sorted(offered, key=lambda suite: suite.version))

    def algorithm(self, name: str) -> Algorithm:
        """The algorithm called ``name``; raises as ``suite``."""
        return self._load(self._named("algorithm", name))

    def launcher(self, name: str) -> Launcher:
        """The launcher called ``name``; raises as ``suite``."""
        return self._load(self._named("launcher", name))

    def tracker(self, name: str) -> Tracker:
        """The tracker called ``name``; raises as ``suite``."""
        return self._load(self._named("tracker", name))

    def exporter(self, name: str) -> Exporter:
        """The exporter called ``name``; raises as ``suite``."""
        return self._load(self._named("exporter", name))

    def command(self, name: str) -> "click.Command":
        """The command called ``name``; raises as ``suite``."""
        return self._load(self._named("command", name))

    def task(self, task_id: str) -> TaskSpec:
        """The task with this id; loads only the plugins of its namespace.

        Raises:
            UnknownName: no plugin offers it.
            PluginError: the plugin of its namespace cannot be loaded, or two claim the id.
        """
        return self._task(task_id)[1]

    @cached_property
    def tasks(self) -> dict[str, TaskSpec]:
        """Every task of every plugin that loads, by id; ids that two plugins claim are left out."""
        claims: dict[str, list[Plugin]] = {}
        for plugin in self.plugins:
            if plugin.kind == "task":
                for task_id in self._tasks_of(plugin):
                    claims.setdefault(task_id, []).append(plugin)
        for task_id, owners in claims.items():
            if len(owners) > 1:
                for plugin in owners:
                    self._clashes.setdefault(plugin, []).append(_claimed(f"task {task_id}", owners))
        return {
            task_id: self._tasks[owners[0]][task_id] for task_id, owners in sorted(claims.items()) if len(owners) == 1
        }

    def owner(self, kind: str, name: str) -> Plugin:
        """The plugin behind a name (for a task, its id); raises as the loader of that kind."""
        return self._task(name)[0] if kind == "task" else self._named(kind, name)

    def problems(self) -> list[str]:
        """Causes met so far of plugins that do not load; ``check`` looks for all of them."""
        met = [*self.damaged, *self._problems.values(), *(text for texts in self._clashes.values() for text in texts)]
        return list(dict.fromkeys(met))

    def check(self, *kinds: str) -> dict[Plugin, str]:
        """Load every plugin, or those of some kinds; the cause for each of them that fails."""
        wanted = kinds or tuple(GROUPS)
        _ = self.tasks if "task" in wanted else {}
        found = {plugin: "; ".join(texts) for plugin, texts in self._clashes.items()}
        for plugin in self.plugins:
            if plugin.kind != "task" and plugin.kind in wanted:
                try:
                    self._load(plugin)
                    self._named(plugin.kind, plugin.name)
                except PluginError as error:
                    found[plugin] = str(error)
        return {plugin: text for plugin, text in {**self._problems, **found}.items() if plugin.kind in wanted}

    # -- loading

    def _task(self, task_id: str) -> tuple[Plugin, TaskSpec]:
        namespace = task_id.partition("/")[0]
        owners = [plugin for plugin in self.plugins if plugin.kind == "task" and plugin.name == namespace]
        offers = [plugin for plugin in owners if task_id in self._tasks_of(plugin)]
        if len(offers) == 1:
            return offers[0], self._tasks[offers[0]][task_id]
        if offers:
            raise PluginError(_claimed(f"task {task_id}", offers))
        for plugin in owners:
            family = self._loaded.get(plugin)
            if isinstance(family, TaskFamily):
                spec = family.find(task_id)
                distribution, version = family.source(task_id)
                return replace(plugin, distribution=distribution, version=version), spec
        broken = [self._problems[plugin] for plugin in owners if plugin in self._problems]
        if broken:
            raise PluginError("; ".join(broken))
        raise UnknownName("task", task_id, self.tasks, "" if owners else self._hint("task", namespace))

    def _named(self, kind: str, name: str) -> Plugin:
        offers = [plugin for plugin in self.plugins if plugin.kind == kind and plugin.name == name]
        if not offers:
            raise UnknownName(kind, name, self.names(kind), self._hint(kind, name))
        if len(offers) > 1:
            raise PluginError(_claimed(f"{kind} {name}", offers))
        return offers[0]

    def _hint(self, kind: str, name: str) -> str:
        """How to get the name."""
        what = f"the tasks of {name!r}" if kind == "task" else f"the {kind} {name!r}"
        for plugin in self.left_out:
            if (plugin.kind, plugin.name) == (kind, name):
                return f"{ONLY} leaves out {plugin.distribution}, which has {what}."
        package = package_of(kind, name)
        if kind == "launcher" and not package:
            return "--launcher local trains on this machine."
        return f"to install {what}: {install_command([package])}." if package else ""

    def _load(self, plugin: Plugin) -> Any:
        """The object of one plugin; a failure is kept, so that a plugin is tried once."""
        if plugin in self._problems:
            raise PluginError(self._problems[plugin])
        if plugin not in self._loaded:
            try:
                with guard(plugin):
                    check_entry_point(plugin.entry_point)
                    offered = plugin.entry_point.load()
                    if plugin.kind == "task":
                        self._tasks[plugin] = {} if isinstance(offered, TaskFamily) else listed_tasks(plugin, offered)
                    else:
                        check_shape(plugin, offered)
                    self._loaded[plugin] = offered
            except PluginError as error:
                self._problems[plugin] = str(error)
                raise
        return self._loaded[plugin]

    def _tasks_of(self, plugin: Plugin) -> dict[str, TaskSpec]:
        """Tasks of one plugin by id; empty, with the cause kept, where it does not load."""
        try:
            self._load(plugin)
        except PluginError:
            return {}
        return self._tasks[plugin]


def _claimed(what: str, plugins: list[Plugin]) -> str:
    return f"{what} is provided by {' and by '.join(plugin.origin for plugin in plugins)}; uninstall one"
