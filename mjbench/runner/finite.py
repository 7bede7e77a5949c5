"""Numbers that are not finite: the environment's fault, and no divergence of the algorithm."""

import math
from typing import Any

import numpy as np

from mjbench.errors import MjbenchError
from mjbench.store.codec import LARGEST_VALUE


class EnvironmentFault(MjbenchError):
    """A training environment gave something that nobody can learn from."""


def all_finite(observation: Any, reward: float) -> bool:
    """Whether all numbers of a step are finite. Takes half a microsecond where they are.

    Args:
        observation: of one environment, (size,), or of a batch, in one dimension.
        reward: one number.
    """
    try:
        if math.isfinite(observation.dot(observation) + reward):  # the square of any that is not finite is not
            return True
    except (AttributeError, TypeError, ValueError):  # no array of one dimension
        pass
    return math.isfinite(reward) and bool(np.isfinite(observation).all())  # large ones have squares that are not


def fault(
    observation: Any, reward: Any, step: int, seed: int | None, task: str = "the environment"
) -> EnvironmentFault:
    """The error for one environment.

    Args:
        observation: what it gave.
        reward: what it gave; None at a reset.
        step: its steps so far.
        seed: of its first reset.
        task: who gave it.
    """
    numbers = np.asarray(observation, np.float64).ravel()
    wrong = np.flatnonzero(~np.isfinite(numbers))
    what = f"observation[{wrong[0]}] is {numbers[wrong[0]]}" if wrong.size else f"the reward is {reward}"
    place = f"at its step {step:,}" if reward is not None else f"at the reset after {step:,} steps"
    begun = "" if seed is None else f", first reset with seed {seed}"
    return EnvironmentFault(f"{task} gave a number that is not finite: {what} {place}{begun}; this is not a divergence")


def too_large(task: str, what: str, value: float) -> EnvironmentFault:
    """The error for a finite number that no record holds."""
    return EnvironmentFault(
        f"{task} gave a number that is too large: {what} is {value:g}, the limit is {LARGEST_VALUE:g}; "
        "this is not a divergence"
    )
