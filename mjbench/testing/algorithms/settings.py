"""Hyperparameters with which an algorithm learns within a check."""

from collections.abc import Mapping
from typing import Any

from mjbench.api.algorithm import Algorithm
from mjbench.errors import MjbenchError
from mjbench.plan.hyperparameters import with_changes
from mjbench.spec.task import TaskSpec

SMALL = {
    "n_steps": 64,
    "n_epochs": 2,
    "learning_starts": 100,
    "train_freq": 8,
    "batch_size": 32,
    "buffer_size": 400,  # smaller than the budget: it is overwritten
    "net_arch": [32, 32],
    "achieved_goal": [0, 1],  # any two numbers do as goals
    "desired_goal": [1, 2],
}
"""Smaller values of hyperparameters under stable-baselines3's names."""


def known(algorithm: Algorithm, task: TaskSpec) -> dict[str, Any]:
    """Every hyperparameter with its default, optional ones among them."""
    return {**getattr(algorithm, "optional_hyperparameters", {}), **algorithm.hyperparameters(task)}


def small(name: str, algorithm: Algorithm, task: TaskSpec, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The default preset, with ``SMALL`` where the algorithm takes that, and the author's own changes.

    Raises:
        MjbenchError: a change that the algorithm does not take.
    """
    preset = dict(algorithm.hyperparameters(task))
    smaller = dict(changes)
    for key, value in SMALL.items():
        if key in preset and key not in changes:
            try:
                with_changes(name, algorithm, preset, {key: value})
            except MjbenchError:
                continue
            smaller[key] = value
    return with_changes(name, algorithm, preset, smaller)
