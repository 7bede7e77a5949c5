"""Environments straight from Gymnasium's own registry, with defaults, outside any suite.

``gymnasium:Hopper-v5`` and ``my_package:Reach-v0`` are Gymnasium's way to say: import this module, it registers the
environment. The task's id keeps both parts, so a worker can build the task from its id alone:
``adhoc/gymnasium:Hopper-v5``. A slash of Gymnasium's becomes a colon: ``adhoc/gymnasium:phys2d:CartPole-v1``. A name
that Gymnasium knows without a version is its version 0: ``my_package:Reach`` is ``adhoc/my_package:Reach-v0``.

The module may lie in the folder where the command was given, and may read files from there.
"""

import contextlib
import importlib
import os
import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from mjbench.errors import SpecError, nearest_names
from mjbench.spec.task import TaskSpec

NAMESPACE = "adhoc"
TAG = "outside any suite"
EPISODE_LIMIT = 1000
"""Where Gymnasium's registry gives none."""
BUDGET = 1_000_000
FOLDER = "MJBENCH_FOLDER"
"""Environment variable of a worker: the folder where the command was given."""
_TYPED = re.compile(r"(?P<module>\w+(?:\.\w+)*):(?P<name>[^:]+)", re.ASCII)
_NAME = re.compile(r"(?:[\w.-]+/)?[\w.-]+-v\d+", re.ASCII)


def is_adhoc(text: str) -> bool:
    """Whether a task as typed names a module to import: ``module:Name-vN``."""
    return _TYPED.fullmatch(text) is not None and not text.startswith(f"{NAMESPACE}/")


def adhoc_id(text: str) -> str:
    """``my_package:Reach-v0`` -> ``adhoc/my_package:Reach-v0``; a name without a version is looked up.

    Raises:
        SpecError: the name carries no version, or holds what a task id may not.
    """
    module, _, name = text.partition(":")
    if not _NAME.fullmatch(name) and _NAME.fullmatch(f"{name}-v0") and _is_unversioned(module, name):
        name += "-v0"
    if not _NAME.fullmatch(name):
        raise SpecError(f"{text}: {_nameless(module, name)}")
    return f"{NAMESPACE}/{module}:{name.replace('/', ':')}"


def is_outside(task_id: str) -> bool:
    """Whether the task is one of Gymnasium's registry, which no suite may hold."""
    return task_id.startswith(f"{NAMESPACE}/")


class _Family:
    """See ``mjbench.registry.lookup.TaskFamily``."""

    def find(self, task_id: str) -> TaskSpec:
        """The task of an id that ``adhoc_id`` made; imports the module that it names."""
        env_id = _env_id(task_id)
        spec = _registered(env_id)
        return TaskSpec(
            id=task_id,
            entry_point="mjbench.envs.gymnasium_ids:make",
            kwargs={"env_id": env_id},
            episode_limit=spec.max_episode_steps or EPISODE_LIMIT,
            budget=BUDGET,
            description=f"{env_id} as Gymnasium's registry builds it",
            tags=(TAG,),
        )

    def source(self, task_id: str) -> tuple[str, str]:
        """The distribution that the environment's code belongs to, as far as is known."""
        env_id = _env_id(task_id)
        entry_point = _registered(env_id).entry_point
        module = entry_point if isinstance(entry_point, str) else getattr(entry_point, "__module__", "")
        package = (module or env_id).partition(":")[0].partition(".")[0]
        for name in _packages_distributions(tuple(sys.path)).get(package, ()):
            return name, metadata.version(name)
        return f"the module {package}", "of unknown version"


FAMILY = _Family()


def make(env_id: str, **kwargs: Any) -> Any:
    """The environment that Gymnasium registers as ``env_id``, without a time limit: mjbench adds its own.

    Args:
        env_id: ``module:Name-vN``.
        kwargs: passed on, such as ``render_mode="rgb_array"``.
    """
    import gymnasium

    return gymnasium.make(_registered(env_id).id, max_episode_steps=-1, disable_env_checker=True, **kwargs)


@cache
def _packages_distributions(path: tuple[str, ...]) -> Mapping[str, list[str]]:
    """Distributions by package; reads the metadata of everything on the path, which takes half a second."""
    return metadata.packages_distributions()


def _env_id(task_id: str) -> str:
    module, _, name = task_id.partition("/")[2].partition(":")
    if not name:
        raise SpecError(f"{task_id} is not of the form {NAMESPACE}/module:Name-vN")
    return f"{module}:{name.replace(':', '/')}"


def _registered(env_id: str) -> Any:
    """Gymnasium's EnvSpec.

    Raises:
        SpecError: the module cannot be imported, or registers no such environment.
    """
    import gymnasium

    module, _, name = env_id.partition(":")
    try:
        _import(module)
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name and module.startswith(error.name)
        cure = "; install the package that registers the environment" if missing else ""
        raise SpecError(f"{env_id}: the module {module} cannot be imported ({error}){cure}") from error
    found = gymnasium.registry.get(name) or gymnasium.registry.get(name.removesuffix("-v0"))
    if found is None:
        nearest = nearest_names(name, gymnasium.registry)
        hint = " or ".join(f"{module}:{close}" for close in nearest)
        raise SpecError(
            f"{env_id}: importing {module} registers no environment {name!r} with Gymnasium"
            + (f"; did you mean {hint}?" if hint else "")
        )
    return found


def _import(module: str) -> None:
    """Import it as the user's shell would, from where the command was given."""
    folder = os.environ.get(FOLDER)
    if folder:  # this is a worker, which was started elsewhere
        with contextlib.suppress(OSError):
            os.chdir(folder)
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        here = Path.cwd()
        top = module.partition(".")[0]
        if error.name != top or str(here) in sys.path or not ((here / f"{top}.py").exists() or (here / top).is_dir()):
            raise
        sys.path.append(str(here))
        importlib.import_module(module)


def _is_unversioned(module: str, name: str) -> bool:
    with contextlib.suppress(Exception):
        import gymnasium

        _import(module)
        return name in gymnasium.registry
    return False


def _nameless(module: str, name: str) -> str:
    """Why a name is no good."""
    known: list[str] = []
    with contextlib.suppress(Exception):
        import gymnasium

        _import(module)
        known = [found for found in gymnasium.registry if re.fullmatch(rf"{re.escape(name)}-v\d+", found)]
    if known:
        return f"choose a version: {' or '.join(f'{module}:{found}' for found in known)}"
    return "the name must be one that Gymnasium registers and end in its version, such as Reach-v0"
