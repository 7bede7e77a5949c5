"""Short runs are forked from one process; nothing in their records says so."""

import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from launching import ENDLESS, failing, search

from mjbench.api.launcher import Job
from mjbench.launch import forked
from mjbench.launch.estimate import Estimator
from mjbench.launch.forked import ForkedWorker, ForkServer
from mjbench.launch.local import LocalLauncher
from mjbench.launch.queue import Queue
from mjbench.plan.grid import plan
from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import ResultStore


class Short(Estimator):
    """Says of every run that it is short."""

    def seconds(self, run: RunSpec) -> float | None:
        return 0.1


@pytest.fixture
def launcher() -> Iterator[LocalLauncher]:
    launcher = LocalLauncher()
    yield launcher
    for server in launcher.servers.values():
        if server is not None:
            server.close()


def worked_off(launcher: LocalLauncher, store: ResultStore, runs: list[RunSpec], jobs: int = 2) -> Queue:
    queue = Queue(launcher, store, Short(Registry()), jobs)
    for _ in queue.work(runs):
        pass
    return queue


def contents(store: ResultStore, run: RunSpec) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The record without its costs and its date, and the bytes of all other files."""
    body = json.loads((store.folder(run) / "record.json").read_bytes())
    del body["resources"], body["provenance"]["finished"]
    files = {path.name: path.read_bytes() for path in store.folder(run).iterdir() if path.name != "record.json"}
    return body, files


def test_forked_runs_give_the_same_bytes(tmp_path: Path, pointmass, launcher, monkeypatch) -> None:
    runs = search(100, 100, 100, 100)
    stores = [ResultStore(tmp_path / name) for name in ("forked", "alone")]
    worked_off(launcher, stores[0], runs, jobs=1)
    (server,) = launcher.servers.values()
    assert server is not None
    monkeypatch.setattr(forked, "SHORT_S", -1.0)
    worked_off(launcher, stores[1], runs)
    assert [contents(stores[0], run) for run in runs] == [contents(stores[1], run) for run in runs]


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", ["sac", "fast-sac"])
def test_forked_runs_with_torch_give_the_same_bytes(tmp_path: Path, launcher, monkeypatch, algorithm: str) -> None:
    registry = Registry()
    task, learner = registry.task("gymnasium/InvertedPendulum-v5"), registry.algorithm(algorithm)
    changes = {"learning_starts": 100}
    runs = plan([task], {algorithm: learner}, range(2), steps=600, protocol=EvalProtocol(1, 1, 1), changes=changes)
    stores = [ResultStore(tmp_path / name) for name in ("forked", "alone")]
    worked_off(launcher, stores[0], runs, jobs=1)
    (server,) = launcher.servers.values()
    assert server is not None, "torch does not allow to fork here"
    monkeypatch.setattr(forked, "SHORT_S", -1.0)
    worked_off(launcher, stores[1], runs)
    assert [contents(stores[0], run) for run in runs] == [contents(stores[1], run) for run in runs]


@pytest.mark.parametrize("how", ["raise", "kill"])
def test_a_run_that_ends_badly_ends_alone(tmp_path: Path, pointmass, launcher, monkeypatch, how: str) -> None:
    store, bad = ResultStore(tmp_path / "results"), failing(how, tmp_path / "site", monkeypatch)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'site'}{os.pathsep}{os.environ['PYTHONPATH']}")
    queue = worked_off(launcher, store, [bad, replace(bad, seed=1), *search(100, 100)])
    status = {ended.run.label: ended.found.record for ended in queue.ended if ended.found}
    assert [record.status for record in status.values()].count("completed") == 2
    errors = [record.error for record in status.values() if record.error]
    assert len(errors) == 2
    assert all(("motor is on fire" if how == "raise" else "killed by signal 9") in error for error in errors)
    assert all("word first" in (store.work(run) / "log.txt").read_text() for run in (bad, replace(bad, seed=1)))


def begun(launcher: LocalLauncher, store: ResultStore) -> tuple[Queue, ForkedWorker]:
    """A queue with one endless run at work."""
    queue = Queue(launcher, store, Short(Registry()), 1)
    (run,) = search(ENDLESS)
    work = queue.work([run])
    next(work)
    worker = queue._attempts[0].worker
    assert isinstance(worker, ForkedWorker)
    deadline = time.monotonic() + 60
    while not (store.work(run) / "progress.json").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    queue.generator = work  # pyright: ignore[reportAttributeAccessIssue]  kept open
    return queue, worker


def test_a_worker_stops_in_good_order_and_ends_with_the_queue(tmp_path: Path, pointmass, launcher) -> None:
    queue, worker = begun(launcher, ResultStore(tmp_path / "results"))
    queue.generator.close()  # pyright: ignore[reportAttributeAccessIssue]
    assert worker.state() == 75
    assert not worker._process.alive()


def test_a_worker_outlives_its_server(tmp_path: Path, pointmass, launcher) -> None:
    queue, worker = begun(launcher, ResultStore(tmp_path / "results"))
    (server,) = launcher.servers.values()
    assert server is not None
    server.close()
    assert worker.state() == "running"
    os.kill(worker._process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while worker.state() == "running" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert worker.state() == 1
    queue.generator.close()  # pyright: ignore[reportAttributeAccessIssue]


def test_where_forking_is_refused_a_process_is_started(tmp_path: Path, pointmass, launcher, monkeypatch) -> None:
    monkeypatch.setattr(ForkServer, "start", lambda self, job: None)
    store, runs = ResultStore(tmp_path / "results"), search(100)
    worked_off(launcher, store, runs)
    assert store.has(runs[0])
    assert list(launcher.servers.values()) == [None]


def test_only_runs_that_are_known_to_be_short_are_forked(tmp_path: Path) -> None:
    (run,) = [RunSpec("pointmass/Centre-v0", "x", {}, 0, 1, search.__globals__["PROTOCOL"])]
    jobs = [Job(run, [], tmp_path, {}, tmp_path, 0.0, seconds) for seconds in (None, 3600.0, 1.0)]
    assert [forked.is_short(job) for job in jobs] == [False, False, True]
