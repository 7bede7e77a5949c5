"""The display looks at the runs that are at work or have just ended, not at all that are planned."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from launching import search

from mjbench.cli.terminal.display import Display
from mjbench.launch.attempt import Ended, found_at
from mjbench.launch.estimate import Estimator
from mjbench.launch.local import LOCAL
from mjbench.launch.queue import Queue
from mjbench.registry.lookup import Registry
from mjbench.spec.record import Evaluations, Resources, RunRecord
from mjbench.store.store import ResultStore

pytestmark = pytest.mark.usefixtures("pointmass")


def test_many_planned_runs_cost_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run,) = search(100)
    runs = [replace(run, seed=seed) for seed in range(2000)]
    store, estimator = ResultStore(tmp_path), Estimator(Registry())
    store.prepare()
    queue = Queue(LOCAL, store, estimator, jobs=2)
    display = Display(runs, store, estimator, queue)
    record = RunRecord(
        run, "completed", Evaluations([100], [1_000_000], [1.0], [1]), resources=Resources(steps_per_s=1.0)
    )
    start = time.process_time()
    for done in runs[:100]:
        queue.ended.append(Ended(done, found_at(store.write(replace(record, run=done)), store)))
        display.update()
    assert time.process_time() - start < 2.0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 100
    # 1,900 runs of 100 s and two seconds of start-up each, two at once
    assert "[100 of 2000 runs done, 0 running, about 26 h 55 min left]" in lines[-1], lines[-1]
    assert [found.record.run.seed for found in display.finished] == list(range(100))
