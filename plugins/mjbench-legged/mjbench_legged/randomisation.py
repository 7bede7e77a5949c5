# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""Domain randomisation and pushes: declared options, off in the standard tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import mujoco
import numpy as np

from mjbench_legged.robot import Robot
from mjbench_legged.state import RobotState

Range = tuple[float, float]


@dataclass(frozen=True)
class Randomisation:
    """What is drawn anew for each episode, uniformly from a range; the defaults change nothing."""

    friction: Range = (0.8, 0.8)
    """Of the feet."""
    mass: Range = (1.0, 1.0)
    """Factor of the base's mass and inertia."""
    centre_of_mass_m: float = 0.0
    """The base's is moved by up to this much along each axis."""
    strength: Range = (1.0, 1.0)
    """Factor of the motors' position gain."""
    latency_s: Range = (0.0, 0.0)
    """Delay of the targets, in physics steps of 5 ms, at most one control step."""
    joint_noise_rad: float = 0.0
    """Uniform noise on observed joint angles, fresh at each step, to either side; so for the next two."""
    joint_velocity_noise_rad_s: float = 0.0
    velocity_noise_m_s: float = 0.0
    push_every_s: float = 0.0
    """Mean time between pushes; 0 for none."""
    push_m_s: float = 0.0
    """Largest change of the base's horizontal velocity by a push, along each axis."""

    @property
    def edits_model(self) -> bool:
        """Whether each robot needs a model of its own."""
        return any(
            getattr(self, name) != getattr(Randomisation(), name)
            for name in ("friction", "mass", "centre_of_mass_m", "strength")
        )

    @property
    def is_noisy(self) -> bool:
        """Whether observations differ from the state."""
        return bool(self.joint_noise_rad or self.joint_velocity_noise_rad_s or self.velocity_noise_m_s)

    def disturb(self, state: RobotState, draws: Sequence[np.random.Generator], rows: np.ndarray) -> RobotState:
        """The state as noisy sensors show it, in those rows (N,) bool; the others draw nothing."""
        joints = state.joint_pos.shape[1]
        noise = np.zeros((len(draws), 2 * joints + 3))
        for env in np.flatnonzero(rows).tolist():
            noise[env] = draws[env].uniform(-1, 1, 2 * joints + 3)
        return replace(
            state,
            joint_pos=state.joint_pos + noise[:, :joints] * self.joint_noise_rad,
            joint_vel=state.joint_vel + noise[:, joints : 2 * joints] * self.joint_velocity_noise_rad_s,
            velocity_b=state.velocity_b + noise[:, 2 * joints :] * self.velocity_noise_m_s,
        )

    def apply(self, model: mujoco.MjModel, nominal: mujoco.MjModel, robot: Robot, draw: np.random.Generator) -> None:
        """Draw one robot's physics and write it into its ``model``."""
        base = nominal.body(robot.base).id
        feet = [nominal.geom(sole).id for sole in robot.soles]
        factor = draw.uniform(*self.mass)
        model.geom_friction[feet, 0] = draw.uniform(*self.friction)
        model.body_mass[base] = nominal.body_mass[base] * factor
        model.body_inertia[base] = nominal.body_inertia[base] * factor
        model.body_ipos[base] = nominal.body_ipos[base] + draw.uniform(-1, 1, 3) * self.centre_of_mass_m
        strength = draw.uniform(*self.strength)
        model.actuator_gainprm[:, 0] = nominal.actuator_gainprm[:, 0] * strength
        model.actuator_biasprm[:, 1] = nominal.actuator_biasprm[:, 1] * strength
        mujoco.mj_setConst(model, mujoco.MjData(model))


def parse(options: Mapping[str, Any] | None) -> Randomisation:
    """From the keyword argument of an environment.

    Raises:
        ValueError: an option that does not exist.
    """
    known = {field.name for field in fields(Randomisation)}
    unknown = sorted(set(options or {}) - known)
    if unknown:
        raise ValueError(f"randomisation has no {', '.join(unknown)}; it has {', '.join(sorted(known))}")
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in (options or {}).items()}
    return Randomisation(**values)
