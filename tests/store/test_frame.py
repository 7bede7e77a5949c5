"""Tables of records: no metric of a task hides a column."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mjbench.errors import SpecError
from mjbench.spec.record import Evaluations, RunRecord
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.spec.task import RESERVED, Metric, TaskSpec
from mjbench.store.frame import read_results
from mjbench.store.store import ResultStore

RUN = RunSpec("a/B-v0", "x", {}, 0, 10, EvalProtocol(checkpoints=1, episodes=2, final_episodes=2))
TASK = TaskSpec(id="a/B-v0", entry_point="m:E", episode_limit=3, budget=10)


class Policy:
    def save(self, folder: Path) -> None:
        (folder / "policy.json").write_text("{}")


def written(root: Path, metrics: Any, run: RunSpec = RUN) -> None:
    played = Evaluations([10, 10], [1000000, 1000001], [5.0, 7.0], [3, 3], [True, False], metrics)
    policy: Any = Policy()
    ResultStore(root).write(RunRecord(run=run, status="completed", evaluations=played), policy)


def test_every_column_is_reserved(tmp_path: Path) -> None:
    written(tmp_path, {"speed": [1.0, 2.0]})
    assert set(read_results(tmp_path).columns) - RESERVED == {"speed"}
    assert read_results(tmp_path, "training").empty


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_metric_of_a_columns_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=f"metric '{name}' is a column"):
        replace(TASK, metrics=(Metric(name, "key"),))
    written(tmp_path, {name: [0.25, 0.75]})
    table = read_results(tmp_path)
    assert table[f"metric_{name}"].tolist() == [0.25, 0.75]
    assert table["episode_return"].tolist() == [5.0, 7.0]
    assert table["step"].tolist() == [10, 10]


def test_two_metrics_of_one_name_are_refused() -> None:
    with pytest.raises(SpecError, match="metric 'speed' is the name of two metrics"):
        replace(TASK, metrics=(Metric("speed", "a"), Metric("speed", "b")))


def test_presets_are_told_apart(tmp_path: Path) -> None:
    changed = replace(RUN, hyperparameters={"gamma": 0.9})
    named = replace(RUN, hyperparameters={"gamma": 0.9}, preset="zoo")
    for run in (RUN, changed, named):
        written(tmp_path, {}, run)
    for table in ("evaluations", "runs"):
        assert set(read_results(tmp_path, table).preset) == {RUN.preset_id, changed.preset_id, "zoo"}
    assert len(RUN.preset_id) == 12
