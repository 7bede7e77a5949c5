"""The ground under N worlds as tensors: heights, and where episodes begin."""

from typing import Protocol

import torch
from mjbench_legged.terrain import Flat, Rough, Steps, Terrain
from torch import Tensor

from mjbench_warp.counter_random import spread

DRAWS = 3
"""Random numbers that an episode's place takes: its level, x and y."""


class Ground(Protocol):
    """See ``mjbench_legged.terrain.Terrain``, whose numbers it gives."""

    def height(self, x: Tensor, y: Tensor) -> Tensor:
        """Of the ground at each point, m; any shape."""
        ...

    def task_level(self, uniform: Tensor) -> Tensor:
        """Level of episodes outside any curriculum, (N,) int64, from (N,) numbers in [0, 1)."""
        ...

    def origin(self, level: Tensor, uniform: Tensor) -> tuple[Tensor, Tensor]:
        """Where episodes of the levels (N,) begin, x and y (N,), m, from (N, 2) numbers in [0, 1)."""
        ...


def ground(terrain: Terrain, device: torch.device) -> Ground:
    """The ground of a terrain on a device.

    Raises:
        ValueError: one that this package does not know.
    """
    if isinstance(terrain, Flat):
        return FlatGround()
    if isinstance(terrain, Steps):
        return StepGround(terrain, device)
    if isinstance(terrain, Rough):
        return RoughGround(terrain, device)
    raise ValueError(f"no training batch on {type(terrain).__name__}")


class FlatGround:
    """A plane."""

    def height(self, x: Tensor, y: Tensor) -> Tensor:
        """See ``Ground``."""
        return torch.zeros_like(x)

    def task_level(self, uniform: Tensor) -> Tensor:
        """See ``Ground``."""
        return torch.zeros_like(uniform, dtype=torch.int64)

    def origin(self, level: Tensor, uniform: Tensor) -> tuple[Tensor, Tensor]:
        """See ``Ground``."""
        return torch.zeros_like(uniform[:, 0]), torch.zeros_like(uniform[:, 0])


class StepGround:
    """A step up, a lane for each height."""

    def __init__(self, terrain: Steps, device: torch.device) -> None:
        self._terrain = terrain
        self._heights = torch.tensor(terrain.heights_m, dtype=torch.float32, device=device)

    def height(self, x: Tensor, y: Tensor) -> Tensor:
        """See ``Ground``."""
        lane = (y / self._terrain.lane_m).round().clamp(0, self._terrain.levels - 1).long()
        return torch.where(x >= self._terrain.edge_m, self._heights[lane], 0.0)

    def task_level(self, uniform: Tensor) -> Tensor:
        """See ``Ground``."""
        return torch.full_like(uniform, self._terrain.levels - 1, dtype=torch.int64)

    def origin(self, level: Tensor, uniform: Tensor) -> tuple[Tensor, Tensor]:
        """See ``Ground``."""
        return spread(uniform[:, 0], -0.2, 0.2), level * self._terrain.lane_m


class RoughGround:
    """Tiles of a height field."""

    def __init__(self, terrain: Rough, device: torch.device) -> None:
        self._terrain = terrain
        self._grid = torch.tensor(terrain.grid, dtype=torch.float32, device=device)
        self._x = (terrain.levels - 1) * terrain.tile_m / 2
        self._y = (terrain.columns - 1) * terrain.tile_m / 2

    def height(self, x: Tensor, y: Tensor) -> Tensor:
        """See ``Ground``; bilinear between the corners of a cell."""
        rows, columns = self._grid.shape
        u = ((x - self._x) / self._terrain.cell_m + (columns - 1) / 2).clamp(0, columns - 1.001)
        v = ((y - self._y) / self._terrain.cell_m + (rows - 1) / 2).clamp(0, rows - 1.001)
        i, j = v.long(), u.long()
        s, t = u - j, v - i
        near = self._grid[i, j] * (1 - s) + self._grid[i, j + 1] * s
        far = self._grid[i + 1, j] * (1 - s) + self._grid[i + 1, j + 1] * s
        return near * (1 - t) + far * t

    def task_level(self, uniform: Tensor) -> Tensor:
        """See ``Ground``."""
        return (uniform * self._terrain.levels).long()

    def origin(self, level: Tensor, uniform: Tensor) -> tuple[Tensor, Tensor]:
        """See ``Ground``."""
        column = (uniform[:, 0] * self._terrain.columns).floor()
        return level * self._terrain.tile_m, column * self._terrain.tile_m
