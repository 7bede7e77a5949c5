"""The replay buffer: one array, a transition a row."""

import numpy as np

from mjbench.api.session import Rows
from mjbench_fast.nn.products import zeros


class Batch:
    """B transitions, as views of one array (B, width): what a network is fed lies side by side.

    Args:
        rows: (B, width).
        size: observation size.
        actions: A.
    """

    def __init__(self, rows: np.ndarray, size: int, actions: int) -> None:
        self.rows = rows
        self.observations = rows[:, :size]
        self.actions = rows[:, size : size + actions]
        """Scaled to -1..1."""
        self.pairs = rows[:, : size + actions]
        """Observation and action: what a critic sees."""
        self.next_observations = rows[:, size + actions : -2]
        self.rewards = rows[:, -2]
        self.terminal = rows[:, -1]
        """1 where the episode was over, 0 where it went on or was cut off."""

    @classmethod
    def empty(cls, batch: int, size: int, actions: int, dtype: type[np.floating] = np.float32) -> "Batch":
        """B rows of zeros."""
        return cls(zeros((batch, 2 * size + actions + 2), dtype), size, actions)


class ReplayBuffer:
    """The last transitions of N environments, in single precision and not normalised.

    Args:
        capacity: transitions, of all environments.
        environments: N.
        size: observation size.
        actions: A.
    """

    def __init__(self, capacity: int, environments: int, size: int, actions: int) -> None:
        self._steps, self._environments = max(capacity // environments, 1), environments
        everything = Batch.empty(self._steps * environments, size, actions)
        self._rows = everything.rows  # (steps * N, width)
        self._by_step = everything.rows.reshape(self._steps, environments, -1)
        self._size, self._actions = size, actions
        self.written = 0
        """Steps added so far."""

    def add(
        self,
        observations: np.ndarray,
        actions: np.ndarray,
        next_observations: np.ndarray,
        rewards: np.ndarray,
        terminal: np.ndarray,
    ) -> None:
        """One step of all environments: (N, size), (N, A), (N, size), (N,), (N,)."""
        place = Batch(self._by_step[self.written % self._steps], self._size, self._actions)
        place.observations[:], place.actions[:], place.next_observations[:] = observations, actions, next_observations
        place.rewards[:], place.terminal[:] = rewards, terminal
        self.written += 1

    def sample(self, rng: np.random.Generator, batch: Batch) -> None:
        """Fill ``batch`` with transitions drawn uniformly, with replacement."""
        filled = min(self.written, self._steps) * self._environments
        # mode: with an array to write to, numpy checks every index before it writes, through a buffer
        np.take(self._rows, rng.integers(0, filled, len(batch.rows)), axis=0, out=batch.rows, mode="clip")

    def rows(self) -> Rows:
        """For a snapshot."""
        return Rows({"transitions": self._by_step}, self.written)
