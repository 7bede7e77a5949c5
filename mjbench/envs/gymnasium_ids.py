"""Environments straight from Gymnasium's own registry, with defaults, outside any suite.

``gymnasium:Hopper-v5`` and ``my_package:Reach-v0`` are Gymnasium's way to say: import this module, it registers the
environment. The task's id keeps both parts, so a worker can build the task from its id alone:
``adhoc/gymnasium:Hopper-v5``. A slash of Gymnasium's becomes a colon: ``adhoc/gymnasium:phys2d:CartPole-v1``.
"""

import contextlib
import importlib
import re
from importlib import metadata
from typing import Any

from mjbench.errors import SpecError, nearest_names
from mjbench.spec.task import TaskSpec

NAMESPACE = "adhoc"
TAG = "outside any suite"
EPISODE_LIMIT = 1000
"""Where Gymnasium's registry gives none."""
BUDGET = 1_000_000
_TYPED = re.compile(r"(?P<module>\w+(?:\.\w+)*):(?P<name>[^:]+)", re.ASCII)
_NAME = re.compile(r"(?:[\w.-]+/)?[\w.-]+-v\d+", re.ASCII)


def is_adhoc(text: str) -> bool:
    """Whether a task as typed names a module to import: ``module:Name-vN``."""
    return _TYPED.fullmatch(text) is not None and not text.startswith(f"{NAMESPACE}/")


def adhoc_id(text: str) -> str:
    """``my_package:Reach-v0`` -> ``adhoc/my_package:Reach-v0``.

    Raises:
        SpecError: the name carries no version, or holds what a task id may not.
    """
    module, _, name = text.partition(":")
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
        """The distribution that the environment's code belongs to, as far as can be told."""
        env_id = _env_id(task_id)
        entry_point = _registered(env_id).entry_point
        module = entry_point if isinstance(entry_point, str) else getattr(entry_point, "__module__", "")
        package = (module or env_id).partition(":")[0].partition(".")[0]
        for name in metadata.packages_distributions().get(package, ()):
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

    _registered(env_id)
    name = env_id.partition(":")[2]
    return gymnasium.make(name, max_episode_steps=-1, disable_env_checker=True, **kwargs)


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
        importlib.import_module(module)
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name and module.startswith(error.name)
        cure = "; install the package that registers the environment" if missing else ""
        raise SpecError(f"{env_id}: the module {module} cannot be imported ({error}){cure}") from error
    found = gymnasium.registry.get(name)
    if found is None:
        nearest = nearest_names(name, gymnasium.registry)
        hint = " or ".join(f"{module}:{close}" for close in nearest)
        raise SpecError(
            f"{env_id}: importing {module} registers no environment {name!r} with Gymnasium"
            + (f"; did you mean {hint}?" if hint else "")
        )
    return found


def _nameless(module: str, name: str) -> str:
    """Why a name is no good."""
    known: list[str] = []
    with contextlib.suppress(Exception):
        import gymnasium

        importlib.import_module(module)
        known = [found for found in gymnasium.registry if re.fullmatch(rf"{re.escape(name)}-v\d+", found)]
    if known:
        return f"say which version: {' or '.join(f'{module}:{found}' for found in known)}"
    return "the name must be one that Gymnasium registers and end in its version, such as Reach-v0"
