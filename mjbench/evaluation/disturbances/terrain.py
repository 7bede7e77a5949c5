"""Rougher ground, where a task has ground with heights: its entry point then takes an argument that scales them."""

from mjbench.evaluation.disturbances.condition import Condition, Effect
from mjbench.evaluation.disturbances.target import Target


def _absent(target: Target) -> str:
    return "" if target.task.terrain_argument else "its ground has no heights that can be scaled"


TERRAIN = Condition(
    "terrain",
    "of the heights",
    "heights of the ground are greater by the share s",
    _absent,
    lambda *_: Effect(),
    arguments=lambda target, strength: {target.task.terrain_argument: 1.0 + strength},
)
