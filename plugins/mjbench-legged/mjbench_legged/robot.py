# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""A legged robot: where its model is, how its joints are ordered, how it stands."""

from dataclasses import dataclass
from importlib.resources import files

import mujoco
import numpy as np

GRAVITY = 9.81  # m/s^2


@dataclass(frozen=True)
class Robot:
    """A robot on F feet with J actuated joints.

    Its model has a free joint first, then the actuated joints, with an actuator each in the same order. Its sensors are
    the positions of the feet's sites (3 F), their linear velocities (3 F), their touch sensors (F) and the torques of
    the actuators (J).
    """

    name: str
    package: str
    """Python package that has the model in its folder ``robots``."""
    file: str
    base: str
    """Body that carries the free joint."""
    feet: tuple[str, ...]
    """Sites of the feet, (F,), as high above the sole as ``soles`` are large."""
    soles: tuple[str, ...]
    """Geoms of the feet: spheres of one size."""
    joints: tuple[str, ...]
    """Names of the actuated joints, (J,), and of their actuators."""
    pose: tuple[float, ...]
    """Standing joint angles, rad, (J,)."""
    action_scale: tuple[float, ...]
    """rad by which an action of 1 moves the target of each joint, (J,)."""
    height_m: float
    """Height of the base when the standing pose just touches the ground."""
    fall_height_m: float
    """An episode ends when the base comes closer to the ground."""
    menagerie: str = ""
    """Folder of the robot in MuJoCo Menagerie, for its meshes; empty for none."""

    def spec(self) -> mujoco.MjSpec:
        """The robot alone, without a world."""
        return mujoco.MjSpec.from_string((files(self.package) / "robots" / self.file).read_text("utf-8"))

    def standing(self) -> np.ndarray:
        """Joint angles of the standing pose, rad, (J,)."""
        return np.array(self.pose)

    def scale(self) -> np.ndarray:
        """rad for an action of 1, (J,)."""
        return np.array(self.action_scale)
