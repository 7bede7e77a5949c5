"""The training environments of a run, stepped together."""

from typing import NamedTuple

import numpy as np

from mjbench.algorithm import Session
from mjbench.errors import SpecError


class Stepped(NamedTuple):
    """What one step of all environments gave; the arrays are overwritten by the next."""

    observations: np.ndarray
    """(N, size) where an episode ended, the first of the next."""
    rewards: np.ndarray
    """(N,) single precision, as stable-baselines3 keeps them."""
    dones: np.ndarray
    """(N,) whether the episode ended."""
    finals: dict[int, np.ndarray]
    """The last observation (size,) of each environment whose episode ended."""
    truncated: dict[int, bool]
    """Whether it was cut off rather than over; for the same environments."""


class Environments:
    """N environments of one session; one whose episode ends is reset at once.

    Args:
        session: makes them.
        count: N.

    Raises:
        SpecError: the task's actions have no bounds.
    """

    def __init__(self, session: Session, count: int) -> None:
        self._envs = [session.make_env(index) for index in range(count)]
        self.count = count
        space = self._envs[0].action_space
        if not (np.isfinite(space.low).all() and np.isfinite(space.high).all()):
            raise SpecError(f"{session.run.entry} needs bounded actions, and {session.run.task} has none")
        self.low: np.ndarray = space.low.astype(np.float32)  # (A,)
        self.high: np.ndarray = space.high.astype(np.float32)  # (A,)
        self.actions: int = space.shape[0]
        observed = self._envs[0].observation_space
        self.size: int = observed.shape[0]
        self._observations = np.zeros((count, self.size), observed.dtype)
        self._rewards = np.zeros(count, np.float32)
        self._dones = np.zeros(count, bool)

    def reset(self, seed: int) -> np.ndarray:
        """Begin all environments' first episodes; environment i is seeded with ``seed + i``. -> (N, size)."""
        for i, env in enumerate(self._envs):
            self._observations[i] = env.reset(seed=seed + i)[0]
        return self._observations

    def step(self, actions: np.ndarray) -> Stepped:
        """actions (N, A), within the bounds; not to be changed afterwards."""
        finals: dict[int, np.ndarray] = {}
        cut: dict[int, bool] = {}
        for i, env in enumerate(self._envs):
            observation, self._rewards[i], terminated, truncated, _ = env.step(actions[i])
            self._dones[i] = done = terminated or truncated
            if done:
                finals[i], cut[i] = observation, truncated and not terminated
                observation = env.reset()[0]
            self._observations[i] = observation
        return Stepped(self._observations, self._rewards, self._dones, finals, cut)

    def close(self) -> None:
        """Close all of them."""
        for env in self._envs:
            env.close()
