"""What every launcher keeps to, with real workers."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from killing import wait_for
from launching import ENDLESS, PROTOCOL, failing, search, worked_off

from mjbench.api.launcher import Launcher
from mjbench.launch import queue as queue_module
from mjbench.launch.queue import Queue
from mjbench.plan.grid import plan
from mjbench.registry.lookup import Registry
from mjbench.runner.claim import Claim
from mjbench.runner.progress import read_progress
from mjbench.spec.run import RunSpec
from mjbench.store.codec import dump_run
from mjbench.store.store import ResultStore
from mjbench.store.walk import RECORD

pytestmark = pytest.mark.usefixtures("pointmass")


def test_the_longest_comes_first_and_nothing_stays_behind(
    tmp_path: Path, launcher: Launcher, capfd: pytest.CaptureFixture[str]
) -> None:
    runs, store = search(100, 300, 200), ResultStore(tmp_path)
    queue = worked_off(launcher, store, runs, jobs=1)
    assert [ended.run for ended in queue.ended] == [runs[1], runs[2], runs[0]]
    assert [ended.found and ended.found.path for ended in queue.ended] == [store.folder(e.run) for e in queue.ended]
    assert queue.at_work == []
    assert [path for name in (".work", ".partial") for path in (tmp_path / name).iterdir()] == []
    assert capfd.readouterr().err == ""


def test_how_many_fit_is_the_launchers_to_say() -> None:
    from mjbench.launch.local import LOCAL, cores

    store = ResultStore(Path("unused"))
    assert [Queue(LOCAL, store, jobs=jobs).at_once for jobs in (0, 7)] == [cores(), 7]


def test_a_failed_run_is_a_record_and_the_others_are_done(
    tmp_path: Path, launcher: Launcher, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raising = failing("raise", site, monkeypatch)
    killed = replace(raising, hyperparameters={"how": "die"})
    (good,), store = search(100), ResultStore(tmp_path / "results")
    queue = worked_off(launcher, store, [raising, killed, good])
    assert store.has(good)
    errors = {ended.run.run_id: ended.found.record.error for ended in queue.ended if ended.found}
    assert errors[raising.run_id] == "RuntimeError: the motor is on fire"
    assert (
        errors[killed.run_id]
        == "the worker ended without a record (killed by signal 9); last lines of its log: word first"
    )
    assert "the motor is on fire" in (store.work(raising) / "log.txt").read_text()


def test_the_last_words_are_those_of_the_worker_itself(
    tmp_path: Path, launcher: Launcher, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, store = failing("die", site, monkeypatch), ResultStore(tmp_path / "results")
    worked_off(launcher, store, [run])
    (site / "word").write_text("second")
    worked_off(launcher, store, [run])
    words = [store.read(folder).error.partition("last lines of its log: ")[2] for folder in store.failures(run)]
    assert words == ["word first", "word second"]
    assert (store.work(run) / "log.txt").read_text().count("word") == 2, "the log keeps both"


def test_stopping_ends_the_workers_and_leaves_no_record(tmp_path: Path, launcher: Launcher) -> None:
    runs, store = search(ENDLESS, ENDLESS, ENDLESS), ResultStore(tmp_path)
    queue = Queue(launcher, store, jobs=2)
    at_work = queue.work(runs)
    deadline, under_way = time.monotonic() + 60, []
    for _ in at_work:
        under_way = [progress for run in queue.at_work if (progress := read_progress(store.work(run)))]
        if len(under_way) == queue.at_once and all(progress.step > 0 for progress in under_way):
            break
        assert time.monotonic() < deadline, "the workers did not start"
    at_work.close()
    for progress in under_way:
        with pytest.raises(ProcessLookupError):
            os.kill(progress.pid, 0)
    assert store.scan() == ([], [])
    assert queue.at_work == []


SCRIPT = """
import sys
from pathlib import Path
from mjbench.launch.queue import Queue
from mjbench.registry.lookup import Registry
from mjbench.store.codec import load_run
from mjbench.store.store import ResultStore
run = load_run(Path(sys.argv[2]).read_bytes())
launcher = Registry().launcher(sys.argv[1])
if sys.argv[4:]:
    type(launcher).detached = True
for _ in Queue(launcher, ResultStore(Path(sys.argv[3])), jobs=1).work([run]): pass
"""


def killed_launcher(name: str, run: RunSpec, store: ResultStore, *words: str) -> int:
    """The worker's process number; its launcher was killed while it trained."""
    store.root.mkdir()
    (store.root / "run").write_bytes(dump_run(run))
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, name, str(store.root / "run"), str(store.root), *words])
    wait_for(lambda: (progress := read_progress(store.work(run))) is not None and progress.step > 0)
    process.kill()
    process.wait()
    return json.loads((store.work(run) / "claim.json").read_text())["pid"]


@pytest.mark.usefixtures("serial")
@pytest.mark.parametrize("name", ["local", "serial"])
def test_a_worker_whose_launcher_is_killed_ends_too(tmp_path: Path, name: str) -> None:
    (run,), store = search(ENDLESS), ResultStore(tmp_path / "results")
    pid = killed_launcher(name, run, store)
    wait_for(lambda: not Path(f"/proc/{pid}").exists(), 60)
    assert store.scan() == ([], [])


