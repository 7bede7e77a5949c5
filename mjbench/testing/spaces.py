"""Spaces and types as the environment declares them."""

from typing import Any

import numpy as np

from mjbench.testing.case import Case, Violation
from mjbench.testing.episodes import random_actions


def spaces(case: Case) -> None:
    """Observations have the declared shape, type and bounds; every action in bounds is taken, and left alone."""
    with case.env() as env:
        actions = random_actions(env, case.steps)
        actions[:2] = env.action_space.low, env.action_space.high
        _fits(env.reset(seed=1)[0], env.observation_space, "reset()")
        for step, action in enumerate(actions):
            given = action.copy()
            observation, _, terminated, truncated, _ = env.step(given)
            if not np.array_equal(given, action):
                raise Violation(f"step() writes into the action that it is given (step {step})")
            _fits(observation, env.observation_space, f"step() {step}")
            if terminated or truncated:
                _fits(env.reset()[0], env.observation_space, "reset()")
        with case.env() as other:
            for name in ("observation_space", "action_space"):
                one, two = getattr(env, name), getattr(other, name)
                if one != two:
                    raise Violation(f"two environments of the task differ in {name}: {one} and {two}")


def _fits(observation: Any, space: Any, where: str) -> None:
    if not isinstance(observation, np.ndarray):
        raise Violation(f"{where} returns a {type(observation).__name__} as observation, not a numpy array")
    if observation.dtype != space.dtype:
        raise Violation(f"{where} returns {observation.dtype}, the observation space declares {space.dtype}")
    if observation.shape != space.shape:
        raise Violation(f"{where} returns the shape {observation.shape}, the space declares {space.shape}")
    outside = np.flatnonzero((observation < space.low) | (observation > space.high))
    if outside.size:
        i = int(outside[0])
        bounds = f"[{space.low[i]:g}, {space.high[i]:g}]"
        raise Violation(f"{where}: observation[{i}] = {observation[i]:g} is outside its bounds {bounds}")
