"""The final policy of a run, seen: one of its evaluation episodes played again, picture by picture."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from mjbench.envs.make import make_env
from mjbench.errors import MjbenchError
from mjbench.registry.lookup import Registry
from mjbench.store.store import Found

MOST_FPS = 30
"""Pictures a second; of faster tasks some are left out."""


@dataclass(frozen=True)
class Moment:
    """One step of the episode, to be looked at before the next is taken."""

    step: int
    episode_return: float
    """Reward up to here."""
    draw: Callable[[], np.ndarray]
    """What is seen, (height, width, 3) uint8; drawing takes longer than playing."""


class Film:
    """One evaluation episode of a completed run's final policy; ``for moment in film`` plays it.

    Args:
        found: the run.
        registry: knows its task and its algorithm.
        episode: which of the final evaluation's episodes; it is reset with the published seed of that episode.

    Raises:
        MjbenchError: the run did not complete, has no such episode, or its task cannot draw itself.
    """

    def __init__(self, found: Found, registry: Registry, episode: int = 0) -> None:
        record = found.record
        self.run = record.run
        if record.status != "completed":
            raise MjbenchError(f"{self.run.label} is {record.status}: it has no final policy")
        self._rows = self.run.protocol.final_episodes
        if not 0 <= episode < self._rows:
            raise MjbenchError(
                f"{self.run.label} has final episodes 0 to {self._rows - 1}; episode {episode} does not exist"
            )
        self.seed = self.run.protocol.seed + episode
        """Evaluation seed of the episode."""
        self.recorded = record.final_returns[episode]
        """Its return, as the record has it."""
        self.length = int(record.evaluations.final("episode_length", self.run.steps)[episode])
        """Its steps, as the record has them."""
        self._task = registry.task(self.run.task)
        self._policy = registry.algorithm(self.run.algorithm).load_policy(found.path)
        self._env: Any = make_env(self._task, render_mode="rgb_array")
        rate = float(self._env.metadata.get("render_fps") or MOST_FPS)
        self.stride = max(1, int(np.ceil(rate / MOST_FPS)))
        """Steps from one picture to the next."""
        self.fps = rate / self.stride
        """Pictures a second at which the film runs as fast as the simulated time."""

    def __iter__(self) -> Iterator[Moment]:
        """The beginning, and what each step leads to."""
        observation, _ = self._env.reset(seed=self.seed)
        total, step, over = 0.0, 0, False
        yield Moment(step, total, self._pixels)
        # Threads and rows as in the evaluation: with others a matrix product may round differently.
        with threadpool_limits(self.run.threads, user_api="blas"):
            while not over:
                batch = np.repeat(observation[None], self._rows, axis=0)
                observation, reward, terminated, truncated, _ = self._env.step(self._policy.act(batch)[0])
                total, step, over = total + float(reward), step + 1, bool(terminated or truncated)
                yield Moment(step, total, self._pixels)

    def close(self) -> None:
        """Close the environment."""
        self._env.close()

    def _pixels(self) -> np.ndarray:
        pixels = self._env.render()
        if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
            raise MjbenchError(f"{self._task.id} cannot be rendered: render() must return 8-bit RGB images")
        return pixels
