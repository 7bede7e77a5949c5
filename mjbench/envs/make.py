"""From a TaskSpec to a Gymnasium environment."""

import importlib
from typing import Any

from mjbench.envs.rendering import spare_backend
from mjbench.errors import SpecError
from mjbench.spec.task import TaskSpec


def make_env(task: TaskSpec, **kwargs: Any) -> Any:
    """The task's environment under its time limit.

    Args:
        task: what to build.
        kwargs: passed to the entry point on top of the task's own, such as ``render_mode="rgb_array"``.

    Raises:
        SpecError: the entry point names nothing, or builds something that is not a Box-to-Box environment.
    """
    from gymnasium.wrappers import TimeLimit

    env = resolve(task.entry_point, task.id)(**{**task.kwargs, **kwargs})
    check_spaces(task, env, "observation_space", "action_space")
    return TimeLimit(env, max_episode_steps=task.episode_limit)


def check_spaces(task: TaskSpec, env: Any, *names: str) -> None:
    """Hold spaces of an environment to what policies can play.

    Raises:
        SpecError: one is no one-dimensional Box.
    """
    from gymnasium.spaces import Box

    for name in names:
        space = getattr(env, name, None)
        if not isinstance(space, Box) or len(space.shape) != 1:
            raise SpecError(f"{task.id}: {name} must be a one-dimensional Box, not {space}{_wrapper(name, space)}")


def _wrapper(name: str, space: Any) -> str:
    """What makes such a space one that policies can play; empty where nothing does."""
    from gymnasium import spaces

    parts = list(space.values()) if isinstance(space, spaces.Dict) else [space]
    if name.endswith("observation_space") and all(isinstance(part, spaces.Box) for part in parts):
        return "; register it inside of gymnasium.wrappers.FlattenObservation"
    return ""


def resolve(entry_point: str, owner: str) -> Any:
    """The object that ``"module:attr"`` names.

    Raises:
        SpecError: there is no such module or attribute.
    """
    module, _, attribute = entry_point.partition(":")
    spare_backend()
    try:
        found: Any = importlib.import_module(module)
        for part in attribute.split("."):
            found = getattr(found, part)
        return found
    except (ImportError, AttributeError) as error:
        raise SpecError(f"{owner}: entry point {entry_point} does not load: {error}") from error
