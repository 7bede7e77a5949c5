"""What training sees of the harness, and how it ends early."""

from __future__ import annotations  # numpy only describes arrays here; listing plugins need not import it

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mjbench.api.policy import Policy
from mjbench.api.training_batch import TrainingBatch
from mjbench.spec.run import RunSpec

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Rows:
    """A replay buffer as snapshots see it: only rows that are new since the last snapshot get written."""

    arrays: Mapping[str, np.ndarray]
    """Each (capacity, ...), C-contiguous. Row i of all that were ever written lies at i % capacity."""
    written: int
    """Rows written so far, overwritten ones included."""


class Session(Protocol):
    """What training sees of the harness.

    An algorithm that resumes after a kill calls ``restore`` once, when everything is built and the first rollout
    would begin, and from then on, between any two rollouts, ``save`` whenever ``snapshot_due`` says so. The
    harness saves the environments, the global generators of ``random``, numpy and torch and its own tables; the
    algorithm saves the rest. One that calls none of the three starts again instead. ``log_due`` and ``log`` may be
    left alone as well: then the run's trackers receive its evaluations only.
    """

    run: RunSpec

    def make_env(self, index: int = 0) -> Any:
        """A training ``gymnasium.Env`` with its time limit; every episode is entered into the record.

        Call it once for each of the environments that are stepped together, ``index`` = 0, 1, ...
        """
        ...

    def make_batch(self, count: int) -> Any:
        """All ``count`` training environments as one ``gymnasium.vector.VectorEnv``, in place of ``make_env``.

        Episodes that end begin anew in the same step (``AutoresetMode.SAME_STEP``): ``infos["final_obs"]``
        (count, observation size) then holds what they ended with where ``infos["_final_obs"]`` (count,) is true. The
        first ``reset(seed=s)`` seeds environment i with ``s + i``. Stepped natively where the task has a vector
        entry point, one by one where it has none.
        """
        ...

    def make_training_batch(self, count: int, device: str) -> TrainingBatch:
        """``count`` worlds of the task on ``device`` (``"cpu"``, ``"cuda:0"``), in place of ``make_env``; call it once.

        For algorithms with a ``simulator``. Seeded with ``run.seed``. The record keeps means of the training episodes
        instead of each, which are read back when ``on_step`` or ``save`` is called: call ``on_step`` once a rollout.
        ``save`` keeps the state of the batch, and ``restore`` sets it; neither is in the algorithm's own ``state``.

        Raises:
            MjbenchError: the task cannot be simulated on that device.
        """
        ...

    def source_policy(self) -> Path | None:
        """Folder of the policy that training is to start from; None where it starts afresh."""
        ...

    def on_step(self, step: int, policy: Callable[[], Policy]) -> None:
        """Report that ``step`` environment steps are done, after each of them.

        At a checkpoint the session takes ``policy()`` and evaluates it on environments of its own; nothing
        of this touches the training. Cheap to call otherwise.

        Raises:
            Stopped: the user or the system wants the run to end now.
            ThresholdReached: the policy is as good as the run asks for, and training ends here.
            Diverged: the policy holds numbers that are not finite.
        """
        ...

    def log_due(self, step: int) -> bool:
        """Whether ``log`` should be called after ``step`` environment steps; never where nobody listens. Cheap.

        At most once in 1,000 steps. What costs time to compute, compute only where this is true.
        """
        ...

    def log(self, step: int, scalars: Mapping[str, float]) -> None:
        """Pass scalars of training on to the run's trackers; call it between two rollouts, before ``save``.

        ``rollout/ep_rew_mean``, ``rollout/ep_len_mean`` and ``time/fps`` are added to them. Changes no result.

        Args:
            step: environment steps done.
            scalars: under stable-baselines3's names where it has one: ``train/loss``, ``train/learning_rate``.
        """
        ...

    def snapshot_due(self) -> bool:
        """Whether ``save`` should be called now. Cheap."""
        ...

    def save(self, step: int, state: Any, rows: Rows | None = None) -> None:
        """Keep everything that training needs to continue from ``step`` environment steps.

        Args:
            step: environment steps done.
            state: the algorithm's own state; pickled at once.
            rows: the replay buffer, kept beside it.

        Raises:
            Stopped: the run had to end, and now has a snapshot to continue from.
        """
        ...

    def refuse_snapshots(self, reason: str) -> None:
        """Keep none, where the algorithm could not resume exactly; call it before ``restore``.

        Args:
            reason: for the run's log, after "no snapshots: ".
        """
        ...

    def restore(self, rows: Rows | None = None) -> Any:
        """The ``state`` of the last ``save``, once everything else is as it was then; None for a new run.

        Environments from ``make_env`` must have been made in the same order, and be used on without a reset.
        Draw no random numbers after this call that an uninterrupted run would not.

        Args:
            rows: the replay buffer, filled in place; ``written`` does not matter.
        """
        ...


class Stopped(Exception):
    """The run had to end before its budget. It leaves no record and can be done again."""


class ThresholdReached(Exception):
    """The policy reached the threshold of ``RunSpec.stop_at``; it is the run's final policy. Do not catch it."""

    def __init__(self, policy: Policy) -> None:
        super().__init__("the threshold is reached")
        self.policy = policy


class Diverged(Exception):
    """Training produced numbers that are not finite."""
