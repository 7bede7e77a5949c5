"""One humanoid as a Gymnasium environment: the batch of one."""

from collections.abc import Mapping
from typing import Any

from gymnasium.vector import AutoresetMode
from mjbench_legged.env import LeggedEnv

from mjbench_humanoid.vector_env import HumanoidVectorEnv


class HumanoidEnv(LeggedEnv):
    """See ``HumanoidVectorEnv``, whose arguments it takes.

    Args:
        task: key of ``TASKS``.
        randomise: fields of ``Randomisation``.
        render_mode: ``"rgb_array"`` or None.
    """

    def __init__(
        self, task: str, *, randomise: Mapping[str, Any] | None = None, render_mode: str | None = None
    ) -> None:
        batch = HumanoidVectorEnv(task, autoreset_mode=AutoresetMode.DISABLED, randomise=randomise)
        super().__init__(batch, render_mode)
