"""The final policy of a run, seen: one of its evaluation episodes played again, picture by picture."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from mjbench.envs.make import make_env
from mjbench.errors import MjbenchError
from mjbench.evaluation.camera import Camera, View
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
    over: bool = False
    """Whether it is the last one."""
    success: bool | None = None
    """Of an episode that is over; None before, and where the task knows no success."""


class Film:
    """One evaluation episode of a completed run's final policy; ``for moment in film`` plays it.

    Args:
        found: the run.
        registry: knows its task and its algorithm.
        episode: which of the final evaluation's episodes; it is reset with the published seed of that episode.
        view: how to look at it.

    Raises:
        MjbenchError: the run did not complete, has no such episode, or its task cannot be drawn in this way.
    """

    def __init__(self, found: Found, registry: Registry, episode: int = 0, view: View | None = None) -> None:
        record = found.record
        self.run = record.run
        if record.status != "completed":
            raise MjbenchError(f"{self.run.label} is {record.status}: it has no final policy")
        self._record = record
        self.episodes = self.run.protocol.final_episodes
        """Episodes of the final evaluation."""
        self.choose(episode)
        self._task = registry.task(self.run.task)
        self._policy = registry.algorithm(self.run.algorithm).load_policy(found.path)
        self.env: Any = make_env(self._task, render_mode="rgb_array")
        self.camera = Camera(self.env, self._task, view)
        self.rate = float(self.env.metadata.get("render_fps") or MOST_FPS)
        """Steps in a second of simulated time."""
        self.stride = max(1, int(np.ceil(self.rate / MOST_FPS)))
        """Steps from one picture to the next."""
        self.fps = self.rate / self.stride
        """Pictures a second at which the film runs as fast as the simulated time."""

    def choose(self, episode: int) -> None:
        """Which episode is played next.

        Raises:
            MjbenchError: the final evaluation has no such episode.
        """
        if not 0 <= episode < self.episodes:
            raise MjbenchError(
                f"{self.run.label} has final episodes 0 to {self.episodes - 1}; episode {episode} does not exist"
            )
        self.episode = episode
        self.seed = self.run.protocol.seed + episode
        """Evaluation seed of the episode."""
        self.recorded = self._record.final_returns[episode]
        """Its return, as the record has it."""
        self.length = int(self._record.evaluations.final("episode_length", self._record.final_step)[episode])
        """Its steps, as the record has them."""

    def __iter__(self) -> Iterator[Moment]:
        """The beginning, and what each step leads to."""
        observation, _ = self.env.reset(seed=self.seed)
        self.camera.aim()
        total, step, over = 0.0, 0, False
        yield Moment(step, total, self.camera.draw)
        # Threads and rows as in the evaluation: with others a matrix product may round differently.
        with threadpool_limits(self.run.threads, user_api="blas"):
            while not over:
                batch = np.repeat(observation[None], self.episodes, axis=0)
                observation, reward, terminated, truncated, info = self.env.step(self._policy.act(batch)[0])
                total, step, over = total + float(reward), step + 1, bool(terminated or truncated)
                succeeded = bool(info.get(self._task.success)) if over and self._task.success else None
                yield Moment(step, total, self.camera.draw, over, succeeded)

    def close(self) -> None:
        """Close the environment and what draws it."""
        self.camera.close()
        self.env.close()
