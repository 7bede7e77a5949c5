"""What a shell completes: names of tasks, suites, algorithms and other plugins, and run ids."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

import click
from click.shell_completion import CompletionItem


class Completer(Protocol):
    """``click.Parameter.shell_complete``."""

    def __call__(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What ``incomplete`` may become."""
        ...


MOST = 500
"""Run ids and tasks that are offered at once."""
RUN = re.compile(r"(\d+)-(?:[0-9a-f]{12}-)?([0-9a-f]{12})(-failed-\d+)?")
"""Name of a run's folder: seed, a run that it starts from, run id."""


def complete(name: str) -> Completer | None:
    """The completer for values of a parameter called ``name``; None where a shell completes files or nothing."""
    return _BY_PARAMETER.get(name)


def _several(names: Callable[[], Iterable[str]]) -> Completer:
    """Names separated by commas, of which the last one is completed."""

    def completer(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        before, comma, last = incomplete.rpartition(",")
        return [CompletionItem(f"{before}{comma}{name}") for name in _known(names) if name.startswith(last)][:MOST]

    return completer


def _known(names: Callable[[], Iterable[str]]) -> list[str]:
    try:
        return list(names())
    except Exception:  # a broken plugin or file; the command itself says what is wrong
        return []


def _registry() -> Any:
    from mjbench.registry.lookup import Registry

    return Registry()


def _tasks() -> Iterable[str]:
    return _registry().tasks


def _names(kind: str) -> Callable[[], Iterable[str]]:
    return lambda: _registry().names(kind)


def _runs(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """Ids of the runs in the results folder, or folders where something else was typed."""
    if not re.fullmatch("[0-9a-f]*", incomplete):
        return [CompletionItem(incomplete, type="file")]
    results = ctx.params.get("results") or Path("results")
    found: dict[str, str] = {}
    for space, task, algorithm, folder in _folders(str(results)):
        match = RUN.fullmatch(folder)
        if match and match[2].startswith(incomplete):
            found.setdefault(match[2], f"{algorithm} {space}/{task} seed {match[1]}")
    return [CompletionItem(run, help=described) for run, described in sorted(found.items())][:MOST]


def _folders(root: str, *parts: str) -> Iterable[tuple[str, ...]]:
    """Names of the folders four levels below ``root``."""
    if len(parts) == 4:
        yield parts
        return
    try:
        with os.scandir(os.path.join(root, *parts)) as entries:  # noqa: PTH118
            names = sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))
    except OSError:
        return
    for name in names:
        yield from _folders(root, *parts, name)


_BY_PARAMETER: Mapping[str, Completer] = {
    **dict.fromkeys(("task", "tasks", "task_ids"), _several(_tasks)),
    "suite": _several(_names("suite")),
    **dict.fromkeys(("algorithms", "a", "b"), _several(_names("algorithm"))),
    "launcher": _several(_names("launcher")),
    "track": _several(_names("tracker")),
    **dict.fromkeys(("run", "runs", "policy"), _runs),
}
