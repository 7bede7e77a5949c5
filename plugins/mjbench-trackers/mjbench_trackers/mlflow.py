"""MLflow: files in ``results/.tracking/mlruns`` unless MLFLOW_TRACKING_URI names a server or another place."""

import fcntl
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mjbench.spec.record import RunRecord
from mjbench.spec.run import RunSpec
from mjbench_trackers.names import PROJECT, evaluation_scalars, run_name, settings, shared

TAG = "mjbench.run_id"
PARAMETERS_AT_ONCE = 100
"""More are refused by MLflow."""


class MlflowTracker:
    """An MLflow run with a tag by which it is found again."""

    needs = {"mlflow": "mlflow-skinny"}
    _client: Any

    def start(self, run: RunSpec, folder: Path, step: int) -> None:
        """See ``mjbench.api.tracker.Tracker``."""
        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        from mlflow import MlflowClient
        from mlflow.entities import Metric, Param

        self._metric = Metric
        root = shared(folder)
        self._client = MlflowClient(os.environ.get("MLFLOW_TRACKING_URI") or (root / "mlruns").absolute().as_uri())
        with (root / "mlruns.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two workers that begin together create one experiment
            experiment = _experiment(self._client, os.environ.get("MLFLOW_EXPERIMENT_NAME", PROJECT))
        found = self._client.search_runs([experiment], f"tags.`{TAG}` = '{run.run_id}'", max_results=1)
        if found:
            self._id = found[0].info.run_id
            self._client.update_run(self._id, status="RUNNING")
        else:
            tags = {TAG: run.run_id, "task": run.task, "algorithm": run.entry}
            self._id = self._client.create_run(experiment, tags=tags, run_name=run_name(run)).info.run_id
            parameters = [Param(name, str(value)) for name, value in settings(run).items()]
            for first in range(0, len(parameters), PARAMETERS_AT_ONCE):
                self._client.log_batch(self._id, params=parameters[first : first + PARAMETERS_AT_ONCE])
        self._sent = self._already_sent() if found else set()
        self._status = "KILLED"

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """See ``mjbench.api.tracker.Tracker``."""
        now = int(time.time() * 1000)
        points = [
            self._metric(name, value, now, step) for name, value in values.items() if (name, step) not in self._sent
        ]
        self._client.log_batch(self._id, metrics=points)

    def evaluation(
        self, step: int, mean_return: float, mean_length: float, success: float | None, metrics: Mapping[str, float]
    ) -> None:
        """See ``mjbench.api.tracker.Tracker``."""
        self.scalars(step, evaluation_scalars(mean_return, mean_length, success, metrics))

    def end(self, record: RunRecord) -> None:
        """See ``mjbench.api.tracker.Tracker``."""
        self._status = "FINISHED" if record.status == "completed" else "FAILED"

    def close(self) -> None:
        """See ``mjbench.api.tracker.Tracker``."""
        self._client.set_terminated(self._id, self._status)

    def _already_sent(self) -> set[tuple[str, int]]:
        """Name and step of each point that earlier workers of the run sent; MLflow would keep both."""
        names = self._client.get_run(self._id).data.metrics
        return {(name, point.step) for name in names for point in self._client.get_metric_history(self._id, name)}


def _experiment(client: Any, name: str) -> str:
    found = client.get_experiment_by_name(name)
    return found.experiment_id if found else client.create_experiment(name)


MLFLOW = MlflowTracker()
