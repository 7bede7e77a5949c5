"""A batch of environments under one condition."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from mjbench.evaluation.disturbances.condition import Effect, Play
from mjbench.evaluation.disturbances.physics import find_physics
from mjbench.snapshot.mujoco_state import capture, restore


class DisturbedBatch:
    """Steps ``batch`` as the effect has it; ``settle`` leaves it as it was.

    Args:
        batch: N environments, as ``mjbench.envs.vector.make_batch`` builds them.
        effect: what is done to them.
        limit: longest episode, steps.
    """

    def __init__(self, batch: Any, effect: Effect, limit: int) -> None:
        self.batch, self._effect, self._limit = batch, effect, limit
        self._edited: list[tuple[Any, Any]] = []
        """Models with their state before."""
        self._step = 0

    def reset(self, *, seed: Sequence[int]) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin episodes. Models are edited behind the reset, so the first observation is the undisturbed one."""
        observations, infos = self.batch.reset(seed=list(seed))
        physics = find_physics(self.batch)
        self._effect.begin(Play(seed, self._limit, physics))
        if physics is not None and type(self._effect).edit is not Effect.edit:
            for model in physics.models():
                self._edited.append((model, capture("MjModel", model)))
                self._effect.edit(model)
        self._step = 0
        return self._effect.observe(observations), infos

    def step(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """See ``gymnasium.vector.VectorEnv``."""
        self._effect.before_step(self._step)
        self._step += 1
        observations, *rest = self.batch.step(self._effect.act(actions))
        return self._effect.observe(observations), *rest

    def settle(self) -> None:
        """Give the models back what they were."""
        for model, state in self._edited:
            restore("MjModel", model, state)
        self._edited = []
