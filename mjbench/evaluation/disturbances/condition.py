"""What a condition is: when a task can have it, and what it does to a batch of episodes."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mjbench.evaluation.disturbances.physics import Physics
from mjbench.evaluation.disturbances.target import Target


@dataclass(frozen=True)
class Play:
    """A batch of N episodes that begins."""

    seeds: Sequence[int]
    """N evaluation seeds."""
    limit: int
    """Longest episode, steps."""
    physics: Physics | None


class Effect:
    """What is done to a batch of episodes; each method does nothing unless it is overridden."""

    def begin(self, play: Play) -> None:
        """The episodes have just been reset."""

    def edit(self, model: Any) -> None:
        """Change one of MuJoCo's models, right after the reset. It is undone behind the episodes."""

    def act(self, actions: np.ndarray) -> np.ndarray:
        """The policy's actions (N, action size) -> those that reach the environments."""
        return actions

    def before_step(self, step: int) -> None:
        """Step ``step``, from 0 on, is about to be taken."""

    def observe(self, observations: np.ndarray) -> np.ndarray:
        """Observations (N, observation size) -> what the policy sees."""
        return observations


@dataclass(frozen=True)
class Condition:
    """One kind of disturbance."""

    name: str
    unit: str
    """Of ``scale`` times the strength."""
    meaning: str
    """What a strength s does, in one line."""
    absent: Callable[[Target], str]
    """Why a task cannot have it; empty where it can."""
    effect: Callable[[Target, float], Effect]
    """Of a strength."""
    scale: Callable[[Target], float] = lambda _: 1.0
    """How much of ``unit`` a strength of 1 is on a task."""
    arguments: Callable[[Target, float], Mapping[str, Any]] = lambda *_: {}
    """For the task's entry point: empty unless the condition needs environments of its own."""


def draws(seeds: Sequence[int], condition: str) -> list[np.random.Generator]:
    """A generator for each episode: of its evaluation seed and the condition, so that every strength draws the same."""
    key = int.from_bytes(hashlib.sha256(condition.encode()).digest()[:4], "big")
    return [np.random.default_rng([seed, key]) for seed in seeds]


def no_model(target: Target) -> str:
    """The reason of conditions that need MuJoCo's model; empty where there is one."""
    return "" if target.model is not None else "no MuJoCo model can be found in its environments"


def no_root(target: Target) -> str:
    """The reason of conditions that need a robot which moves through the world; empty where there is one."""
    return no_model(target) or ("" if target.root is not None else "its robot is fixed to the world")
