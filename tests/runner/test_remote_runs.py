"""Workers on machines that share nothing but a remote: each has a results folder of its own."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from distributions import write_distribution
from killing import content, prepared, resumed, small_run, undisturbed, wait_for
from launching import PROTOCOL, search

from mjbench.runner.command import REMOTE, STOPPED, worker_command, worker_environment
from mjbench.runner.progress import read_progress
from mjbench.spec.run import RunSpec
from mjbench.store.codec import dump_run
from mjbench.store.remote import open_remote
from mjbench.store.remote_records import record_folders
from mjbench.store.store import ResultStore

OFTEN = """
import sys
from mjbench.runner import remote_run, worker
remote_run.LOOK_S = 0.05
sys.exit(worker.main(sys.argv[1:]))
"""
"""A worker that looks often for new snapshots."""


def start(run: RunSpec, store: ResultStore, remote: str, every_s: float = 0.2) -> subprocess.Popen[bytes]:
    command = worker_command(run, store.root, every_s, remote=remote)
    with open(store.work(run) / "log.txt", "ab") as log:
        return subprocess.Popen(
            [sys.executable, "-c", OFTEN, *command[3:]],
            cwd=store.work(run),
            env={**os.environ, **worker_environment(run)},
            stdout=log,
            stderr=log,
        )


def log(run: RunSpec, store: ResultStore) -> str:
    return (store.work(run) / "log.txt").read_text()


@pytest.mark.parametrize(
    ("number", "algorithm", "remote_url"),
    [(signal.SIGTERM, "ppo", "s3"), (signal.SIGKILL, "sac", "s3"), (signal.SIGTERM, "sac", "folder")],
    indirect=["remote_url"],
)
def test_a_run_goes_on_from_a_snapshot_on_another_machine_to_the_same_bytes(
    number: signal.Signals, algorithm: str, remote_url: str, tmp_path: Path
) -> None:
    run = small_run("gymnasium/InvertedPendulum-v5", algorithm, steps=1500)
    expected = content(undisturbed(run, tmp_path / "alone"), run)
    remote = open_remote(remote_url)
    first, second = prepared(run, tmp_path / "first"), prepared(run, tmp_path / "second")
    worker = start(run, first, remote.url, every_s=0.05)
    pointer = f".work/{run.run_id}/snapshot.json"
    if number == signal.SIGKILL:
        wait_for(lambda: worker.poll() is not None or remote.look(pointer) is not None)
    else:
        wait_for(lambda: worker.poll() is not None or any(first.snapshots(run).glob("*.json")))
    worker.send_signal(number)
    assert worker.wait(100) == (STOPPED if number == signal.SIGTERM else -number), log(run, first)
    assert record_folders(remote) == []
    seen = remote.look(pointer)
    assert seen is not None
    assert 0 < json.loads(seen.data)["step"] < run.steps
    blobs = {key.rpartition("/")[2] for key in remote.listed(f".work/{run.run_id}/snapshots/")}
    manifest = json.loads(json.loads(json.loads(seen.data)["manifest"])["manifest"])
    needed = {manifest["state"]["sha256"], *(chunk["sha256"] for chunk in manifest["rows"])}
    assert needed <= blobs
    worker = start(run, second, remote.url)
    assert worker.wait(100) == 0, log(run, second)
    assert "resumed at step" in log(run, second)
    assert resumed(second, run) == 1
    assert content(second, run) == expected
    assert remote.listed(".work/") == [], "nothing is left but the record"
    third = prepared(run, tmp_path / "third")
    assert start(run, third, remote.url).wait(100) == 0
    assert log(run, third) == ""
    assert content(third, run) == content(second, run)


COUNTS = """
import os
from pointmass.search import RandomSearch
class Counts(RandomSearch):
    def train(self, session):
        with open(os.environ["COUNTS"], "ab", buffering=0) as file:
            file.write(f"{session.run.run_id}\\n".encode())
        return super().train(session)
