"""A run is stopped, killed, meets a full disk or another worker: nothing is lost, and nothing is harmed."""

import json
import os
import platform
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from killing import Interrupted, content, killed_and_resumed, prepared, resumed, small_run, start, undisturbed, wait_for

from mjbench.launch.local import LOCAL
from mjbench.launch.queue import Queue
from mjbench.registry.lookup import Registry
from mjbench.runner import execute as execute_module
from mjbench.runner.command import STOPPED
from mjbench.runner.execute import execute
from mjbench.runner.progress import read_progress
from mjbench.snapshot.files import Snapshots
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore

pytestmark = pytest.mark.usefixtures("pointmass")
TASK = "pointmass/Centre-v0"
ENDLESS = 50_000_000


def search(steps: int, seed: int = 0) -> RunSpec:
    return small_run(TASK, "random-search", seed, steps)


def mjbench(*arguments: str, cwd: Path, **options) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mjbench.cli.main", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, **options)


@pytest.mark.slow
def test_a_third_partys_algorithm_goes_on_after_kills(tmp_path: Path) -> None:
    run = search(30_000)
    expected = content(undisturbed(run, tmp_path / "whole"), run)
    store = killed_and_resumed(run, tmp_path / "killed", 3, random.Random(), every_s=0.1)
    assert resumed(store, run) >= 1
    assert content(store, run) == expected


def test_the_same_command_goes_on_and_status_says_so(tmp_path: Path) -> None:
    words = ("--task", TASK, "--algo", "random-search", "--seeds", "1", "--steps", str(ENDLESS))
    command = [sys.executable, "-m", "mjbench.cli.main", "run", *words, "--snapshot-every", "0.2"]
    running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    store = ResultStore(tmp_path / "results")
    wait_for(lambda: list(tmp_path.glob("results/.work/*/snapshots/2.json")))
    assert "1 running" in mjbench("status", cwd=tmp_path).stdout
    running.send_signal(signal.SIGINT)
    assert running.wait(60) == 130
    assert "1 resumable" in mjbench("status", cwd=tmp_path).stdout
    (log,) = tmp_path.glob("results/.work/*/log.txt")
    again = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: "resumed at step" in log.read_text())
    again.send_signal(signal.SIGINT)
    assert again.wait(60) == 130
    assert store.scan() == ([], [])


def test_the_second_worker_leaves(tmp_path: Path) -> None:
    run = search(ENDLESS)
    store = prepared(run, tmp_path)
    first = start(run, store, every_s=1e9)
    wait_for(lambda: read_progress(store.work(run)) is not None)
    assert start(run, store, every_s=1e9).wait(60) == STOPPED
    assert "another worker" in (store.work(run) / "log.txt").read_text()
    assert first.poll() is None
    first.terminate()
    assert first.wait(60) == STOPPED
    assert store.resumable(run)


def test_a_worker_that_was_robbed_of_its_run_leaves_no_trace(tmp_path: Path) -> None:
    run = search(ENDLESS)
    store = prepared(run, tmp_path)
    worker = start(run, store, every_s=0.3)
    wait_for(lambda: store.resumable(run))
    (store.work(run) / "claim.json").write_text(json.dumps({"token": "theirs"}))
    assert worker.wait(60) == STOPPED
    assert "took over this run" in (store.work(run) / "log.txt").read_text()
    assert json.loads((store.work(run) / "claim.json").read_text()) == {"token": "theirs"}


