"""What ``mjbench plugins new`` does: fill in the templates."""

import keyword
import re
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

import mjbench
from mjbench.errors import MjbenchError
from mjbench.registry.choice import normalised
from mjbench.registry.first_party import PACKAGES
from mjbench.registry.lookup import Registry

SUFFIX = ".j2"
NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
TASK = "Reach-v0"
OTHERS = {"mjbench-fast", "mjbench-sbx"}
OURS = {name for names in PACKAGES.values() for name in names.values()} | OTHERS
"""Distributions of ours; their names are not free, installed or not."""


@dataclass(frozen=True)
class NewPlugin:
    """A package that was written, and what to type next."""

    folder: Path
    kind: Literal["task", "algorithm"]
    name: str
    """Id of its task, or name of its algorithm."""
    target: str
    """What ``mjbench plugins check`` takes."""
    run: str
    """The command that trains with it."""


def write_plugin(name: str, into: Path, registry: Registry, kind: Literal["task", "algorithm"] = "task") -> NewPlugin:
    """Write a package called ``mjbench-NAME``.

    Args:
        name: what follows ``mjbench-``; words of small letters and digits joined by hyphens or underscores.
        into: folder to write it in.
        registry: what is installed, whose names are taken.
        kind: what it offers.

    Raises:
        MjbenchError: the name is malformed or taken, the folder exists, or it cannot be written.
    """
    short = name.removeprefix("mjbench-").removeprefix("mjbench_")
    space = short.replace("-", "_")
    if not NAME.fullmatch(short) or keyword.iskeyword(space):
        raise MjbenchError(
            f"{name!r} is not a valid plugin name: use small letters, digits and hyphens, such as my-robot"
        )
    hyphened = short.replace("_", "-")
    distribution = f"mjbench-{hyphened}"
    _refuse_taken(distribution, kind, space if kind == "task" else hyphened, registry)
    folder = into / distribution
    if folder.exists():
        raise MjbenchError(f"{folder} exists; choose another name or move it away")
    values = {
        "kind": kind,
        "distribution": distribution,
        "package": f"mjbench_{space}",
        "namespace": space,
        "algorithm": hyphened,
        "title": hyphened.replace("-", " "),
        "class_name": "".join(word.capitalize() for word in re.split(r"[-_]", short)),
        "task": f"{space}/{TASK}",
        "version": mjbench.__version__,
    }
    try:
        folder.mkdir(parents=True)
        for part in ("common", kind):
            _fill(resources.files("mjbench.testing").joinpath("templates", part), folder, values)
    except OSError as error:
        raise MjbenchError(f"cannot write {folder}: {error.strerror or error}") from error
    if kind == "task":
        run = f"mjbench run --task {values['task']} --algo sac --steps 2000"
        return NewPlugin(folder, kind, values["task"], space, run)
    run = f"mjbench run --suite quickstart --algo {hyphened} --seeds 1"
    return NewPlugin(folder, kind, hyphened, hyphened, run)


def _refuse_taken(distribution: str, kind: str, name: str, registry: Registry) -> None:
    if distribution in OURS or name in PACKAGES[kind]:
        raise MjbenchError(f"{distribution} is reserved for mjbench; choose another name")
    for plugin in (*registry.plugins, *registry.left_out):
        if normalised(plugin.distribution) == distribution or (plugin.kind, plugin.name) == (kind, name):
            raise MjbenchError(f"the installed plugin {plugin.origin} has this name; choose another name")


def _fill(source: Traversable, target: Path, values: dict[str, str]) -> None:
    """Copy a folder of templates, filling in names and contents; ``__package__`` in a name is the value ``package``."""
    import jinja2

    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True, trim_blocks=True)
    for item in source.iterdir():
        name = re.sub(r"__([a-z]+)__", lambda word: values.get(word[1], word[0]), item.name.removesuffix(SUFFIX))
        if item.is_dir():
            (target / name).mkdir(exist_ok=True)
            _fill(item, target / name, values)
        elif item.name.endswith(SUFFIX):
            text = environment.from_string(item.read_text(encoding="utf-8")).render(values)
            (target / name).write_text(text, encoding="utf-8")