COUNTS = Counts()
"""
RACE = """
import os, random, sys
from pathlib import Path
import mjbench.runner.execute, mjbench.runner.remote_run, mjbench.runner.trackers, boto3, mujoco
from mjbench.runner import worker
from mjbench.store.codec import dump_run, load_run
from mjbench.store.store import ResultStore
root, remote, machines = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
runs = [load_run(path.read_bytes()) for path in sorted(Path(sys.argv[4]).iterdir())]
children = []
for machine in range(machines):
    pid = os.fork()
    if pid:
        children.append(pid)
        continue
    try:
        store, status = ResultStore(root / str(machine)), 0
        random.Random(machine).shuffle(runs)
        for run in runs:
            store.work(run).mkdir(parents=True)
            (store.work(run) / "run.json").write_bytes(dump_run(run))
            store.prepare()
            ended = worker.main([str(store.root), run.run_id, "--remote", remote])
            status = status or (ended not in (0, 75))
        os._exit(status)
    except BaseException:
        import traceback
        traceback.print_exc()
        os._exit(3)
sys.exit(any(os.waitpid(pid, 0)[1] for pid in children))
"""


@pytest.mark.usefixtures("pointmass")
def test_sixteen_machines_race_for_twenty_runs_and_each_is_trained_once(
    remote_url: str, tmp_path: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_distribution(site, "counts", "1", {"mjbench.algorithms": {"counts": "counts:COUNTS"}}, {"counts": COUNTS})
    monkeypatch.setenv("COUNTS", str(tmp_path / "trained"))
    runs = [replace(run, algorithm="counts") for run in search(*[400] * 20)]
    (tmp_path / "runs").mkdir()
    for run in runs:
        (tmp_path / "runs" / run.run_id).write_bytes(dump_run(run))
    remote = open_remote(remote_url)
    command = [sys.executable, "-c", RACE, str(tmp_path / "machines"), remote.url, "16", str(tmp_path / "runs")]
    done = subprocess.run(command, env={**os.environ, **worker_environment(runs[0])}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(record_folders(remote)) == 20
    trained = (tmp_path / "trained").read_text().split()
    assert sorted(trained) == sorted(run.run_id for run in runs)
    assert "another worker is training" in done.stderr, "they did meet"
    for run in runs:
        records = {
            (folder / "record.json").read_bytes()
            for machine in range(16)
            if (folder := ResultStore(tmp_path / "machines" / str(machine)).folder(run)).exists()
        }
        assert len(records) == 1


STARTS = """
from pointmass.search import RandomSearch
class Starts(RandomSearch):
    def train(self, session):
        found = session.source_policy()
        print("from", found and found.name, flush=True)
        return super().train(session)
STARTS = Starts()
"""


@pytest.mark.usefixtures("pointmass")
def test_the_policy_of_a_warm_start_comes_from_the_remote(remote_url: str, tmp_path: Path, site: Path) -> None:
    write_distribution(site, "starts", "1", {"mjbench.algorithms": {"starts": "starts:STARTS"}}, {"starts": STARTS})
    source = RunSpec("pointmass/Centre-v0", "starts", {"noise": 0.5}, 0, 100, PROTOCOL)
    run = replace(source, steps=200, source=source.run_id)
    first, second = prepared(source, tmp_path / "first"), prepared(run, tmp_path / "second")
    assert start(source, first, remote_url).wait(100) == 0, log(source, first)
    assert start(run, second, remote_url).wait(100) == 0, log(run, second)
    assert f"from 0-{source.run_id}" in log(run, second)


@pytest.mark.usefixtures("pointmass")
def test_a_remote_that_is_not_there_is_no_failure_of_the_run(bucket: str, tmp_path: Path) -> None:
    (run,) = search(300)
    store = prepared(run, tmp_path / "results")
    assert start(run, store, "s3://nothing-here/results").wait(100) == STOPPED
    assert log(run, store).startswith(f"{REMOTE}there is no bucket nothing-here")
    assert store.scan() == ([], [])
    assert start(run, store, bucket).wait(100) == 0, log(run, store)
    assert len(record_folders(open_remote(bucket))) == 1


@pytest.mark.usefixtures("pointmass")
def test_a_failed_run_is_on_the_remote_too(remote_url: str, tmp_path: Path) -> None:
    (run,) = search(300)
    run = replace(run, algorithm="not-installed")
    store = prepared(run, tmp_path / "results")
    assert start(run, store, remote_url).wait(100) == 1
    remote = open_remote(remote_url)
    assert [folder.rpartition("/")[2] for folder in record_folders(remote)] == [f"0-{run.run_id}-failed-1"]
    assert read_progress(store.work(run)) is None
