"""From a TaskSpec to its worlds on a device."""

from typing import Any

from mjbench.envs.make import resolve
from mjbench.spec.task import TaskSpec


def make_training_batch(task: TaskSpec, count: int, seed: int, device: str, **changes: Any) -> Any:
    """``count`` worlds, a ``mjbench.api.training_batch.TrainingBatch``.

    Args:
        task: has a ``training_entry_point``.
        count: worlds, N.
        seed: of their random numbers.
        device: ``"cpu"``, ``"cuda:0"``.
        changes: other arguments of the entry point in place of the task's own.

    Raises:
        SpecError: the entry point names nothing.
    """
    own = {"kwargs": dict(task.kwargs), "episode_limit": task.episode_limit}
    if task.curriculum is not None:
        own["curriculum"] = task.curriculum
    build = resolve(task.training_entry_point, task.id)
    return build(num_envs=count, seed=seed, device=device, **{**own, **changes})
