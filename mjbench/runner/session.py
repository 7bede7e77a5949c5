"""The harness around one training: environments, checkpoints, snapshots, progress, the request to stop."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mjbench.api.policy import Policy
from mjbench.api.session import Rows, Stopped, ThresholdReached
from mjbench.envs.curriculum import Levels
from mjbench.envs.gymnasium_ids import is_outside
from mjbench.envs.make import make_env
from mjbench.envs.vector import make_batch
from mjbench.errors import SpecError
from mjbench.evaluation.evaluator import Evaluator
from mjbench.runner.episode_log import EpisodeLog, EpisodeRecorder
from mjbench.runner.evaluation_table import check_returns, extended, means, summary
from mjbench.runner.process import Process
from mjbench.runner.progress import PERIOD_S, ProgressWriter
from mjbench.runner.snapshotter import Keeper
from mjbench.runner.taken import check_taken
from mjbench.runner.tracking import Tracking
from mjbench.runner.training_envs import TrainingBatch
from mjbench.runner.training_worlds import WatchedWorlds, build
from mjbench.spec.record import Evaluations
from mjbench.spec.run import RunSpec
from mjbench.spec.stop import read_threshold
from mjbench.spec.task import TaskSpec

PATIENCE_S = 20.0
"""How long training may take to its next snapshot once it must stop; shorter than a launcher's patience."""
LOG_EVERY = 1000
"""Environment steps between two sets of scalars that trackers receive; at the end of a rollout, so often more."""


