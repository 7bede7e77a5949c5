"""Playing recorded actions, and telling two recordings apart."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mjbench.testing.case import Violation


@dataclass
class Recording:
    """What an environment answered, step by step."""

    observations: list[np.ndarray] = field(default_factory=list)
    """One more than there are steps where it begins with a reset."""
    rewards: list[float] = field(default_factory=list)
    ends: list[tuple[bool, bool]] = field(default_factory=list)
    """(terminated, truncated)."""


def random_actions(env: Any, count: int, seed: int = 0) -> np.ndarray:
    """Uniform actions (count, action size), the same for the same seed.

    Raises:
        Violation: the action space has no bounds to draw between.
    """
    space = env.action_space
    if not (np.isfinite(space.low).all() and np.isfinite(space.high).all()):
        raise Violation(f"the action space needs finite bounds, not {space}")
    rng = np.random.default_rng(seed)
    return rng.uniform(space.low, space.high, (count, *space.shape)).astype(space.dtype)


def play(env: Any, actions: np.ndarray, seed: int | None = None) -> Recording:
    """Play the actions, starting a new episode without a seed whenever one ends.

    Args:
        env: where to play.
        actions: (steps, action size).
        seed: reset with it first; None goes on from where the environment is.
    """
    recording = Recording()
    if seed is not None:
        recording.observations.append(np.array(env.reset(seed=seed)[0]))
    for action in actions:
        observation, reward, terminated, truncated, _ = env.step(action.copy())
        recording.observations.append(np.array(observation))
        recording.rewards.append(float(reward))
        recording.ends.append((bool(terminated), bool(truncated)))
        if terminated or truncated:
            recording.observations.append(np.array(env.reset()[0]))
    return recording


def difference(one: Recording, other: Recording) -> str:
    """Where two recordings part, in words; empty where they are identical to the last bit."""
    for step, (a, b) in enumerate(zip(one.ends, other.ends, strict=True)):
        if a != b:
            return f"step {step}: (terminated, truncated) is {b}, was {a}"
    for step, (a, b) in enumerate(zip(one.rewards, other.rewards, strict=True)):
        if a != b and not (np.isnan(a) and np.isnan(b)):
            return f"step {step}: the reward is {b!r}, was {a!r}"
    for index, (a, b) in enumerate(zip(one.observations, other.observations, strict=True)):
        if a.shape != b.shape or not np.array_equal(a, b, equal_nan=True):
            place = int(np.flatnonzero(a != b)[0]) if a.shape == b.shape else 0
            return f"observation {index}: entry {place} is {b.flat[place]!r}, was {a.flat[place]!r}"
    return ""
