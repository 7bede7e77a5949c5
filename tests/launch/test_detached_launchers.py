"""Workers that outlive mjbench: left alone by Ctrl-C, found again, counted by status, stopped by cancel."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributions import write_distribution
from farm_launcher import FarmLauncher
from killing import content, undisturbed, wait_for
from launching import ENDLESS, search, worked_off

from mjbench.errors import MjbenchError
from mjbench.launch.cancel import cancel
from mjbench.launch.jobs import held_jobs
from mjbench.launch.local import LOCAL
from mjbench.launch.queue import Queue
from mjbench.launch.states import begun
from mjbench.registry.lookup import Registry
from mjbench.runner.claim import is_claimed
from mjbench.store.store import ResultStore

FARM = Path(__file__).parents[1] / "farm_launcher.py"
RUN = ("run", "--task", "pointmass/Centre-v0", "--algo", "random-search", "--seeds", "2", "--launcher", "farm")


@pytest.fixture(autouse=True)
def farm(site: Path, pointmass: None, tmp_path: Path) -> Iterator[None]:
    """Installed, and empty afterwards."""
    points = {"mjbench.launchers": {"farm": "mjbench_farm:FARM"}}
    write_distribution(site, "mjbench-farm", "0.1", points, {"mjbench_farm": FARM.read_text()})
    yield
    for path in tmp_path.rglob("farm.job"):
        worker = FarmLauncher().attach(path.parent)
        if worker is not None:
            worker.stop(True)


def mjbench(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_command(*words), capture_output=True, text=True, timeout=120)


def _command(*words: object) -> list[str]:
    return [sys.executable, "-m", "mjbench.cli.main", *map(str, words)]


def states(results: Path) -> list[str]:
    body = json.loads(mjbench("status", "--json", "--results", results).stdout)
    return sorted(run["state"] for run in body["runs"])


def test_jobs_that_may_wait_are_started_together(tmp_path: Path) -> None:
    runs, launcher = search(100, 200, 300), FarmLauncher()
    store = ResultStore(tmp_path / "results")
    queue = worked_off(launcher, store, runs)
    assert launcher.batches == [3]
    assert queue.at_once == 1
    assert all(ended.found for ended in queue.ended)
    held_back, other = FarmLauncher(), ResultStore(tmp_path / "other")
    worked_off(held_back, other, runs, jobs=1)
    assert held_back.batches == [1, 1, 1]
    for run in runs:
        assert content(store, run) == content(other, run) == content(undisturbed(run, tmp_path / "alone"), run)


def test_what_cannot_be_started_together_ends_the_command(tmp_path: Path) -> None:
    with pytest.raises(MjbenchError, match=r"^the farm is closed$"):
        worked_off(FarmLauncher(-1), ResultStore(tmp_path / "results"), search(100, 200))


def test_ctrl_c_leaves_the_workers_and_the_same_command_finds_them(tmp_path: Path) -> None:
    results = tmp_path / "results"
    command = (*RUN, "--steps", 40_000, "--results", results)
    process = subprocess.Popen(_command(*command), stderr=subprocess.PIPE, text=True)
    store = ResultStore(results)
    wait_for(lambda: len(begun(store)) == 2 and all(is_claimed(store.work(run)) for run in begun(store)))
    pids = {path.read_text() for path in results.rglob("farm.job")}
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert said.strip() == (
        "0 of 2 runs done. 2 jobs left in the queue of the cluster. Follow them with the same command or mjbench "
        "status; stop them with mjbench cancel."
    )
    assert states(results) == ["running"] * 2
    assert {path.read_text() for path in results.rglob("farm.job")} == pids
    again = mjbench(*command)
    assert again.returncode == 0, again.stderr
    assert [record.resources.resumed for record in (item.record for item in store.scan()[0])] == [0, 0]


def test_detach_cancel_and_a_worker_that_waits_is_queued(tmp_path: Path) -> None:
    results, options = tmp_path / "results", tmp_path / "options"
    options.write_text("19")
    command = (*RUN, "--steps", ENDLESS, "--results", results, "--launcher-options", options)
    done = mjbench(*command, "--detach")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("2 runs in the queue of the cluster. ")
    store = ResultStore(results)
    runs = begun(store)
    assert set(states(results)) <= {"queued", "running"}
    wait_for(lambda: all(store.resumable(run) or is_claimed(store.work(run)) for run in runs))
    said: list[str] = []
    with pytest.raises(MjbenchError, match=r"no run under way .* 'random-serch'; did you mean random-search"):
        cancel(store, Registry(), ["random-serch"], said.append)
    first = cancel(store, Registry(), [runs[0].run_id[:6]], said.append)
    assert (first.stopped, first.elsewhere) == ([runs[0]], [])
    wait_for(lambda: set(held_jobs(runs, store, Registry(), said.append)) == {runs[1].run_id})
    shown = mjbench("cancel", "--results", results)
    assert shown.stdout == f"cancelled: {runs[1].label}\n1 job cancelled\n"
    wait_for(lambda: not held_jobs(runs, store, Registry(), said.append))
    assert set(states(results)) <= {"resumable", "missing"}
    assert said == []


def test_a_run_of_this_machine_is_not_cancelled(tmp_path: Path) -> None:
    (run,), store = search(ENDLESS), ResultStore(tmp_path / "results")
    queue = Queue(LOCAL, store, jobs=1)
    at_work = queue.work([run])
    for _ in at_work:
        if is_claimed(store.work(run)):
            break
    assert cancel(store, Registry(), [], print).elsewhere == [run]
    assert is_claimed(store.work(run))
    at_work.close()


def test_a_launcher_that_is_gone_is_named_once(tmp_path: Path) -> None:
    runs, store = search(100, 200), ResultStore(tmp_path / "results")
    for run in runs:
        store.work(run).mkdir(parents=True)
        (store.work(run) / "pbs.job").write_text("1")
    said: list[str] = []
    assert held_jobs(runs, store, Registry(), said.append) == {}
    assert len(said) == 1
    assert "unknown launcher 'pbs'" in said[0]
