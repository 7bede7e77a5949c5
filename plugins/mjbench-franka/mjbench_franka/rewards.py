"""Reward terms: pure functions from a transition to one number an arm. A task weighs them; see ``tasks.py``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from mjbench_franka.state import ArmState, length

NEAR_M = 0.05
"""Width of ``near``."""
BEHIND_M = 0.05
"""How far behind the cube's centre ``approach`` leads."""


@dataclass(frozen=True)
class Transition:
    """One control step of N arms."""

    before: ArmState
    after: ArmState
    action: np.ndarray  # (N, 7) clipped to [-1, 1]
    tolerance_m: float
    """Distance within which the goal is reached."""


def distance(t: Transition) -> np.ndarray:
    """Distance to the goal, m."""
    return t.after.distance


def near(t: Transition) -> np.ndarray:
    """1 - tanh(distance / 5 cm): what draws the last centimetres."""
    return 1.0 - np.tanh(t.after.distance / NEAR_M)


def progress(t: Transition) -> np.ndarray:
    """By how much the distance became smaller, m."""
    return t.before.distance - t.after.distance


def velocity(t: Transition) -> np.ndarray:
    """Sum of squared joint velocities, rad^2/s^2."""
    return np.square(t.after.joint_vel).sum(axis=1)


def action(t: Transition) -> np.ndarray:
    """Sum of squared actions."""
    return np.square(t.action).sum(axis=1)


def approach(t: Transition) -> np.ndarray:
    """Distance from the tip to the spot from which to push: 5 cm behind the cube's centre as seen from the goal, m."""
    cube = t.after.cube[:, :3]
    way = t.after.goal - cube
    ahead = way / np.maximum(length(way), BEHIND_M)[:, None]
    return length(t.after.tip - (cube - BEHIND_M * ahead))


def outside(t: Transition) -> np.ndarray:
    """1 outside the tolerance, else 0: the sparse reward, with weight -1."""
    return (t.after.distance > t.tolerance_m).astype(float)


TERMS: Mapping[str, Callable[[Transition], np.ndarray]] = {
    term.__name__: term for term in (distance, near, progress, velocity, action, approach, outside)
}


def total(t: Transition, weights: Mapping[str, float]) -> np.ndarray:
    """Weighted sum of the terms, (N,)."""
    reward = np.zeros(len(t.action))
    for name, weight in weights.items():
        reward += weight * TERMS[name](t)
    return reward
