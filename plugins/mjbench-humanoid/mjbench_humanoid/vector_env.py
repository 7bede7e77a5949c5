"""N humanoids as one Gymnasium vector environment, stepped in one call."""

from typing import Any

from mjbench_legged.vector_env import LeggedVectorEnv

from mjbench_humanoid.tasks import TASKS


class HumanoidVectorEnv(LeggedVectorEnv):
    """See ``LeggedVectorEnv``.

    Args:
        task: key of ``TASKS``.
        num_envs: robots.
        options: the others of ``LeggedVectorEnv``.

    Raises:
        ValueError: no such task or option.
    """

    def __init__(self, task: str, num_envs: int = 1, **options: Any) -> None:
        if task not in TASKS:
            raise ValueError(f"no task {task!r}; there are {', '.join(TASKS)}")
        super().__init__(TASKS[task], num_envs, **options)
