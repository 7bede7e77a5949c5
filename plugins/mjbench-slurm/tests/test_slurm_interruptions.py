"""Whatever Slurm does to a job, its run ends with the bytes of a run on this machine that nobody disturbed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from killing import content, resumed, small_run, undisturbed, wait_for
from mjbench_slurm.launcher import SlurmLauncher
from on_slurm import back_at_work, job_of, node_of, restarts, says, under_way

from mjbench.launch.queue import Queue
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore

pytestmark = [pytest.mark.slurm, pytest.mark.slow, pytest.mark.usefixtures("slurm")]


@contextmanager
def worked_off(store: ResultStore, runs: list[RunSpec], options: Path | None = None) -> Iterator[Queue]:
    """A queue that works in the background until the end of the block, and then to its own end."""
    launcher = SlurmLauncher() if options is None else SlurmLauncher().with_options(options)
    queue = Queue(launcher, store, snapshot_every_s=0.5)
    thread = threading.Thread(target=lambda: [None for _ in queue.work(runs)], daemon=True)
    thread.start()
    yield queue
    thread.join(300)
    assert not thread.is_alive()


def disturbed(tmp_path: Path, disturb: Callable[[ResultStore, RunSpec, str], object], steps: int = 12_000) -> None:
    run, store = small_run("gymnasium/InvertedPendulum-v5", "ppo", steps=steps), ResultStore(tmp_path / "results")
    with worked_off(store, [run]) as queue:
        wait_for(lambda: under_way(store, run) and store.resumable(run))
        job = job_of(store, run)
        disturb(store, run, job)
        back_at_work(store, run, job)
    assert [ended.found is not None for ended in queue.ended] == [True]
    assert restarts(job) == 1
    assert resumed(store, run) == 1
    assert store.scan()[1] == []
    assert content(store, run) == content(undisturbed(run, tmp_path / "alone"), run)


def test_an_array_gives_the_bytes_of_this_machine(tmp_path: Path) -> None:
    runs = [small_run("gymnasium/InvertedPendulum-v5", "ppo", seed) for seed in range(3)]
    runs.append(small_run("gymnasium/InvertedPendulum-v5", "sac"))
    store = ResultStore(tmp_path / "results")
    with worked_off(store, runs):
        wait_for(lambda: all((store.work(run) / "slurm.job").exists() or store.has(run) for run in runs))
        arrays = {job_of(store, run).partition("_")[0] for run in runs if not store.has(run)}
    assert len(arrays) == 1, "runs that request the same are one array"
    for run in runs:
        assert content(store, run) == content(undisturbed(run, tmp_path / "alone"), run)
    assert list((store.root / ".work").glob("*/")) == []


def test_a_job_put_back_by_scontrol(tmp_path: Path) -> None:
    disturbed(tmp_path, lambda store, run, job: says("scontrol", "requeue", job))


def test_a_node_that_goes_down(tmp_path: Path) -> None:
    def lose_the_node(store: ResultStore, run: RunSpec, job: str) -> None:
        node = node_of(job)
        says("scontrol", "update", f"nodename={node}", "state=down", "reason=test")
        wait_for(lambda: not node_of(job) or node_of(job) != node)
        says("scontrol", "update", f"nodename={node}", "state=resume")

    disturbed(tmp_path, lose_the_node)


def test_a_job_that_more_urgent_ones_push_out(tmp_path: Path) -> None:
    def push_out(store: ResultStore, run: RunSpec, job: str) -> None:
        urgent = ["sbatch", "--parsable", "-p", "urgent", "-w", node_of(job), "--exclusive", "-o", "/dev/null"]
        other = says(*urgent, "--wrap", "sleep 5")
        wait_for(lambda: says("squeue", "-h", "-j", other, "-o", "%T") == "RUNNING")

    disturbed(tmp_path, push_out, steps=40_000)  # Slurm takes its time


def test_a_time_limit_that_strikes(tmp_path: Path) -> None:
    options = tmp_path / "slurm.toml"
    options.write_text('time = "1"\n[algorithm.ppo]\nmemory = "1G"\n')
    run = small_run("gymnasium/InvertedPendulum-v5", "ppo", steps=60_000)
    store = ResultStore(tmp_path / "results")
    with worked_off(store, [run], options=options) as queue:
        wait_for(lambda: under_way(store, run))
        job = job_of(store, run)
        assert "TimeLimit=00:01:00" in says("scontrol", "show", "job", job)
        back_at_work(store, run, job)
        assert not store.has(run), "it ended within the limit"
    assert [ended.found is not None for ended in queue.ended] == [True]
    assert resumed(store, run) >= 1
    assert content(store, run) == content(undisturbed(run, tmp_path / "alone"), run)
