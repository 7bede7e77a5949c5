"""From a TaskSpec to a Gymnasium environment, and what the harness needs to know of its episodes."""

import importlib
from typing import Any

from mjbench.errors import MjbenchError, SpecError
from mjbench.spec.task import Metric, TaskSpec


def make_env(task: TaskSpec, **kwargs: Any) -> Any:
    """The task's environment under its time limit.

    Args:
        task: what to build.
        kwargs: passed to the entry point on top of the task's own, such as ``render_mode="rgb_array"``.

    Raises:
        SpecError: the entry point names nothing, or builds something that is not a Box-to-Box environment.
    """
    from gymnasium.spaces import Box
    from gymnasium.wrappers import TimeLimit

    env = resolve(task.entry_point, task.id)(**{**task.kwargs, **kwargs})
    for name in ("observation_space", "action_space"):
        space = getattr(env, name, None)
        if not isinstance(space, Box) or len(space.shape) != 1:
            raise SpecError(f"{task.id}: {name} must be a one-dimensional Box, not {space}")
    return TimeLimit(env, max_episode_steps=task.episode_limit)


def resolve(entry_point: str, owner: str) -> Any:
    """The object that ``"module:attr"`` names.

    Raises:
        SpecError: there is no such module or attribute.
    """
    module, _, attribute = entry_point.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for part in attribute.split("."):
            found = getattr(found, part)
        return found
    except (ImportError, AttributeError) as error:
        raise SpecError(f"{owner}: entry point {entry_point} does not load: {error}") from error


class EpisodeMetrics:
    """Reduces the ``info`` of an episode's steps to the task's metrics."""

    def __init__(self, metrics: tuple[Metric, ...]) -> None:
        self._metrics = metrics
        self._values: list[float] = [float("nan")] * len(metrics)
        self._count = 0

    def add(self, info: dict[str, Any]) -> None:
        """Take in one step.

        Raises:
            MjbenchError: a declared key is not in ``info``.
        """
        self._count += 1
        for i, metric in enumerate(self._metrics):
            try:
                value = float(info[metric.key])
            except KeyError:
                raise MjbenchError(
                    f"metric {metric.name}: info has no {metric.key!r}, only {', '.join(info)}"
                ) from None
            if self._count == 1 or metric.reduce == "last":
                self._values[i] = value
            elif metric.reduce in ("sum", "mean"):
                self._values[i] += value
            else:
                self._values[i] = (max if metric.reduce == "max" else min)(self._values[i], value)

    def result(self) -> dict[str, float]:
        """The metrics of the episode, by name."""
        return {
            metric.name: value / max(1, self._count) if metric.reduce == "mean" else value
            for metric, value in zip(self._metrics, self._values, strict=True)
        }
