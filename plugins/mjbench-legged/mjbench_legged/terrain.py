# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""What the robot walks on. A terrain with levels has a lane for each, so that one model serves every level."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import mujoco
import numpy as np


class Terrain(Protocol):
    """A world for one robot; pure but for ``add_to``."""

    @property
    def levels(self) -> int:
        """Difficulties, 0 the easiest; a flat world has one."""
        ...

    def task_level(self, generator: np.random.Generator) -> int:
        """Level of an episode outside any curriculum: of the task itself."""
        ...

    def add_to(self, spec: mujoco.MjSpec) -> None:
        """Put the ground into the world."""
        ...

    def origin(self, level: int, generator: np.random.Generator) -> tuple[float, float]:
        """Where an episode of that level starts, m."""
        ...

    def height(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Ground height at each point, m; any shape."""
        ...

    def scaled(self, factor: float) -> "Terrain":
        """The same ground with all heights multiplied."""
        ...


@dataclass(frozen=True)
class Flat:
    """A plane."""

    levels: int = 1

    def task_level(self, generator: np.random.Generator) -> int:
        """See ``Terrain``."""
        return 0

    def add_to(self, spec: mujoco.MjSpec) -> None:
        """See ``Terrain``."""
        _floor(spec)

    def origin(self, level: int, generator: np.random.Generator) -> tuple[float, float]:
        """See ``Terrain``."""
        return 0.0, 0.0

    def height(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """See ``Terrain``."""
        return np.zeros_like(x)

    def scaled(self, factor: float) -> Terrain:
        """See ``Terrain``."""
        return self


@dataclass(frozen=True)
class Steps:
    """A single step up, facing the robot; lane ``i`` of the world has the step of height ``heights_m[i]``."""

    heights_m: tuple[float, ...]
    edge_m: float = 2.0
    """Where the step begins."""
    lane_m: float = 5.0
    """Width of a lane."""
    length_m: float = 8.0
    """Length of the upper ground."""

    @property
    def levels(self) -> int:
        """See ``Terrain``."""
        return len(self.heights_m)

    def task_level(self, generator: np.random.Generator) -> int:
        """See ``Terrain``: the last, the highest step."""
        return self.levels - 1

    def add_to(self, spec: mujoco.MjSpec) -> None:
        """See ``Terrain``."""
        _floor(spec)
        for lane, height in enumerate(self.heights_m):
            spec.worldbody.add_geom(
                name=f"step{lane}",
                type=mujoco.mjtGeom.mjGEOM_BOX,
                size=[self.length_m / 2, self.lane_m / 2, height / 2],
                pos=[self.edge_m + self.length_m / 2, lane * self.lane_m, height / 2],
                contype=1,
                conaffinity=0,
                rgba=[0.45, 0.5, 0.56, 1.0],
            )

    def origin(self, level: int, generator: np.random.Generator) -> tuple[float, float]:
        """See ``Terrain``; the distance to the step varies by 0.4 m."""
        return float(generator.uniform(-0.2, 0.2)), level * self.lane_m

    def height(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """See ``Terrain``."""
        lane = np.clip(np.rint(y / self.lane_m).astype(int), 0, self.levels - 1)
        return np.where(x >= self.edge_m, np.array(self.heights_m)[lane], 0.0)

    def scaled(self, factor: float) -> Terrain:
        """See ``Terrain``."""
        return replace(self, heights_m=tuple(height * factor for height in self.heights_m))


@dataclass(frozen=True)
class Rough:
    """Square tiles of a height field: rows are levels; columns are random roughness, wavy slopes and blocks.

    Every tile is level ground at its middle, where episodes start. The heights are drawn once from ``seed`` and are
    part of the task.
    """

    levels: int = 6
    task_levels: int = 0
    """Episodes of the task start on the first so many levels, those of training on all; 0 for all levels. A robot may
    walk on to a level where no episode of the task starts."""
    roughness_m: float = 0.06
    """Peak of the random roughness on the hardest level."""
    wave_m: float = 0.12
    """Amplitude of the waves on the hardest level."""
    block_m: float = 0.08
    """Height of the blocks on the hardest level."""
    tile_m: float = 8.0
    cell_m: float = 0.1
    seed: int = 7
    columns: int = 3
    native_ccd: bool = True
    """Whether MuJoCo's native collision detection finds the contacts, or libccd. A sphere of a few millimetres whose
    centre dips into the field is pushed sideways by the native one (google-deepmind/mujoco, issue 2883)."""

    def __post_init__(self) -> None:
        if not 0 <= self.task_levels <= self.levels:
            raise ValueError(f"task_levels is {self.task_levels}, and the ground has {self.levels} levels")

    @cached_property
    def grid(self) -> np.ndarray:
        """Heights at the corners of the cells, m, (rows along y, columns along x); levels go along x."""
        generator = np.random.default_rng(self.seed)
        cells = round(self.tile_m / self.cell_m)
        tiles = [
            [self._tile(kind, (level + 1) / self.levels, cells, generator) for level in range(self.levels)]
            for kind in range(self.columns)
        ]
        return np.pad(np.block(tiles), cells // 2)

    def task_level(self, generator: np.random.Generator) -> int:
        """See ``Terrain``: drawn, since the task is many levels at once."""
        return int(generator.integers(self.task_levels or self.levels))

    def add_to(self, spec: mujoco.MjSpec) -> None:
        """See ``Terrain``. Only the feet meet a height field: it is its cost, and whoever lies on it has fallen."""
        if not self.native_ccd:
            spec.option.disableflags |= mujoco.mjtDisableBit.mjDSBL_NATIVECCD
        low, high = float(self.grid.min()), float(self.grid.max())
        rows, columns = self.grid.shape
        spec.add_hfield(
            name="rough",
            nrow=rows,
            ncol=columns,
            size=[(columns - 1) * self.cell_m / 2, (rows - 1) * self.cell_m / 2, high - low, 0.5],
            userdata=((self.grid - low) / (high - low)).ravel(),
        )
        spec.worldbody.add_geom(
            name="floor",
            type=mujoco.mjtGeom.mjGEOM_HFIELD,
            hfieldname="rough",
            pos=[*self._centre, low],
            contype=1,
            conaffinity=0,
            rgba=[0.45, 0.5, 0.56, 1.0],
        )
        for geom in spec.geoms:
            if geom.conaffinity and geom.type != mujoco.mjtGeom.mjGEOM_SPHERE:
                geom.conaffinity = 0

    def origin(self, level: int, generator: np.random.Generator) -> tuple[float, float]:
        """See ``Terrain``; the kind of tile is drawn."""
        return level * self.tile_m, int(generator.integers(self.columns)) * self.tile_m

    def height(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """See ``Terrain``; bilinear between the corners of a cell."""
        rows, columns = self.grid.shape
        u = np.clip((x - self._centre[0]) / self.cell_m + (columns - 1) / 2, 0, columns - 1.001)
        v = np.clip((y - self._centre[1]) / self.cell_m + (rows - 1) / 2, 0, rows - 1.001)
        i, j = v.astype(int), u.astype(int)
        s, t = u - j, v - i
        grid = self.grid
        near = grid[i, j] * (1 - s) + grid[i, j + 1] * s
        far = grid[i + 1, j] * (1 - s) + grid[i + 1, j + 1] * s
        return near * (1 - t) + far * t

    def scaled(self, factor: float) -> Terrain:
        """See ``Terrain``."""
        heights = {name: getattr(self, name) * factor for name in ("roughness_m", "wave_m", "block_m")}
        return replace(self, **heights)

    @property
    def _centre(self) -> tuple[float, float]:
        """Middle of the field; the first tile's middle is the origin of the world."""
        return (self.levels - 1) * self.tile_m / 2, (self.columns - 1) * self.tile_m / 2

    def _tile(self, kind: int, difficulty: float, cells: int, generator: np.random.Generator) -> np.ndarray:
        side = (np.arange(cells) - cells / 2) * self.cell_m
        x, y = np.meshgrid(side, side)
        if kind == 0:
            tile = generator.uniform(-1, 1, (cells, cells)) * self.roughness_m * difficulty
        elif kind == 1:
            tile = np.sin(2 * np.pi * x / 2.0) * np.sin(2 * np.pi * y / 2.0) * self.wave_m * difficulty
        else:
            blocks = generator.integers(0, 2, (cells // 5, cells // 5)) * self.block_m * difficulty
            tile = np.kron(blocks, np.ones((5, 5)))
        ramp = np.clip((np.maximum(abs(x), abs(y)) - 0.5) / 0.5, 0, 1)  # level ground to start from
        return tile * ramp


def _floor(spec: mujoco.MjSpec) -> None:
    spec.worldbody.add_geom(
        name="floor",
        type=mujoco.mjtGeom.mjGEOM_PLANE,
        size=[0, 0, 1],
        contype=1,
        conaffinity=0,
        material="ground",
    )
