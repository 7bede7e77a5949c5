"""What a tracker must offer: something that shows or keeps a run's curves while it trains."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from mjbench.spec.record import RunRecord
from mjbench.spec.run import RunSpec


class Tracker(Protocol):
    """Receives what happens in one run. An entry point of the group ``mjbench.trackers`` names an object of this shape.

    ``mjbench run --track NAME`` chooses it. It lives in the worker's process, one run a process. A tracker changes no
    result: what it draws from the generators of ``random`` and numpy is put back. One that raises is named in the
    worker's log and receives nothing more; the run continues.

    Import the tracking library in ``start`` and not with the module, which is imported to list plugins. Name it in an
    attribute ``needs``, a mapping from modules to the packages that bring them, ``{"wandb": "wandb"}``: where one is
    not installed, ``mjbench run`` says so before anything trains.
    """

    def start(self, run: RunSpec, folder: Path, step: int) -> None:
        """The run begins.

        Args:
            run: what it is; ``run.run_id`` is the same for every worker of the run.
            folder: for files of this tracker and this run; it exists, and keeps what an earlier worker left in it.
            step: environment steps that it resumes from, 0 for a run from the beginning. Points up to ``step`` were
                sent before; those beyond it, which a killed worker may have sent, are sent again.
        """
        ...

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Scalars of training after ``step`` environment steps, under stable-baselines3's names: ``train/loss``."""
        ...

    def evaluation(
        self, step: int, mean_return: float, mean_length: float, success: float | None, metrics: Mapping[str, float]
    ) -> None:
        """An evaluation of the policy after ``step`` environment steps.

        Args:
            step: environment steps.
            mean_return: over its episodes.
            mean_length: environment steps of an episode, the mean over its episodes.
            success: the share of its episodes that succeeded; None where the task defines no success.
            metrics: the mean of each of the task's metrics.
        """
        ...

    def end(self, record: RunRecord) -> None:
        """The run has left its record, also where it failed; not called where the run was stopped."""
        ...

    def close(self) -> None:
        """Nothing follows. ``start`` may follow all the same: a run whose snapshot is of no use starts again."""
        ...
