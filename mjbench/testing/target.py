"""A package under check: installed, or a folder that is put on the path as if it were."""

import os
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mjbench.errors import MjbenchError, UnknownName
from mjbench.registry.choice import normalised
from mjbench.registry.entry_points import GROUPS, Plugin
from mjbench.registry.lookup import Registry


@contextmanager
def plugins_of(target: str) -> Iterator[tuple[Registry, list[Plugin]]]:
    """The plugins that ``target`` names, and a registry that has them while the context lasts.

    Args:
        target: the name of a package, a namespace, the name of an algorithm (which gives that one alone), or the path
            of a folder with a pyproject.toml.

    Raises:
        MjbenchError: there is no such package, or the folder holds none.
    """
    with ExitStack() as stack:
        yield _find(target, stack)


def is_path(target: str) -> bool:
    """Whether ``target`` is a folder as typed, and no name."""
    return os.sep in target or target.startswith(".")


def _find(target: str, stack: ExitStack) -> tuple[Registry, list[Plugin]]:
    """The package's plugins, and a registry that has them."""
    folder = Path(target)
    if not is_path(target):
        registry = Registry()
        try:
            return registry, _one_algorithm(target, registry.named(target))
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


def _one_algorithm(target: str, plugins: list[Plugin]) -> list[Plugin]:
    """Of a package that was named by one of its algorithms, that one alone."""
    if any(normalised(plugin.distribution).removeprefix("mjbench-") == normalised(target) for plugin in plugins):
        return plugins
    return [plugin for plugin in plugins if (plugin.kind, plugin.name) == ("algorithm", target)] or plugins
