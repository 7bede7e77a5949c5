"""Weights & Biases: offline unless WANDB_MODE says otherwise; ``wandb sync`` uploads a run later."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mjbench.spec.record import RunRecord
from mjbench.spec.run import RunSpec
from mjbench_trackers.journal import Journal
from mjbench_trackers.names import PROJECT, evaluation_scalars, run_name, settings


class WandbTracker:
    """A wandb run with the id of the run, also where it resumes."""

    needs = {"wandb": "wandb"}
    _run: Any

    def start(self, run: RunSpec, folder: Path, step: int) -> None:
        """See ``mjbench.api.tracker.Tracker``."""
        import wandb

        self._journal = Journal(folder, step)
        self._exit_code = 1
        # The process of wandb that writes offline files dies with its worker and loses up to 32 KiB of points. So a
        # run that resumes writes one whole file from the journal, and the broken one goes.
        for broken in folder.glob("wandb/offline-run-*"):
            shutil.rmtree(broken)
        self._run = wandb.init(
            project=os.environ.get("WANDB_PROJECT", PROJECT),
            mode=_mode(),
            id=run.run_id,
            resume="allow",
            name=run_name(run),
            group=run.task,
            job_type=run.entry,
            config=settings(run),
            dir=folder,
            settings=wandb.Settings(console="off", x_disable_stats=True, disable_git=True, save_code=False),
        )
        for earlier, values in self._journal.earlier:
            if earlier >= self._run.step:  # 0 offline; online, the server has those before
                self._run.log(values, step=earlier)

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """See ``mjbench.api.tracker.Tracker``."""
        self._journal.add(step, values)
        self._run.log(dict(values), step=step)

    def evaluation(
        self, step: int, mean_return: float, mean_length: float, success: float | None, metrics: Mapping[str, float]
    ) -> None:
        """See ``mjbench.api.tracker.Tracker``."""
        self.scalars(step, evaluation_scalars(mean_return, mean_length, success, metrics))

    def end(self, record: RunRecord) -> None:
        """See ``mjbench.api.tracker.Tracker``."""
        self._exit_code = 0 if record.status == "completed" else 1

    def close(self) -> None:
        """See ``mjbench.api.tracker.Tracker``."""
        self._run.finish(exit_code=self._exit_code)


def _mode() -> Any:
    return os.environ.get("WANDB_MODE") or "offline"


WANDB = WandbTracker()
