"""What the joints of a robot did over an episode: their angles, and the energy of their motors."""

from dataclasses import dataclass

import numpy as np

SHORTEST_M = 0.1
"""A robot that moved less far has no cost of transport."""


@dataclass(frozen=True)
class JointMotion:
    """One joint over an episode, in rad or m."""

    mean: float
    std: float
    low: float
    high: float
    at_limit: float | None
    """Share of the steps within a hundredth of the range from a limit, or beyond it; None without limits."""


def joint_motion(position: np.ndarray, limits: tuple[float, float] | None) -> JointMotion:
    """The motion of one joint.

    Args:
        position: (T,), T at least 1.
        limits: lower and upper limit; None without.
    """
    share = None
    if limits is not None:
        near = (limits[1] - limits[0]) / 100
        share = float(((position <= limits[0] + near) | (position >= limits[1] - near)).mean())
    low, high = float(position.min()), float(position.max())
    return JointMotion(float(position.mean()), float(position.std()), low, high, share)


@dataclass(frozen=True)
class Energy:
    """Mechanical work of all motors, where braking costs as much as driving: the integral of sum |torque * speed|."""

    work_j: float
    mean_w: float
    peak_w: float
    path_m: float | None
    """Length of the way that the robot went, level with the ground; None for a robot that is fixed to the world."""
    cost_of_transport: float | None
    """Work by weight and way: J / (N m); None without a way."""


def energy(power_w: np.ndarray, step_s: float, place_m: np.ndarray | None, weight_n: float) -> Energy:
    """The energy of an episode, from samples at the end of each step.

    Args:
        power_w: (T,) sum over the joints of |torque * speed|, T at least 1.
        step_s: from one step to the next.
        place_m: (T + 1, 2) of the robot's centre, from before the first step on; None where it is fixed to the world.
        weight_n: of the robot.
    """
    work = float(power_w.sum()) * step_s
    path = None if place_m is None else float(np.hypot(*np.diff(place_m, axis=0).T).sum())
    cost = work / (weight_n * path) if path is not None and path >= SHORTEST_M and weight_n > 0 else None
    return Energy(work, float(power_w.mean()), float(power_w.max()), path, cost)
