"""EnvPool's pools, and what they take and tell as flat arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.spaces import Box, Dict
from gymnasium.spaces.utils import flatdim

from mjbench_envpool import opengl

# isort: split
import envpool

NO_LIMIT = 2**30
"""Steps of an episode: at its own limit EnvPool would report a fall in the last step as a truncation."""
ACTOR, CRITIC = "state", "privileged_state"
"""What Playground's tasks show to the policy, and what only to the value function in training."""


def build(task: str, seeds: Sequence[int], threads: int, render_mode: str | None) -> Any:
    """A pool with one environment for each seed.

    Raises:
        RuntimeError: it should draw and cannot.
    """
    if render_mode is not None and opengl.PROBLEM:
        raise RuntimeError(opengl.PROBLEM)
    return envpool.make_gymnasium(
        task,
        num_envs=len(seeds),
        num_threads=threads,
        seed=[int(seed) for seed in seeds],
        max_episode_steps=NO_LIMIT,
        render_mode=render_mode,
    )


def spaces(task: str) -> tuple[Box, Box]:
    """Flat observations and EnvPool's own actions of one environment; no model is loaded."""
    spec = envpool.make_spec(task)
    size = flatdim(_shown(spec.observation_space))
    return Box(-np.inf, np.inf, (size,), np.float64), spec.action_space


def flat(observation: Any) -> np.ndarray:
    """EnvPool's observations as (rows, size): dictionaries in the order of their sorted keys, arrays in C order."""
    observation = _shown(observation)
    if isinstance(observation, dict):
        return np.concatenate([flat(observation[key]) for key in sorted(observation)], axis=1)
    return observation.reshape(len(observation), -1)


def _shown(observation: Any) -> Any:
    """The observation, or its space, without what only a value function sees."""
    if isinstance(observation, (dict, Dict)) and CRITIC in tuple(observation):  # a space is no container of its keys
        return observation[ACTOR]
    return observation