class RunSession:
    """Implements ``mjbench.api.session.Session`` for one run.

    Args:
        run: the run.
        task: its task.
        progress: where to say how far it is.
        keeper: keeps snapshots; None keeps none.
        source: folder of the policy that training starts from; None for a fresh one.
        tracking: the run's trackers; None for none.
    """

    def __init__(
        self,
        run: RunSpec,
        task: TaskSpec,
        progress: ProgressWriter,
        keeper: Keeper | None = None,
        source: Path | None = None,
        tracking: Tracking | None = None,
    ) -> None:
        self.run = run
        self.task = task
        self.episodes = EpisodeLog(levels=task.curriculum is not None)
        self.evaluations = Evaluations()
        self.evaluate_s = 0.0
        self.began: float | None = None
        """Clock (``time.perf_counter``) when the first training environment was made: start-up is over."""
        self.stop_requested = False
        """Set from a signal handler; training ends at its next snapshot, or at its next step."""
        self.launcher: Process | None = None
        """The process with which the worker ends; None where it may outlive all others."""
        self._keeper = keeper
        self._source = source
        self._tracking = tracking or Tracking(run, Path(), {})
        self._logged = 0
        self._source_taken = source is None
        self._envs: list[Any] = []
        self._worlds: WatchedWorlds | None = None
        self._progress = progress
        self._evaluator = Evaluator(task, keep=not is_outside(run.task))
        self._due = run.protocol.schedule(run.steps)
        self._next = min(self._due)
        self._threshold = read_threshold(run.stop_at) if run.stop_at else None
        self._told_at = time.monotonic()
        self._stop_at: float | None = None

    def make_env(self, index: int = 0) -> Any:
        """See ``mjbench.api.session.Session``; ``index`` tells the environments of a batch apart."""
        self.began = time.perf_counter() if self.began is None else self.began
        self._envs.append(EpisodeRecorder(make_env(self.task), self.episodes, self._levels(1, index)))
        return self._envs[-1]

    def make_batch(self, count: int) -> Any:
        """See ``mjbench.api.session.Session``."""
        self.began = time.perf_counter() if self.began is None else self.began
        rule = self.task.curriculum
        env = make_batch(self.task, count, () if rule is None else (rule.score,))
        self._envs.append(TrainingBatch(env, self.task.episode_limit, self.episodes, self._levels(count, 0)))
        return self._envs[-1]

    def make_training_batch(self, count: int, device: str) -> WatchedWorlds:
        """See ``mjbench.api.session.Session``."""
        self.began = time.perf_counter() if self.began is None else self.began
        self._worlds = WatchedWorlds(build(self.run, self.task, count, device), self.episodes, self.run.steps)
        self._envs.append(self._worlds)
        return self._worlds

    @property
    def simulator(self) -> Mapping[str, Any]:
        """What the record keeps of the simulator of training; empty for the reference."""
        return {} if self._worlds is None else self._worlds.about

    def source_policy(self) -> Path | None:
        """See ``mjbench.api.session.Session``."""
        self._source_taken = True
        return self._source

    def on_step(self, step: int, policy: Callable[[], Policy]) -> None:
        """See ``mjbench.api.session.Session``."""
        if not self._source_taken:
            raise SpecError(
                f"{self.run.algorithm} cannot start from another run's policy, which {self.task.id} requires; "
                "train without: mjbench run --from-scratch"
            )
        if self._worlds:
            self._worlds.read()
        while step >= self._next and self._next < self.run.steps:  # a step of a large batch may pass two
            self._evaluate_or_end(policy(), self._next)
        if self.stop_requested:
            self._stop_unless_snapshot_is_near()
        now = time.monotonic()
        if now - self._told_at >= PERIOD_S:
            self._told_at = now
            self._progress.write(step)
            # A worker whose launcher was killed must not train on unseen.
            if self.launcher is not None and not self.launcher.alive():
                self.stop_requested = True

    def log_due(self, step: int) -> bool:
        """See ``mjbench.api.session.Session``; the same steps again in a run that was resumed."""
        return self._tracking.listens and step // LOG_EVERY > self._logged // LOG_EVERY

    def log(self, step: int, scalars: Mapping[str, float]) -> None:
        """See ``mjbench.api.session.Session``."""
        if self._tracking.listens:
            self._logged = step
            train_s = self.train_s()
            speed = {"time/fps": step / train_s} if train_s > 0 else {}
            self._tracking.scalars(step, {**self.episodes.recent(), **speed, **scalars})

    def snapshot_due(self) -> bool:
        """See ``mjbench.api.session.Session``."""
        return self._keeper is not None and self._keeper.due(self.stop_requested)

    def save(self, step: int, state: Any, rows: Rows | None = None) -> None:
        """See ``mjbench.api.session.Session``."""
        if self._keeper is not None:
            own = {
                "next": self._next,
                "evaluations": self.evaluations,
                "evaluate_s": self.evaluate_s,
                "train_s": self.train_s(),
            }
            if self._worlds is not None:
                own["worlds"] = self._worlds.saved()
            self._keeper.save(step, state, rows, own, self._captured)
        if self.stop_requested:
            raise Stopped

    def refuse_snapshots(self, reason: str) -> None:
        """See ``mjbench.api.session.Session``."""
        if self._keeper is not None:
            self._keeper.refuse(reason)

    def restore(self, rows: Rows | None = None) -> Any:
        """See ``mjbench.api.session.Session``.

        Raises:
            Unresumable: the snapshot does not fit what was built.
        """
        found = self._keeper.restore(rows, self._captured) if self._keeper is not None else None
        if found is None:
            self._tracking.start(0)
            return None
        state, own = found
        if self._worlds is not None:
            self._worlds.go_on(own["worlds"])
        self._next = own["next"]
        self.evaluations = own["evaluations"]
        self.evaluate_s = own["evaluate_s"]
        self.began = time.perf_counter() - own["train_s"] - own["evaluate_s"]
        self._progress.resume(own["train_s"] + own["evaluate_s"], means(self.evaluations))
        self._logged = self._keeper.step if self._keeper else 0
        self._tracking.start(self._logged)
        return state

    def finish(self, policy: Policy) -> None:
        """Evaluate the final policy.

        Raises:
            Diverged: it holds numbers that are not finite.
            SpecError: the environments took more steps than the budget, or so few that all could have taken another.
        """
        check_taken(self.run, self._envs)
        self._evaluate(policy, self.run.steps, self._due[self.run.steps])

    def close(self) -> None:
        """Close the evaluation environments."""
        self._evaluator.close()

    def train_s(self) -> float:
        """Wall time of training so far, earlier attempts included; start-up, evaluation and trackers aside."""
        now = time.perf_counter()
        return now - (self.began or now) - self.evaluate_s - self._tracking.spent_s

    @property
    def _captured(self) -> Any:
        """What snapshots hold object by object; a batch on a device gives its state itself."""
        return [env for env in self._envs if env is not self._worlds], self.episodes

    def _levels(self, count: int, index: int) -> Levels | None:
        rule = self.task.curriculum
        return None if rule is None else Levels(rule, count, (self.run.seed, index))

    def _stop_unless_snapshot_is_near(self) -> None:
        now = time.monotonic()
        self._stop_at = self._stop_at or now + PATIENCE_S
        if self._keeper is None or not self._keeper.asked or now >= self._stop_at:
            raise Stopped

    def _evaluate_or_end(self, policy: Policy, step: int) -> None:
        """Evaluate at a checkpoint. Where the threshold is reached the final evaluation takes the place of this one."""
        before = self.evaluations
        if self._evaluate(policy, step, self._due[step]):
            self.evaluations = before
            self._evaluate(policy, step, self.run.protocol.final_episodes)
            raise ThresholdReached(policy)

    def _evaluate(self, policy: Policy, step: int, episodes: int) -> bool:
        """Whether the run's threshold is reached."""
        start = time.perf_counter()
        self._progress.write(step, "evaluating")
        played = self._evaluator.evaluate(policy, episodes, self.run.protocol.seed)
        check_returns(self.task.id, step, played)
        self.evaluations = extended(self.evaluations, step, played)
        self._next = min((due for due in self._due if due > step), default=self.run.steps)
        self.evaluate_s += time.perf_counter() - start
        means_of = summary(played)
        self._progress.write(step, evaluation=means_of[0])
        self._tracking.evaluation(step, *means_of)
        return bool(self._threshold and self._threshold.reached(played.episode_return, played.success))
