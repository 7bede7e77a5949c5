# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""Domain randomisation: declared options, off in the standard tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import mujoco
import numpy as np

from mjbench_franka.robot import HAND, tip
from mjbench_franka.state import ArmState

Range = tuple[float, float]


@dataclass(frozen=True)
class Randomisation:
    """What is drawn anew for each episode, uniformly from a range; the defaults change nothing."""

    gravity_m_s2: Range = (-9.81, -9.81)
    """Along z."""
    gravity_tilt_m_s2: float = 0.0
    """Gravity along x and along y, to either side."""
    damping: Range = (1.0, 1.0)
    """Factor of the damping of each joint, drawn joint by joint."""
    payload_kg: Range = (0.0, 0.0)
    """Mass added to the hand, at its centre of mass."""
    joint_noise_rad: float = 0.0
    """Uniform noise on observed joint angles, fresh at each step, to either side; the observed tip follows them."""
    joint_velocity_noise_rad_s: float = 0.0

    @property
    def edits_model(self) -> bool:
        """Whether each arm needs a model of its own."""
        return any(
            getattr(self, name) != getattr(Randomisation(), name)
            for name in ("gravity_m_s2", "gravity_tilt_m_s2", "damping", "payload_kg")
        )

    @property
    def is_noisy(self) -> bool:
        """Whether observations differ from the state."""
        return bool(self.joint_noise_rad or self.joint_velocity_noise_rad_s)

    def disturb(self, state: ArmState, draws: Sequence[np.random.Generator], rows: np.ndarray) -> ArmState:
        """The state as noisy sensors show it, in those rows (N,) bool; the others draw nothing."""
        noise = np.zeros((len(draws), 14))
        for env in np.flatnonzero(rows).tolist():
            noise[env] = draws[env].uniform(-1, 1, 14)
        joint_pos = state.joint_pos + noise[:, :7] * self.joint_noise_rad
        joint_vel = state.joint_vel + noise[:, 7:] * self.joint_velocity_noise_rad_s
        return replace(state, joint_pos=joint_pos, joint_vel=joint_vel, tip=tip(joint_pos))

    def apply(
        self, model: mujoco.MjModel, nominal: mujoco.MjModel, scratch: mujoco.MjData, draw: np.random.Generator
    ) -> None:
        """Draw one arm's physics and write it into its ``model``; ``scratch`` is any data of such a model."""
        tilt = self.gravity_tilt_m_s2
        model.opt.gravity[:] = *draw.uniform(-tilt, tilt, 2), draw.uniform(*self.gravity_m_s2)
        model.dof_damping[:7] = nominal.dof_damping[:7] * draw.uniform(*self.damping, 7)
        hand = nominal.body(HAND).id
        model.body_mass[hand] = nominal.body_mass[hand] + draw.uniform(*self.payload_kg)
        mujoco.mj_setConst(model, scratch)


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
