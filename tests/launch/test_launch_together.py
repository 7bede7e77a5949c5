"""Which real workers run at the same time, and in which order."""

from dataclasses import replace
from pathlib import Path

import pytest

from mjbench.launch.estimate import WORKER_BYTES
from mjbench.launch.local import LocalLauncher
from mjbench.launch.queue import Queue
from mjbench.plan.grid import plan
from mjbench.registry.lookup import Registry
from mjbench.runner.claim import is_claimed
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import ResultStore
from mjbench.store.walk import RECORD

PROTOCOL = EvalProtocol(checkpoints=1, episodes=1, final_episodes=1)


def search(*steps: int) -> list[RunSpec]:
    """Runs of so many steps, a seed each."""
    registry = Registry()
    task, algorithm = registry.task("pointmass/Centre-v0"), registry.algorithm("random-search")
    runs = plan([task], {"random-search": algorithm}, range(len(steps)), steps=1, protocol=PROTOCOL)
    return [replace(run, steps=count) for run, count in zip(runs, steps, strict=True)]


def launched(runs: list[RunSpec], results: Path, jobs: int, free: float) -> int:
    """Execute them; the largest number that was seen at work at once."""
    store, most = ResultStore(results), 0
    for _ in Queue(LocalLauncher(free), store, jobs=jobs).work(runs):
        most = max(most, sum(is_claimed(store.work(run)) for run in runs))
    assert all(store.has(run) for run in runs)
    return most


def ended(runs: list[RunSpec], results: Path) -> list[int]:
    """Their seeds in the order in which they ended."""
    store = ResultStore(results)
    return [run.seed for run in sorted(runs, key=lambda run: (store.folder(run) / RECORD).stat().st_mtime_ns)]


@pytest.mark.usefixtures("pointmass")
def test_the_longest_begins(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    runs = search(100, 300, 200)
    launched(runs, tmp_path / "results", 1, 2 * WORKER_BYTES)
    assert ended(runs, tmp_path / "results") == [1, 2, 0]
    assert capfd.readouterr().err == ""


@pytest.mark.usefixtures("pointmass")
def test_no_more_workers_than_memory_holds(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert launched(search(9000, 9000, 9000), tmp_path / "results", 3, 1.5 * WORKER_BYTES) == 1
    lines = "mjbench: 2 parallel runs need 1.0 GB of memory, 0.8 GB are free: running one at a time\n"
    assert capfd.readouterr().err == lines


@pytest.mark.usefixtures("pointmass")
def test_workers_that_fit_run_together(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert launched(search(9000, 9000), tmp_path / "results", 2, 2 * WORKER_BYTES) == 2
    assert capfd.readouterr().err == ""


@pytest.mark.usefixtures("pointmass")
def test_a_run_that_does_not_fit_alone_is_tried(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    runs = search(9000, 9000)  # long enough to be seen at work
    assert launched(runs, tmp_path / "results", 2, 1e8) == 1
    lines = capfd.readouterr().err.splitlines()
    assert lines[0] == f"mjbench: {runs[0].label} may need 0.5 GB of memory; 0.1 GB are free"
    assert lines[1:] == ["mjbench: 2 parallel runs need 1.0 GB of memory, 0.1 GB are free: running one at a time"]


@pytest.mark.usefixtures("pendulums")
def test_a_warm_start_waits_for_its_source_though_it_takes_longer(tmp_path: Path) -> None:
    registry = Registry()
    task = registry.task("pendulum/Strong-v0")
    source, _ = plan(
        [task],
        {"fast-ppo": registry.algorithm("fast-ppo")},
        [0],
        steps=64,
        protocol=PROTOCOL,
        changes={"n_steps": 64, "batch_size": 32, "n_epochs": 1, "net_arch": [8]},
        find_task=registry.task,
    )
    warm = replace(source, task=task.id, steps=128, seed=0, source=source.run_id)
    launched([source, warm], tmp_path / "results", 2, 10 * WORKER_BYTES)
    store = ResultStore(tmp_path / "results")
    assert store.read(store.folder(warm)).run.source == source.run_id
