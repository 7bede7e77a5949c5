"""The training batch of the quadruped tasks, which their ``TaskSpec`` names."""

from collections.abc import Mapping
from typing import Any

from mjbench_legged.randomisation import parse
from mjbench_quadruped.tasks import TASKS

from mjbench.spec.curriculum import Curriculum
from mjbench_warp.worlds.batch import LeggedTrainingBatch


def quadruped_batch(
    num_envs: int,
    kwargs: Mapping[str, Any],
    seed: int,
    episode_limit: int,
    device: str,
    curriculum: Curriculum | None = None,
) -> LeggedTrainingBatch:
    """See ``TaskSpec.training_entry_point``.

    Args:
        num_envs: worlds.
        kwargs: of the task: ``task`` is a key of ``TASKS``, ``randomise`` has fields of ``Randomisation``.
        seed: of the run.
        episode_limit: control steps.
        device: ``"cpu"``, ``"cuda:0"``.
        curriculum: of the task.

    Raises:
        ValueError: no such task or option.
    """
    if kwargs["task"] not in TASKS:
        raise ValueError(f"no task {kwargs['task']!r}; there are {', '.join(TASKS)}")
    options = parse(kwargs.get("randomise"))
    return LeggedTrainingBatch(TASKS[kwargs["task"]], num_envs, seed, episode_limit, device, options, curriculum)
