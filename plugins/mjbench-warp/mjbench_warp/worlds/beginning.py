"""How episodes begin: where robots are put, and what is drawn for the whole episode."""

import torch
from mjbench_legged.randomisation import Randomisation
from mjbench_legged.simulator import CONTROL_S, PHYSICS_S
from mjbench_legged.task import LeggedTask
from mjbench_legged.vector_env import DROP_M, FULL, POSITION_NOISE_RAD, VELOCITY_NOISE_M_S
from torch import Tensor

from mjbench_warp.counter_random import spread
from mjbench_warp.worlds.ground import DRAWS as PLACE
from mjbench_warp.worlds.ground import Ground


class Beginning:
    """Draws how episodes begin, as ``LeggedVectorEnv`` does robot by robot.

    Args:
        task: what they do.
        ground: where.
        options: has the latency.
        pose: standing joint angles (J,), rad.
    """

    def __init__(self, task: LeggedTask, ground: Ground, options: Randomisation, pose: Tensor) -> None:
        self._task, self._ground, self._latency_s, self._pose = task, ground, options.latency_s, pose
        self.draws = PLACE + len(pose) + 3 + 3
        """Random numbers that an episode takes."""

    def place(self, level: Tensor, uniform: Tensor) -> tuple[Tensor, Tensor]:
        """Positions (N, 7 + J) and velocities (N, 6 + J) of episodes of the levels (N,).

        Args:
            level: ``FULL`` for the task itself.
            uniform: (N, draws) in [0, 1).
        """
        joints = len(self._pose)
        lane = level.clamp(max=self._task.terrain.levels - 1)
        lane = self._ground.task_level(uniform[:, 0]).where(level == FULL, lane)
        x, y = self._ground.origin(lane, uniform[:, 1:PLACE])
        z = self._ground.height(x, y) + (self._task.robot.height_m + DROP_M)
        noise = spread(uniform[:, PLACE : PLACE + joints], -POSITION_NOISE_RAD, POSITION_NOISE_RAD)
        speed = uniform[:, PLACE + joints : PLACE + joints + 3]
        speed = spread(speed, -VELOCITY_NOISE_M_S, VELOCITY_NOISE_M_S)
        upright = torch.zeros_like(uniform[:, :4])
        upright[:, 0] = 1.0
        qpos = torch.cat([x[:, None], y[:, None], z[:, None], upright, self._pose + noise], dim=1)
        return qpos, torch.cat([speed, torch.zeros_like(uniform[:, : 3 + joints])], dim=1)

    def drawn(self, uniform: Tensor) -> dict[str, Tensor]:
        """Delay of the targets in physics steps, offset of the stride's phase and step of the first push, (N,) each."""
        latency, offset, push = uniform[:, -3:].unbind(1)
        first = self._task.pushes.first_s if self._task.pushes else (0.0, 0.0)
        return {
            "delay": (spread(latency, *self._latency_s) / PHYSICS_S).round().long(),
            "offset": offset if self._task.stride_hz else torch.zeros_like(offset),
            "next_push": (spread(push, *first) / CONTROL_S).round().long(),
        }
