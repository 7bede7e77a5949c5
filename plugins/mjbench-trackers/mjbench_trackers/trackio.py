"""trackio: a database on this machine, in ``results/.tracking/trackio`` unless TRACKIO_DIR names another folder."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mjbench.spec.record import RunRecord
from mjbench.spec.run import RunSpec
from mjbench_trackers.journal import Journal
from mjbench_trackers.names import PROJECT, evaluation_scalars, run_name, settings, shared


class TrackioTracker:
    """A trackio run with the name of the run, also where it resumes."""

    needs = {"trackio": "trackio"}
    _run: Any

    def start(self, run: RunSpec, folder: Path, step: int) -> None:
        """See ``mjbench.api.tracker.Tracker``."""
        os.environ.setdefault("TRACKIO_DIR", str(shared(folder) / "trackio"))
        import trackio

        self._journal = Journal(folder, step)
        # A thread of trackio's writes points in batches, and a worker that is killed loses the last one. So a run that
        # resumes is written again from the journal.
        project, name = os.environ.get("TRACKIO_PROJECT", PROJECT), run_name(run)
        _delete(trackio, project, name)
        self._run = trackio.init(
            project=project,
            name=name,
            group=run.task,
            config=settings(run),
            resume="allow",
            embed=False,
            auto_log_gpu=False,
            auto_log_cpu=False,
        )
        for earlier, values in self._journal.earlier:
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

    def close(self) -> None:
        """See ``mjbench.api.tracker.Tracker``."""
        self._run.finish()


def _delete(trackio: Any, project: str, name: str) -> None:
    """Delete what earlier workers of the run wrote."""
    try:
        runs = trackio.Api().runs(project)
    except ValueError:  # the project's first run
        return
    for found in runs:
        if found.name == name:
            found.delete()


TRACKIO = TrackioTracker()
