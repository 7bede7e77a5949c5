"""Random batches of transitions, for both sides of a comparison."""

from typing import Any

import numpy as np
import torch
from mjbench_fast.off_policy.replay import Batch
from stable_baselines3.common.type_aliases import ReplayBufferSamples

SIZE, ACTIONS = 5, 3


class Transitions:
    """Draws batches; stable-baselines3 takes its samples from ``given``."""

    def __init__(self, batch: int, dtype: type[np.floating], seed: int = 0) -> None:
        self.rng, self._dtype = np.random.default_rng(seed), dtype
        self.batch = Batch.empty(batch, SIZE, ACTIONS, dtype)

    def draw(self) -> Batch:
        """A new batch, some of whose episodes are over."""
        rows = self.rng.normal(size=self.batch.rows.shape)
        self.batch.rows[:] = rows
        self.batch.actions[:] = np.tanh(self.batch.actions)
        self.batch.terminal[:] = self.rng.random(len(rows)) < 0.2
        return self.batch

    def noise(self) -> np.ndarray:
        """Standard normal (B, A)."""
        return self.rng.standard_normal(self.batch.actions.shape).astype(self._dtype)

    def given(self) -> ReplayBufferSamples:
        """The batch as stable-baselines3 samples it."""
        batch = self.batch
        columns: list[Any] = [
            batch.observations,
            batch.actions,
            batch.next_observations,
            batch.terminal[:, None],
            batch.rewards[:, None],
        ]
        return ReplayBufferSamples(*(torch.from_numpy(column.copy()) for column in columns))
