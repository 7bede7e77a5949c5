"""Event files for TensorBoard, in the folder that the run's tracker is given."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from mjbench.spec.record import RunRecord
from mjbench.spec.run import RunSpec
from mjbench_trackers.names import evaluation_scalars, settings


class TensorBoardTracker:
    """Writes a file for each worker of the run; TensorBoard joins them to one curve."""

    needs = {"tensorboard": "tensorboard"}
    _writer: Any

    def start(self, run: RunSpec, folder: Path, step: int) -> None:
        """See ``mjbench.api.tracker.Tracker``."""
        from tensorboard.compat.proto import event_pb2, summary_pb2
        from tensorboard.plugins.hparams.summary_v2 import hparams_pb
        from tensorboard.summary.writer.event_file_writer import EventFileWriter

        events, summaries = cast(Any, event_pb2), cast(Any, summary_pb2)  # made at run time, unknown to type checkers
        self._event, self._summary = events.Event, summaries.Summary
        self._writer = EventFileWriter(str(folder))
        # TensorBoard drops what earlier files hold from this step on: it is sent again.
        start = events.SessionLog(status=events.SessionLog.START)
        self._write(step + 1 if step else 0, session_log=start)
        self._write(0, summary=hparams_pb(settings(run), trial_id=run.run_id))

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """See ``mjbench.api.tracker.Tracker``."""
        points = [self._summary.Value(tag=name, simple_value=value) for name, value in values.items()]
        self._write(step, summary=self._summary(value=points))

    def evaluation(
        self, step: int, mean_return: float, mean_length: float, success: float | None, metrics: Mapping[str, float]
    ) -> None:
        """See ``mjbench.api.tracker.Tracker``."""
        self.scalars(step, evaluation_scalars(mean_return, mean_length, success, metrics))

    def end(self, record: RunRecord) -> None:
        """See ``mjbench.api.tracker.Tracker``."""

    def close(self) -> None:
        """See ``mjbench.api.tracker.Tracker``."""
        self._writer.close()

    def _write(self, step: int, **content: Any) -> None:
        self._writer.add_event(self._event(step=step, wall_time=time.time(), **content))
        self._writer.flush()  # a worker that is killed sends no point again that it sent before its snapshot


TENSORBOARD = TensorBoardTracker()
