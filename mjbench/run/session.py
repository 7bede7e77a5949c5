"""The harness around one training: environments, checkpoints, progress, the request to stop."""

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from mjbench.algorithm import Diverged, Policy, Stopped
from mjbench.environment import make_env
from mjbench.evaluate import Evaluator
from mjbench.run.progress import PERIOD_S, ProgressWriter
from mjbench.run.recorder import EpisodeLog, EpisodeRecorder
from mjbench.spec.record import Evaluations
from mjbench.spec.run import RunSpec
from mjbench.spec.task import TaskSpec


class RunSession:
    """Implements ``mjbench.algorithm.Session`` for one run."""

    def __init__(self, run: RunSpec, task: TaskSpec, progress: ProgressWriter) -> None:
        self.run = run
        self.task = task
        self.episodes = EpisodeLog()
        self.evaluations = Evaluations()
        self.evaluate_s = 0.0
        self.began: float | None = None
        """Clock (``time.perf_counter``) when the first training environment was asked for: start-up is over."""
        self.stop_requested = False
        """Set from a signal handler; training ends at its next step."""
        self._progress = progress
        self._evaluator = Evaluator(task, lambda: make_env(task))
        self._due = run.protocol.schedule(run.steps)
        self._next = min(self._due)
        self._parent = os.getppid()
        self._told_at = time.monotonic()

    def make_env(self, index: int = 0) -> Any:
        """See ``mjbench.algorithm.Session``; ``index`` tells the environments of a batch apart."""
        self.began = time.perf_counter() if self.began is None else self.began
        return EpisodeRecorder(make_env(self.task), self.episodes)

    def on_step(self, step: int, policy: Callable[[], Policy]) -> None:
        """See ``mjbench.algorithm.Session``."""
        if step >= self._next and self._next < self.run.steps:
            self._evaluate(policy, self._next)
        if self.stop_requested:
            raise Stopped
        now = time.monotonic()
        if now - self._told_at >= PERIOD_S:
            self._told_at = now
            self._progress.write(step)
            # A worker whose launcher was killed must not train on unseen.
            if os.getppid() != self._parent:
                raise Stopped

    def finish(self, policy: Policy) -> None:
        """Evaluate the final policy.

        Raises:
            Diverged: it holds numbers that are not finite.
        """
        self._evaluate(lambda: policy, self.run.steps)

    def close(self) -> None:
        """Close the evaluation environments."""
        self._evaluator.close()

    def _evaluate(self, policy: Callable[[], Policy], step: int) -> None:
        start = time.perf_counter()
        self._progress.write(step, "evaluating")
        played = self._evaluator.evaluate(policy(), self._due[step], self.run.protocol.seed)
        if not np.isfinite(played.episode_return).all():
            raise Diverged(f"after {step:,} steps: an evaluation return is not finite")
        table = self.evaluations
        metrics = {name: [*table.metrics.get(name, []), *values] for name, values in played.metrics.items()}
        self.evaluations = Evaluations(
            step=table.step + [step] * len(played.seed),
            seed=table.seed + played.seed,
            episode_return=table.episode_return + list(played.episode_return),
            episode_length=table.episode_length + played.episode_length,
            success=None if played.success is None else (table.success or []) + played.success,
            metrics=metrics,
        )
        self._next = min((due for due in self._due if due > step), default=self.run.steps)
        self.evaluate_s += time.perf_counter() - start
        self._progress.write(step, evaluation=float(np.mean(played.episode_return)))
