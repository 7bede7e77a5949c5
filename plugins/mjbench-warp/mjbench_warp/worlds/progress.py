"""The curriculum's score of N episodes, as ``mjbench_legged.outcomes`` and ``commands.Tracking`` keep it."""

from typing import Any

import torch
from mjbench_legged.commands import SETTLE_S
from mjbench_legged.simulator import CONTROL_S
from mjbench_legged.success import Episodes
from mjbench_legged.task import LeggedTask
from torch import Tensor

from mjbench_warp import from_numpy
from mjbench_warp.worlds.states import States


class Progress:
    """Sums over the steps of the episodes under way.

    Args:
        task: judges them.
        count: N.
        device: where they are.
    """

    def __init__(self, task: LeggedTask, count: int, device: torch.device) -> None:
        def zeros(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
            return torch.zeros((count, *shape), dtype=dtype, device=device)

        self._episode_s = task.episode_s
        self._numpy = from_numpy.TorchNumpy(device)
        self._success = from_numpy.instance(task.success, device)
        self.states = States(
            {
                "start_m": zeros(),
                "walked_m": zeros(),
                "commanded_m": zeros(),
                "since_s": zeros(dtype=torch.float64),  # compared with a time: added up as in the reference
                "settled_s": zeros(),
                "sum": zeros(3),
                "command": zeros(3),
                "commands": zeros(),
                "errors": zeros(2),
            }
        )

    def begin(self, mask: Tensor, x: Tensor) -> None:
        """Episodes begin in the rows of ``mask`` (N,), at ``x`` (N,), m."""
        self.states.put(mask, {**dict.fromkeys(self.states.named(), 0.0), "start_m": x})

    def add(self, t: Any) -> None:
        """Take in a transition of all worlds."""
        now, (vx, vy), (cx, cy, _) = self.states, t.velocity.unbind(1), t.command.unbind(1)
        commanded = self._numpy.hypot(cx, cy)
        now["walked_m"] += (vx * cx + vy * cy) / commanded.clamp(min=1e-9) * CONTROL_S
        now["commanded_m"] += commanded * CONTROL_S
        now["since_s"] += CONTROL_S
        settled = (now["since_s"] > SETTLE_S) * CONTROL_S
        now["settled_s"] += settled
        now["sum"] += torch.stack([vx, vy, t.state.angular_b[:, 2]], dim=1) * settled[:, None]
        now["command"] = t.command

    def change_command(self, mask: Tensor) -> None:
        """The command of the rows of ``mask`` (N,) is over."""
        now = self.states
        counts = mask & (now["settled_s"] > 0)
        now.put(counts, {"errors": now["errors"] + self._current(), "commands": now["commands"] + 1})
        now.put(mask, {"settled_s": 0.0, "since_s": 0.0, "sum": 0.0})

    def score(self, t: Any, steps: Tensor) -> Tensor:
        """Of episodes that have come so far, (N,)."""
        now, duration = self.states, steps * CONTROL_S
        under_way = now["settled_s"] > 0
        errors = now["errors"] + self._current() * under_way[:, None]
        errors = errors / (now["commands"] + under_way).clamp(min=1)[:, None]
        distance = t.state.qpos[:, 0] - now["start_m"]
        episodes: Any = {
            "lived": duration / self._episode_s,
            "start_m": now["start_m"],
            "distance_m": distance,
            "speed_m_s": distance / duration,
            "heading_deg": torch.rad2deg(t.state.heading.abs()),
            "velocity_error_m_s": errors[:, 0],
            "turn_error_rad_s": errors[:, 1],
            "walked_m": now["walked_m"],
            "commanded_m": now["commanded_m"],
        }
        return self._success.progress(Episodes(**episodes))

    def _current(self) -> Tensor:
        off = self.states["sum"] / self.states["settled_s"].clamp(min=1e-9)[:, None] - self.states["command"]
        return torch.stack([self._numpy.hypot(off[:, 0], off[:, 1]), off[:, 2].abs()], dim=1)
