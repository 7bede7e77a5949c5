"""One quadruped as a Gymnasium environment: the batch of one."""

from collections.abc import Mapping
from typing import Any

from gymnasium.vector import AutoresetMode
from mjbench_legged.env import LeggedEnv

from mjbench_quadruped.vector_env import QuadrupedVectorEnv


class QuadrupedEnv(LeggedEnv):
    """See ``QuadrupedVectorEnv``, whose arguments it takes.

    Args:
        task: key of ``TASKS``.
        randomise: fields of ``Randomisation``.
        terrain_scale: factor of the ground's heights.
        render_mode: ``"rgb_array"`` or None.
    """

    def __init__(
        self,
        task: str,
        *,
        randomise: Mapping[str, Any] | None = None,
        terrain_scale: float = 1.0,
        render_mode: str | None = None,
    ) -> None:
        batch = QuadrupedVectorEnv(
            task, autoreset_mode=AutoresetMode.DISABLED, randomise=randomise, terrain_scale=terrain_scale
        )
        super().__init__(batch, render_mode)
