"""Launchers that fail, know nothing, or see files late: the one that the documentation shows, with a fault in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from launching import search, worked_off
from serial_launcher import SerialLauncher, SerialWorker

from mjbench.api.launcher import Job, Room, State
from mjbench.errors import MjbenchError
from mjbench.launch import queue as queue_module
from mjbench.launch.queue import Queue
from mjbench.store.store import ResultStore

pytestmark = pytest.mark.usefixtures("pointmass")


STARTED: list[SerialWorker] = []


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Workers that a launcher loses sight of end all the same."""
    yield
    while STARTED:
        STARTED.pop().wait(60)


class Roomless(SerialLauncher):
    def room(self, jobs: int) -> Room:
        raise RuntimeError("no such partition")


class Startless(SerialLauncher):
    def start(self, job: Job) -> SerialWorker:
        if job.run.seed == 0:
            raise FileNotFoundError("no sbatch here")
        return super().start(job)


class Silent(SerialLauncher):
    """Of a cluster whose scheduler answers nothing."""

    detached = True

    def start(self, job: Job) -> SerialWorker:
        STARTED.append(SilentWorker(job.command if job.run.seed else ["true"], cwd=job.folder))
        return STARTED[-1]


class SilentWorker(SerialWorker):
    def state(self) -> State:
        raise TimeoutError("the scheduler does not answer")


class Late(SerialLauncher):
    """Of a cluster whose workers' files are seen late."""

    detached = True

    def start(self, job: Job) -> SerialWorker:
        STARTED.append(LateWorker(job.command, cwd=job.folder))
        return STARTED[-1]


class LateWorker(SerialWorker):
    def state(self) -> State:
        return 0


def test_a_launcher_that_has_no_answer_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(MjbenchError, match=r"^the launcher does not say how many workers fit: RuntimeError: no such"):
        Queue(Roomless(), ResultStore(tmp_path))


def test_a_worker_that_cannot_be_started_leaves_the_others(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    runs, store = search(200, 100), ResultStore(tmp_path)
    queue = worked_off(Startless(), store, runs)
    said = f"mjbench: {runs[0].label}: the launcher cannot start a worker: FileNotFoundError: no sbatch here\n"
    assert capfd.readouterr().err == said
    assert [(ended.run, ended.found is None) for ended in queue.ended] == [(runs[0], True), (runs[1], False)]


def test_where_the_launcher_knows_nothing_the_files_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(queue_module, "STALE_S", 30.0)
    runs, store = search(200, 100), ResultStore(tmp_path)
    done = worked_off(Silent(), store, runs[1:])
    assert done.ended[0].found is not None
    assert capfd.readouterr().err == ""
    monkeypatch.setattr(queue_module, "STALE_S", 1.0)
    lost = worked_off(Silent(), store, runs[:1])
    assert lost.ended[0].found is None
    said = f"mjbench: {runs[0].label}: its worker has not reported for 1 s; the same command tries again\n"
    assert capfd.readouterr().err == said
    assert not store.failures(runs[0]), "nobody knows that it failed"


def test_files_that_another_machine_wrote_may_be_seen_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_module, "STALE_S", 30.0)
    (run,), store = search(100), ResultStore(tmp_path)
    queue = worked_off(Late(), store, [run])
    assert queue.ended[0].found is not None
    assert queue.ended[0].found.record.status == "completed"
    assert not store.failures(run)


@pytest.mark.parametrize("what", ["nothing", "exit", "number"])
def test_a_launcher_of_the_wrong_shape_is_one_line(what: str, tmp_path: Path, capsys) -> None:
    class Wrong(SerialLauncher):
        def room(self, jobs: int) -> Room:
            return 3 if what == "number" else super().room(jobs)  # pyright: ignore[reportReturnType]

        def start(self, job: Job) -> SerialWorker:
            if what == "exit":
                raise SystemExit(0)
            return None  # pyright: ignore[reportReturnType]

    store = ResultStore(tmp_path)
    if what == "number":
        with pytest.raises(MjbenchError, match=r"room\(\) gave 3, which is no Room"):
            Queue(Wrong(), store)
        return
    queue = worked_off(Wrong(), store, search(100, 100))
    assert [ended.found for ended in queue.ended] == [None, None]
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 2
    assert all("the launcher cannot start a worker: " in line for line in lines)


def test_a_state_that_is_none_is_named_once(tmp_path: Path, capsys) -> None:
    class Weird(SerialLauncher):
        def start(self, job: Job) -> SerialWorker:
            STARTED.append(WeirdWorker(job.command, cwd=job.folder))
            return STARTED[-1]

    class WeirdWorker(SerialWorker):
        asked = 0

        def state(self) -> State:
            self.asked += 1
            return super().state() if self.asked > 3 else "weird"  # pyright: ignore[reportReturnType]

    store, runs = ResultStore(tmp_path), search(100)
    worked_off(Weird(), store, runs)
    assert capsys.readouterr().err.count("state() gave 'weird'") == 1
