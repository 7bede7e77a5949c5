"""``mjbench list``: what is installed, and which plugins do not load."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import click

from mjbench.cli.main import VERBS
from mjbench.cli.terminal.table import table
from mjbench.registry.choice import ONLY
from mjbench.registry.entry_points import GROUPS, Plugin
from mjbench.registry.first_party import STARTERS, install_command
from mjbench.registry.lookup import Registry

Rows = list[dict[str, Any]]
LEFT_OUT = f"left out ({ONLY})"
NAMED = [kind for kind in GROUPS if kind not in ("task", "suite")]
"""Kinds of which there is nothing to show but names."""


def _tasks(registry: Registry) -> Rows:
    return [
        {
            "id": task.id,
            "budget": task.budget,
            "limit": task.episode_limit,
            "random": task.random_return and round(task.random_return.value, 2),
            "reference": task.reference_return and round(task.reference_return.value, 2),
            "tags": list(task.tags),
            "description": task.description,
        }
        for task in registry.tasks.values()
    ]


def _suites(registry: Registry) -> Rows:
    rows: Rows = []
    problems = registry.check("suite")
    for plugin in registry.plugins:
        if plugin.kind == "suite" and plugin not in problems:
            versions = registry.suites(plugin.name)
            rows += [
                {
                    "name": suite.name if suite is versions[-1] else f"{suite.name}@{suite.version}",
                    "version": suite.version,
                    "tasks": len(suite.tasks),
                    "seeds": suite.seeds,
                    "steps": suite.steps,
                    "algorithms": list(suite.algorithms),
                    "description": suite.description,
                }
                for suite in reversed(versions)
            ]
    return rows


def _named(kind: str) -> Callable[[Registry], Rows]:
    def rows(registry: Registry) -> Rows:
        problems = _problems(registry, kind)
        return [
            {"name": plugin.name, "package": f"{plugin.distribution} {plugin.version}"}
            for plugin in registry.plugins
            if plugin.kind == kind and plugin not in problems
        ]

    return rows


def _problems(registry: Registry, *kinds: str) -> dict[Plugin, str]:
    """What is wrong with each plugin, or each of some kinds, commands that cannot be reached among them."""
    hidden = {
        plugin: f"plugin {plugin.origin}: mjbench itself has a command of that name, so this one never runs"
        for plugin in registry.plugins
        if plugin.kind == "command" and plugin.name in VERBS and (not kinds or "command" in kinds)
    }
    return {**hidden, **registry.check(*kinds)}


def _plugins(registry: Registry) -> Rows:
    problems = _problems(registry)
    return [
        {
            "kind": plugin.kind,
            "name": plugin.name,
            "package": f"{plugin.distribution} {plugin.version}",
            "object": plugin.entry_point.value,
            "state": LEFT_OUT if plugin in registry.left_out else "PROBLEM" if plugin in problems else "ok",
            "problem": problems.get(plugin, ""),
        }
        for plugin in (*registry.plugins, *registry.left_out)
    ]


WHAT: dict[str, Callable[[Registry], Rows]] = {
    "tasks": _tasks,
    "suites": _suites,
    **{f"{kind}s": _named(kind) for kind in NAMED},
    "plugins": _plugins,
}


@click.command("list")
@click.argument("what", metavar="KIND", type=click.Choice(list(WHAT)))
@click.argument("words", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def list_command(what: str, words: tuple[str, ...], as_json: bool) -> None:
    """List what is installed; WORDS filter the list.

    KIND is tasks, suites, algorithms, launchers, trackers, exporters, commands or plugins.

    \b
    mjbench list tasks walker v5
    mjbench list algorithms sac                      # its presets
    mjbench list algorithms sac gymnasium/Hopper-v5  # on one task
    """
    if what == "algorithms" and words and words[0] in Registry().names("algorithm"):
        from mjbench.cli.show_algorithm import show_algorithm

        show_algorithm(words[0], words[1] if len(words) > 1 else None, as_json)
        return
    show(what, words, as_json)


def show(what: str, words: Sequence[str], as_json: bool) -> None:
    """Print what is installed of one kind; problems go to standard error."""
    registry = Registry()
    rows = [row for row in WHAT[what](registry) if all(word.lower() in json.dumps(row).lower() for word in words)]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    if rows:
        header = [name for name in rows[0] if name != "problem"]
        numeric = [i for i, name in enumerate(header) if any(isinstance(row[name], (int, float)) for row in rows)]
        click.echo(table(header, [[_cell(row[name]) for name in header] for row in rows], right=numeric))
    else:
        starter = STARTERS.get(what.removesuffix("s"))
        missing = f" installed; try: {install_command([starter])}" if starter else " installed"
        click.echo(f"no {what}" + (f" match {' '.join(words)}" if words else missing))
    kinds = () if what == "plugins" else (what.removesuffix("s"),)
    for problem in dict.fromkeys([*_problems(registry, *kinds).values(), *registry.damaged]):
        click.echo(f"problem: {problem}" if what == "plugins" else f"left out: {problem}", err=True)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(value)
    return f"{value:,}" if isinstance(value, int) else str(value)