def test_a_killed_run_is_a_failure_that_goes_on_when_retried(tmp_path: Path) -> None:
    words = ("run", "--task", TASK, "--algo", "random-search", "--seeds", "1", "--steps", "200000")
    command = [sys.executable, "-m", "mjbench.cli.main", *words, "--snapshot-every", "0.2"]
    running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: list(tmp_path.glob("results/.work/*/snapshots/1.json")))
    (work,) = tmp_path.glob("results/.work/*")
    pid = json.loads((work / "claim.json").read_text())["pid"]
    os.kill(pid, signal.SIGKILL)  # as the kernel does when memory runs out
    _, said = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "killed by signal 9" in said
    assert "1 failed" in mjbench("status", cwd=tmp_path).stdout
    done = mjbench(*words, "--retry-failed", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = ResultStore(tmp_path / "results").current()[0]
    assert found.record.status == "completed"
    assert found.record.resources.resumed == 1
    assert not work.exists()


def test_a_task_that_cannot_be_saved_starts_again_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from dataclasses import replace

    run = search(3000)
    task = replace(Registry().task(TASK), stateless_reason="its wind tunnel has no memory")
    monkeypatch.setattr(Registry, "task", lambda *_: task)
    parts = Interrupted(run, tmp_path / "parts", 1000)
    parts.first()
    assert not parts.store.resumable(run)
    assert "no snapshots: its wind tunnel" in capfd.readouterr().err
    assert parts.second() == content(undisturbed(run, tmp_path / "whole"), run)


def test_a_snapshot_that_fits_no_more_starts_the_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    run = search(3000)
    parts = Interrupted(run, tmp_path / "parts", 1000)
    parts.first()
    with monkeypatch.context() as patch:
        patch.setattr("mjbench.runner.snapshotter.pickle.loads", lambda _: {}["gone"])
        assert parts.second() == content(undisturbed(run, tmp_path / "whole"), run)
    assert "snapshot not used: KeyError: 'gone'; the run starts again" in capfd.readouterr().err
    assert not parts.store.resumable(run)


def test_a_snapshot_of_other_software_is_named_on_the_terminal_and_the_run_starts_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    run = search(3000)
    parts = Interrupted(run, tmp_path / "parts", 1000)
    with monkeypatch.context() as patch:
        patch.setattr("mjbench.runner.provenance.platform.python_version", lambda: "3.0.1")
        patch.delitem(sys.modules, "shimmy", raising=False)
        parts.first()
    (manifest,) = parts.store.snapshots(run).glob("*.json")
    origin = json.loads(json.loads(manifest.read_text())["manifest"])["origin"]
    assert {"run", "python", "numpy", "gymnasium", "mjbench-pointmass"} <= origin.keys()
    assert "shimmy" not in origin, "this run does not import it"
    for _ in Queue(LOCAL, parts.store).work([run]):
        pass
    why = f"made with other software (python: saved 3.0.1, installed {platform.python_version()})"
    said = f"mjbench: {run.label}: snapshot not used: snapshot 1: {why}; the run starts again\n"
    assert capfd.readouterr().err.count(said) == 1
    assert resumed(parts.store, run) == 0
    assert content(parts.store, run)["files"] == content(undisturbed(run, tmp_path / "whole"), run)["files"]


def test_a_disk_that_takes_no_snapshot_costs_the_snapshot_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    run = search(1000)
    monkeypatch.setattr(Snapshots, "_write", refuse)
    store = ResultStore(tmp_path)
    assert execute(run, store, Registry(), snapshot_every_s=0).status == "completed"
    assert "no snapshot at step 100: [Errno 28]" in capfd.readouterr().err


@pytest.mark.parametrize(("error", "kept"), [(MemoryError("out of memory"), True), (ValueError("a bug"), False)])
def test_snapshots_survive_a_failure_that_may_not_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, kept: bool
) -> None:
    def fail(*_: object) -> None:
        raise error

    run = search(1000)
    monkeypatch.setattr(execute_module.RunSession, "finish", fail)
    store = ResultStore(tmp_path)
    record = execute(run, store, Registry(), snapshot_every_s=0)
    assert (record.status, record.error) == ("failed", f"{type(error).__name__}: {error}")
    assert store.resumable(run) is kept


LIMITED = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
from mjbench.launch.local import LOCAL
from mjbench.launch.queue import Queue
from mjbench.store.codec import load_run
from mjbench.store.store import ResultStore
runs = [load_run(path.read_bytes()) for path in sorted(Path(sys.argv[2]).glob("*.run"))]
for _ in Queue(LOCAL, ResultStore(Path(sys.argv[3])), jobs=1).work(runs): pass
"""


@pytest.mark.parametrize(("limit", "words"), [(100, "File too large"), (2500, "cannot write the record")])
def test_files_that_cannot_be_written_end_in_a_line_each(tmp_path: Path, limit: int, words: str) -> None:
    from mjbench.store.codec import dump_run

    for seed in (0, 1):
        (tmp_path / f"{seed}.run").write_bytes(dump_run(search(3000, seed)))
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit), str(tmp_path), str(tmp_path / "results")],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found, problems = ResultStore(tmp_path / "results").scan()
    assert not problems
    told = done.stderr.splitlines() + [item.record.error for item in found]
    for seed in (0, 1):
        assert any(words in line and f"seed {seed}" in line for line in told), told


def test_a_disk_that_refuses_one_run_leaves_the_others(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    bad, good = search(300, 0), search(300, 1)
    store = ResultStore(tmp_path)
    store.prepare()
    store.work(bad).write_text("a file where its private folder would be")
    queue = Queue(LOCAL, store, jobs=1)
    for _ in queue.work([bad, good]):
        pass
    (said,) = capfd.readouterr().err.splitlines()
    assert said.startswith(f"mjbench: {bad.label}: [Errno 17] File exists")
    assert store.has(good)
    assert [(ended.run, ended.found is None) for ended in queue.ended] == [(bad, True), (good, False)]
