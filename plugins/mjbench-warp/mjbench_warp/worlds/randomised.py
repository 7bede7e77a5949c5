# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""Physics that differ between worlds, pushes and noise; see ``mjbench_legged.randomisation``.

The reference draws a robot's physics anew for each episode. Here each world draws its own once: with thousands of them
the policy sees as many robots, and nothing has to be derived from masses while episodes begin.
"""

from dataclasses import replace
from typing import Any

import mujoco
from mjbench_legged.randomisation import Randomisation
from mjbench_legged.robot import Robot
from mjbench_legged.simulator import CONTROL_S
from torch import Tensor

from mjbench_warp.counter_random import spread
from mjbench_warp.physics import WarpPhysics

DRAWN = ("geom_friction", "body_mass", "body_inertia", "body_ipos", "actuator_gainprm", "actuator_biasprm")
DERIVED = ("body_subtreemass", "body_invweight0", "dof_invweight0", "actuator_acc0")
"""What MuJoCo derives from masses and inertias. A field that is not listed would be one row for all worlds."""
DRAWS = 6
"""Random numbers that the physics of a world take."""


def fields(options: Randomisation) -> tuple[str, ...]:
    """Fields of the model of which each world has its own."""
    return (*DRAWN, *DERIVED) if options.edits_model else ()


def apply(options: Randomisation, physics: WarpPhysics, model: mujoco.MjModel, robot: Robot, uniform: Tensor) -> None:
    """Draw the physics of all worlds, as ``Randomisation.apply`` draws that of one.

    Args:
        options: the ranges.
        physics: built with ``fields(options)``.
        model: the nominal one.
        robot: whose feet and base they are.
        uniform: (N, 6) in [0, 1).
    """
    base, soles = model.body(robot.base).id, [model.geom(sole).id for sole in robot.soles]
    factor, friction, strength = (
        spread(uniform[:, i], *limits) for i, limits in enumerate((options.mass, options.friction, options.strength))
    )
    physics.field("geom_friction")[:, soles, 0] = friction[:, None]
    physics.field("body_mass")[:, base] *= factor
    physics.field("body_inertia")[:, base] *= factor[:, None]
    physics.field("body_ipos")[:, base] += spread(uniform[:, 3:6], -1.0, 1.0) * options.centre_of_mass_m
    physics.field("actuator_gainprm")[:, :, 0] *= strength[:, None]
    physics.field("actuator_biasprm")[:, :, 1] *= strength[:, None]
    physics.set_constants()


def push(options: Randomisation, qvel: Tensor, uniform: Tensor) -> None:
    """Push some worlds, in place: qvel (N, nv), uniform (N, 3) in [0, 1)."""
    pushed = uniform[:, :1] < CONTROL_S / options.push_every_s
    qvel[:, :2] += pushed * spread(uniform[:, 1:], -options.push_m_s, options.push_m_s)


def noisy(options: Randomisation, state: Any, uniform: Tensor) -> Any:
    """The state as noisy sensors show it; uniform (N, 2 J + 3) in [0, 1)."""
    joints, noise = state.joint_pos.shape[1], spread(uniform, -1.0, 1.0)
    return replace(
        state,
        joint_pos=state.joint_pos + noise[:, :joints] * options.joint_noise_rad,
        joint_vel=state.joint_vel + noise[:, joints : 2 * joints] * options.joint_velocity_noise_rad_s,
        velocity_b=state.velocity_b + noise[:, 2 * joints :] * options.velocity_noise_m_s,
    )
