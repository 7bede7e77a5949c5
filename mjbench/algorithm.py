"""What an algorithm and a launcher must offer. Structural types: a plugin needs no base class of ours."""

from __future__ import annotations  # numpy only describes arrays here; listing plugins need not import it

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from mjbench.spec.run import RunSpec
from mjbench.spec.task import TaskSpec

if TYPE_CHECKING:
    import numpy as np


@runtime_checkable
class Policy(Protocol):
    """A trained policy, self-contained: its observation normalisation is inside and frozen."""

    def act(self, observation: np.ndarray) -> np.ndarray:
        """The policy's mode for a batch. observation (N, observation size) -> action (N, action size)."""
        ...

    def save(self, folder: Path) -> None:
        """Write safetensors and JSON files into ``folder``; the same policy gives the same bytes."""
        ...


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
    harness saves the environments, the global generators of ``random`` and numpy and its own tables; the
    algorithm saves the rest. One that calls none of the three starts again instead.
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

    def source_policy(self) -> Path | None:
        """Folder of the policy that training is to start from; None where it starts afresh."""
        ...

    def on_step(self, step: int, policy: Callable[[], Policy]) -> None:
        """Report that ``step`` environment steps are done, after each of them.

        At a checkpoint the session takes ``policy()`` and evaluates it on environments of its own; nothing
        of this touches the training. Cheap to call otherwise.

        Raises:
            Stopped: the user or the system wants the run to end now.
            Diverged: the policy holds numbers that are not finite.
        """
        ...

    def snapshot_due(self) -> bool:
        """Whether ``save`` should be called now. Cheap."""
        ...

    def save(self, step: int, state: Any, rows: Rows | None = None) -> None:
        """Keep everything that training needs to go on from ``step`` environment steps.

        Args:
            step: environment steps done.
            state: the algorithm's own state; pickled at once.
            rows: the replay buffer, kept beside it.

        Raises:
            Stopped: the run was to end, and now has a snapshot to go on from.
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


class Algorithm(Protocol):
    """Trains a policy. An entry point of the group ``mjbench.algorithms`` names an object of this shape.

    It may also have ``optional_hyperparameters`` (a mapping of further ones that may be changed, with what their
    absence means), ``packages`` (distributions that results depend on: records and snapshots hold their versions),
    ``typical_steps_per_s`` (a number, for estimates of time) and ``training_bytes(run, observation_size,
    action_size)``: bytes of memory that training ``run`` takes beyond its libraries, such as a replay buffer as full as
    it gets. Launchers start no more runs at once than memory holds.
    """

    def hyperparameters(self, task: TaskSpec) -> Mapping[str, Any]:
        """Resolved hyperparameters for ``task``, JSON values only. Must not import a simulator or torch."""
        ...

    def train(self, session: Session) -> Policy:
        """Train for exactly ``session.run.steps`` environment steps and return the final policy."""
        ...

    def load_policy(self, folder: Path) -> Policy:
        """The policy that ``Policy.save`` wrote into ``folder``."""
        ...


class Launcher(Protocol):
    """Starts workers somewhere. An entry point of the group ``mjbench.launchers`` names such an object."""

    def launch(self, runs: Sequence[RunSpec], results: Path, jobs: int) -> Generator[None, None, None]:
        """Execute every run, at most ``jobs`` at once (0: as many as fit), yielding about once a second.

        What happens is read from the files under ``results``. Closing the generator stops the workers.
        """
        ...


class Stopped(Exception):
    """The run was asked to end before its budget; it leaves no record and can be done again."""


class Diverged(Exception):
    """Training produced numbers that are not finite."""
