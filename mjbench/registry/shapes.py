"""What an object that a plugin names must look like, by its kind."""

from importlib import metadata
from typing import Any

from mjbench.registry.entry_points import Plugin
from mjbench.spec.suite import Suite
from mjbench.spec.task import TaskSpec

METHODS = {
    "algorithm": ("hyperparameters", "train", "load_policy"),
    "launcher": ("room", "start"),
    "tracker": ("start", "scalars", "evaluation", "end", "close"),
    "exporter": ("export",),
}
"""Methods that an object of each kind must have."""


def check_entry_point(point: metadata.EntryPoint) -> None:
    """Hold an entry point to its form.

    Raises:
        ValueError: it is not ``module:attribute``.
    """
    if not point.pattern.match(point.value):
        raise ValueError(f"its entry point {point.value!r} is not of the form module:attribute")


def check_shape(plugin: Plugin, offered: Any) -> None:
    """Check that what a plugin offers fits its kind; tasks are checked where they are listed.

    Raises:
        TypeError: it is not an object of its kind.
        ValueError: it is one that contradicts its entry point.
    """
    value = plugin.entry_point.value
    if plugin.kind == "suite":
        _check_suites(plugin, offered)
    if plugin.kind == "command":
        import click  # only where commands are loaded: a worker does without

        if not isinstance(offered, click.Command):
            raise TypeError(f"{value} is {_article(offered)}, not a click command")
    article = "an" if plugin.kind[0] in "ae" else "a"
    if isinstance(offered, type) and plugin.kind in METHODS:
        raise TypeError(f"{value} is a class, not {article} {plugin.kind}; name an object of it")
    missing = [name for name in METHODS.get(plugin.kind, ()) if not callable(getattr(offered, name, None))]
    if plugin.kind == "exporter" and not str(getattr(offered, "suffix", "")).startswith("."):
        missing.append("suffix")
    if missing:
        raise TypeError(f"{value} is not {article} {plugin.kind}: it lacks {' and '.join(missing)}")


def listed_tasks(plugin: Plugin, offered: Any) -> dict[str, TaskSpec]:
    """What a task entry point offers, by id.

    Raises:
        TypeError: something in it is not a TaskSpec.
        ValueError: a task is outside the plugin's namespace, or listed twice.
    """
    specs: dict[str, TaskSpec] = {}
    listed: Any = offered() if callable(offered) else offered
    for spec in listed:
        if not isinstance(spec, TaskSpec):
            raise TypeError(f"{spec!r} is not a TaskSpec")
        if spec.namespace != plugin.name:
            raise ValueError(f"task {spec.id} is outside its namespace {plugin.name!r}")
        if spec.id in specs:
            raise ValueError(f"it lists the task {spec.id} twice")
        specs[spec.id] = spec
    return specs


def _check_suites(plugin: Plugin, offered: Any) -> None:
    """A suite, or a tuple of its versions."""
    value = plugin.entry_point.value
    versions: tuple[Any, ...] = offered if isinstance(offered, tuple) and offered else (offered,)
    for suite in versions:
        if not isinstance(suite, Suite):
            raise TypeError(f"{value} is a {type(suite).__name__}, not a Suite")
        if suite.name != plugin.name:
            raise ValueError(f"{value} has the name {suite.name!r}, its entry point {plugin.name!r}")
    numbers = [suite.version for suite in versions]
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"{value} has two suites of one version")


def _article(offered: Any) -> str:
    return "a class" if isinstance(offered, type) else f"a {type(offered).__name__}"
