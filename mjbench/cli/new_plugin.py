"""What ``mjbench plugins new`` does: fill in the templates."""

import keyword
import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import mjbench
from mjbench.errors import MjbenchError
from mjbench.registry.choice import normalised
from mjbench.registry.first_party import PACKAGES
from mjbench.registry.lookup import Registry

TEMPLATES = "templates/plugin"
SUFFIX = ".j2"
NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
TASK = "Reach-v0"
OTHERS = {"mjbench-fast", "mjbench-sbx"}
OURS = {name for names in PACKAGES.values() for name in names.values()} | OTHERS
"""Distributions of ours; their names are not free, installed or not."""


def write_plugin(name: str, into: Path, registry: Registry) -> tuple[Path, str]:
    """Write a package called ``mjbench-NAME``; its folder, and the id of its task.

    Args:
        name: what follows ``mjbench-``; words of small letters and digits joined by hyphens or underscores.
        into: folder to write it in.
        registry: what is installed, whose names are taken.

    Raises:
        MjbenchError: the name is malformed or taken, the folder exists, or it cannot be written.
    """
    short = name.removeprefix("mjbench-").removeprefix("mjbench_")
    space = short.replace("-", "_")
    if not NAME.fullmatch(short) or keyword.iskeyword(space):
        raise MjbenchError(
            f"{name!r} is not a valid plugin name: use small letters, digits and hyphens, such as my-robot"
        )
    distribution = f"mjbench-{short.replace('_', '-')}"
    _refuse_taken(distribution, space, registry)
    folder = into / distribution
    if folder.exists():
        raise MjbenchError(f"{folder} exists; choose another name or move it away")
    values = {
        "distribution": distribution,
        "package": f"mjbench_{space}",
        "namespace": space,
        "title": short.replace("-", " ").replace("_", " "),
        "class_name": "".join(word.capitalize() for word in re.split(r"[-_]", short)),
        "task": f"{space}/{TASK}",
        "version": mjbench.__version__,
    }
    root = resources.files("mjbench.cli").joinpath(TEMPLATES)
    try:
        folder.mkdir(parents=True)
        _fill(root, folder, values)
    except OSError as error:
        raise MjbenchError(f"cannot write {folder}: {error.strerror or error}") from error
    return folder, values["task"]


def _refuse_taken(distribution: str, space: str, registry: Registry) -> None:
    if distribution in OURS or space in PACKAGES["task"]:
        raise MjbenchError(f"{distribution} is reserved for mjbench; choose another name")
    for plugin in (*registry.plugins, *registry.left_out):
        if normalised(plugin.distribution) == distribution or (plugin.kind == "task" and plugin.name == space):
            raise MjbenchError(f"the installed plugin {plugin.origin} has this name; choose another name")


def _fill(source: Traversable, target: Path, values: dict[str, str]) -> None:
    """Copy a folder of templates, filling in names and contents."""
    import jinja2

    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    for item in source.iterdir():
        name = item.name.removesuffix(SUFFIX).replace("__package__", values["package"])
        if item.is_dir():
            (target / name).mkdir()
            _fill(item, target / name, values)
        elif item.name.endswith(SUFFIX):
            text = environment.from_string(item.read_text(encoding="utf-8")).render(values)
            (target / name).write_text(text, encoding="utf-8")
