"""Hyperparameters are data: a file of defaults for each algorithm, and mjbench-sb3's blocks for tasks on top."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from mjbench_sb3 import presets as sb3

SHARED = ("ppo", "sac", "td3")
"""Algorithms whose blocks for tasks are those of mjbench-sb3, so that both are tuned alike; but for blocks that set
what SBX has not."""


@cache
def read(algorithm: str) -> Mapping[str, Mapping[str, Any]]:
    """The blocks in order: ``default``, then task ids or patterns of them."""
    own = sb3.read(algorithm, "mjbench_sbx")
    shared = sb3.read(algorithm) if algorithm in SHARED else {}
    known = own["default"].keys()
    return {**own, **{task: block for task, block in shared.items() if task != "default" and block.keys() <= known}}


def resolve(algorithm: str, task: str) -> dict[str, Any]:
    """The defaults, overlaid by each block whose pattern matches the task id; without the notes on sources."""
    return sb3.overlay(algorithm, read(algorithm), task)
