"""Pushes: the root's velocity changes at random times, in random horizontal directions.

A robot twice as long falls over sqrt(2) times more slowly, so pushes are measured by its size: a strength of 1 is the
velocity sqrt(g L), with g = 9.81 m/s^2 and L the longest side of the robot at rest.
"""

import math

import numpy as np

from mjbench.evaluation.disturbances.condition import Condition, Effect, Play, draws, no_root
from mjbench.evaluation.disturbances.root import Root
from mjbench.evaluation.disturbances.target import Target

PUSHES = 5
"""In an episode: one in each fifth of the longest episode, at a random step."""
GRAVITY = 9.81  # m/s^2


class Pushes(Effect):
    """Adds ``velocity_m_s`` to the root."""

    def __init__(self, root: Root, velocity_m_s: float) -> None:
        self._root, self._velocity_m_s = root, velocity_m_s

    def begin(self, play: Play) -> None:
        """Draw times and directions."""
        self._physics = play.physics
        self._due: dict[int, list[tuple[int, np.ndarray]]] = {}
        level = self._root.level
        for row, draw in enumerate(draws(play.seeds, "push")):
            for part in range(PUSHES):
                step = int((part + draw.random()) * play.limit / PUSHES)
                angle = draw.uniform(0.0, 2 * math.pi)
                along = [math.cos(angle), math.sin(angle)] if len(level) == 2 else [math.copysign(1, math.pi - angle)]
                self._due.setdefault(step, []).append((row, np.array(along) @ level))

    def before_step(self, step: int) -> None:
        """Push whom it is time to push."""
        for row, direction in self._due.get(step, ()):
            if self._physics is not None:
                self._physics.push(row, self._root.dofs, self._root.axes @ direction * self._velocity_m_s)


def _absent(target: Target) -> str:
    if reason := no_root(target):
        return reason
    return "" if target.root is not None and len(target.root.level) else "its robot does not move horizontally"


def _scale(target: Target) -> float:
    return math.sqrt(GRAVITY * target.root.extent_m) if target.root is not None else 0.0


def _effect(target: Target, strength: float) -> Effect:
    return Pushes(target.root, strength * _scale(target)) if target.root is not None else Effect()


PUSH = Condition(
    "push",
    "m/s",
    "five times an episode, at random, the robot's velocity changes by s sqrt(g L) in a random horizontal direction",
    _absent,
    _effect,
    _scale,
)
