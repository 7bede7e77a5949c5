"""Velocity commands of N worlds, as ``mjbench_legged.commands.Commands`` draws them."""

import torch
from mjbench_legged.simulator import CONTROL_S
from mjbench_legged.task import LeggedTask
from mjbench_legged.vector_env import FULL
from torch import Tensor

from mjbench_warp.counter_random import spread

DRAWS = 4
"""Random numbers that a command takes."""


class CommandDraws:
    """Draws commands; a task without any asks for its speed straight ahead.

    Args:
        task: has their ranges.
        device: where they are drawn.
    """

    def __init__(self, task: LeggedTask, device: torch.device) -> None:
        self._commands, self._levels = task.commands, task.levels
        self._widens = task.widens_commands
        if task.commands is None:
            self._low = self._high = torch.tensor([task.speed_m_s, 0.0, 0.0], device=device)
            return
        (low, high), left, turn = task.commands.forward_m_s, task.commands.left_m_s, task.commands.turn_rad_s
        self._low = torch.tensor([low, -left, -turn], device=device)
        self._high = torch.tensor([high, left, turn], device=device)

    def draw(self, level: Tensor, uniform: Tensor) -> Tensor:
        """Commands (N, 3) for episodes of the levels (N,), from (N, 4) numbers in [0, 1)."""
        drawn = spread(uniform[:, :3], self._low, self._high)
        if self._commands is None:
            return drawn
        if self._widens:
            drawn = drawn * torch.where(level == FULL, 1.0, (level + 1) / self._levels)[:, None]
        return drawn.masked_fill(uniform[:, 3:] < self._commands.still, 0.0)

    def over(self, steps: Tensor, limit: int) -> Tensor:
        """Whose command ends after so many steps of the episode, (N,) bool; ``limit`` is the episode's."""
        if self._commands is None:
            return torch.zeros_like(steps, dtype=torch.bool)
        return (steps % round(self._commands.hold_s / CONTROL_S) == 0) & (steps < limit)
