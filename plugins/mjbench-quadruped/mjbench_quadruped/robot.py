# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""The two robots: where their models lie, how their joints are ordered, how they stand."""

from dataclasses import dataclass
from importlib.resources import files

import mujoco
import numpy as np

GRAVITY = 9.81  # m/s^2


@dataclass(frozen=True)
class Robot:
    """A quadruped whose legs, in order, are front and hind: legs 0 and 3, and 1 and 2, are the diagonal pairs."""

    name: str
    file: str
    """Model beside this package, in ``robots/``."""
    base: str
    """Body that carries the free joint."""
    legs: tuple[str, str, str, str]
    """Prefixes of joint names; names of the foot geoms and sites."""
    parts: tuple[str, str, str]
    """Joints of a leg, from the base down."""
    pose: tuple[float, ...]
    """Standing joint angles, rad, (12,), leg by leg."""
    action_scale: tuple[float, float, float]
    """rad by which an action of 1 moves the target of each joint of a leg."""
    height_m: float
    """Height of the base when the standing pose just touches the ground."""
    fall_height_m: float
    """An episode ends when the base comes closer to the ground."""
    menagerie: str
    """Folder of the robot in MuJoCo Menagerie, for its meshes."""

    @property
    def joints(self) -> tuple[str, ...]:
        """Names of the 12 joints, and of their actuators, leg by leg."""
        return tuple(f"{leg}_{part}" for leg in self.legs for part in self.parts)

    def spec(self) -> mujoco.MjSpec:
        """The robot alone, without a world."""
        return mujoco.MjSpec.from_string((files("mjbench_quadruped") / "robots" / self.file).read_text("utf-8"))

    def standing(self) -> np.ndarray:
        """Joint angles of the standing pose, rad, (12,)."""
        return np.array(self.pose)

    def scale(self) -> np.ndarray:
        """rad for an action of 1, (12,)."""
        return np.tile(self.action_scale, 4)


GO1 = Robot(
    name="go1",
    file="go1.xml",
    base="trunk",
    legs=("FR", "FL", "RR", "RL"),
    parts=("hip", "thigh", "calf"),
    pose=(0.0, 0.9, -1.8) * 4,
    action_scale=(0.25, 0.5, 0.5),
    height_m=0.288,
    fall_height_m=0.16,
    menagerie="unitree_go1",
)
"""Unitree Go1, 12.74 kg."""

ANYMAL_C = Robot(
    name="anymal_c",
    file="anymal_c.xml",
    base="base",
    legs=("LF", "RF", "LH", "RH"),
    parts=("HAA", "HFE", "KFE"),
    pose=(0.0, 0.4, -0.8) * 2 + (0.0, -0.4, 0.8) * 2,
    action_scale=(0.25, 0.5, 0.5),
    height_m=0.549,
    fall_height_m=0.3,
    menagerie="anybotics_anymal_c",
)
"""ANYbotics ANYmal C, 52.13 kg as in the maker's URDF; MuJoCo Menagerie's model is 7.2 kg lighter."""