@pytest.mark.usefixtures("serial")
def test_a_detached_worker_outlives_its_launcher(tmp_path: Path) -> None:
    (run,), store = search(60_000), ResultStore(tmp_path / "results")
    pid = killed_launcher("serial", run, store, "detached")
    before = read_progress(store.work(run))
    wait_for(lambda: not Path(f"/proc/{pid}").exists())
    assert store.has(run)
    assert before is not None
    assert before.step < run.steps, "the launcher was not killed in time"


@pytest.mark.usefixtures("pendulums")
def test_a_run_waits_for_its_source_and_fails_with_it(
    tmp_path: Path, launcher: Launcher, capfd: pytest.CaptureFixture[str]
) -> None:
    registry, store = Registry(), ResultStore(tmp_path / "results")
    task, algorithm = registry.task("pendulum/Strong-v0"), registry.algorithm("fast-ppo")
    small = {"n_steps": 64, "batch_size": 32, "n_epochs": 1, "net_arch": [8]}
    (source, _) = plan(
        [task], {"fast-ppo": algorithm}, [0], steps=64, protocol=PROTOCOL, changes=small, find_task=registry.task
    )
    warm = replace(source, task=task.id, steps=128, source=source.run_id)
    broken = replace(source, hyperparameters={**source.hyperparameters, "n_steps": "many"})
    lost = replace(warm, source=broken.run_id)
    stray = replace(warm, source="0123456789ab")
    queue = worked_off(launcher, store, [source, warm, broken, lost, stray], jobs=2)
    found = {ended.run.run_id: ended.found for ended in queue.ended}
    ended = [item.run for item in queue.ended]
    assert ended.index(source) < ended.index(warm)
    assert store.has(warm)
    failed = found[lost.run_id]
    assert failed is not None
    assert "the run for its warm start failed" in failed.record.error
    assert found[stray.run_id] is None
    said = f"mjbench: {stray.label}: not started: its warm start, run 0123456789ab, is not finished\n"
    assert capfd.readouterr().err == said


def test_results_that_vanish_are_named_at_once(
    tmp_path: Path, launcher: Launcher, capfd: pytest.CaptureFixture[str]
) -> None:
    (run,), store = search(ENDLESS), ResultStore(tmp_path / "results")
    queue = Queue(launcher, store)
    for _ in queue.work([run]):
        if (progress := read_progress(store.work(run))) is not None and progress.step > 0:
            shutil.rmtree(tmp_path / "results")
    label, work = run.label, store.work(run)
    said = f"mjbench: {label}: stopped, as its folder {work} has vanished and no record can be written\n"
    assert capfd.readouterr().err == said
    assert [(ended.run, ended.found) for ended in queue.ended] == [(run, None)]


def test_a_disk_that_refuses_while_training_is_named_once(
    tmp_path: Path, launcher: Launcher, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(queue_module, "PROBE_S", 0.0)
    (run,), store = search(ENDLESS), ResultStore(tmp_path / "results")
    at_work, said = Queue(launcher, store).work([run]), ""
    for count, _ in enumerate(at_work):
        if count == 5:
            (store.root / ".partial").rmdir()
            (store.root / ".partial").touch()  # as good as read-only, also for root
        if count == 20:
            said = capfd.readouterr().err
            at_work.close()
    assert said == f"mjbench: cannot write results to {store.root}: File exists; choose another folder with --results\n"


def test_a_run_at_work_elsewhere_is_left_to_the_others(tmp_path: Path, launcher: Launcher) -> None:
    runs, store = search(100, 200), ResultStore(tmp_path)
    claim = Claim(store.work(runs[0]))
    assert claim.take()
    queue = worked_off(launcher, store, runs, jobs=1)
    claim.release()
    assert [(ended.run, ended.found is None) for ended in queue.ended] == [(runs[1], False), (runs[0], True)]
    assert store.scan()[1] == []
    assert not store.failures(runs[0])


def test_what_a_kill_left_is_removed_but_not_what_others_are_at(tmp_path: Path, launcher: Launcher) -> None:
    runs, store = search(100, 200, 300), ResultStore(tmp_path)
    worked_off(launcher, store, runs[:1])
    for run in runs:
        (store.root / ".partial" / f"{run.run_id}-abc").mkdir()
        store.work(run).mkdir()
    (store.root / ".partial" / "0123456789ab-xyz").mkdir()
    claim = Claim(store.work(runs[2]))
    assert claim.take()
    worked_off(launcher, store, runs)
    claim.release()
    left = {path.name for path in (store.root / ".partial").iterdir()}
    assert left == {f"{runs[2].run_id}-abc", "0123456789ab-xyz"}
    assert [path.name for path in (store.root / ".work").iterdir()] == [runs[2].run_id]
    assert (store.folder(runs[0]) / RECORD).is_file()


def test_signals_end_a_worker_in_good_order(tmp_path: Path, launcher: Launcher) -> None:
    (run,), store = search(ENDLESS), ResultStore(tmp_path)
    queue, sent = Queue(launcher, store), False
    for _ in queue.work([run]):
        if not sent and (progress := read_progress(store.work(run))) is not None and progress.step > 0:
            os.kill(progress.pid, signal.SIGTERM)
            sent = True
    assert [(ended.run, ended.found) for ended in queue.ended] == [(run, None)]
    assert store.resumable(run)
    assert store.scan() == ([], [])
