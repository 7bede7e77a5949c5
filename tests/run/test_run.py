"""Real workers in processes of their own, on a real MuJoCo task."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mjbench.launch.local import LOCAL
from mjbench.plan.grid import plan
from mjbench.registry.lookup import Registry
from mjbench.run.progress import read_progress
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import ResultStore

pytestmark = pytest.mark.usefixtures("pointmass")
PROTOCOL = EvalProtocol(checkpoints=3, episodes=2, final_episodes=4)


def runs(algorithm: str = "random-search", seeds: int = 1, steps: int = 600, protocol=PROTOCOL) -> list[RunSpec]:
    registry = Registry()
    task = registry.task("pointmass/Centre-v0")
    return plan([task], {algorithm: registry.algorithm(algorithm)}, range(seeds), steps=steps, protocol=protocol)


def launch(todo: list[RunSpec], results: Path, jobs: int = 2) -> ResultStore:
    for _ in LOCAL.launch(todo, results, jobs):
        pass
    return ResultStore(results)


def test_a_record_holds_what_the_protocol_asks_for(tmp_path: Path) -> None:
    (run,) = runs()
    store = launch([run], tmp_path)
    record = store.read(store.folder(run))
    assert record.status == "completed"
    assert record.evaluations.step == [200] * 2 + [400] * 2 + [600] * 4
    assert record.evaluations.seed == [1_000_000 + i for i in (0, 1, 0, 1, 0, 1, 2, 3)]
    assert record.evaluations.episode_length == [100] * 8
    assert set(record.evaluations.metrics) == {"distance_m", "mean_distance_m"}
    assert record.training.step == [100, 200, 300, 400, 500, 600]
    assert record.resources.steps_per_s > 0
    assert record.resources.peak_memory_mib > 10
    assert record.provenance["packages"]["mujoco"]
    assert record.provenance["task_plugin"] == "mjbench-pointmass 0.3.0"
    assert record.provenance["threads"] == 1
    assert not store.work(run).exists()


def test_the_saved_policy_replays_to_the_recorded_returns(tmp_path: Path) -> None:
    from mjbench.evaluation.evaluator import Evaluator

    (run,) = runs()
    store = launch([run], tmp_path)
    record, registry = store.read(store.folder(run)), Registry()
    task = registry.task(run.task)
    policy = registry.algorithm(run.algorithm).load_policy(store.folder(run))
    played = Evaluator(task).evaluate(policy, 4, PROTOCOL.seed)
    assert played.episode_return == record.final_returns


def test_a_run_that_fails_is_recorded_and_stops_nobody(tmp_path: Path, site: Path) -> None:
    from distributions import write_distribution

    source = """
class Fails:
    def hyperparameters(self, task): return {"how": "raise"}
    def load_policy(self, folder): raise NotImplementedError
    def train(self, session):
        import os, signal
        if session.run.hyperparameters["how"] == "raise":
            raise RuntimeError("the motor is on fire")
        os.kill(os.getpid(), signal.SIGKILL)
FAILS = Fails()
"""
    write_distribution(site, "fails", "1", {"mjbench.algorithms": {"fails": "fails:FAILS"}}, {"fails": source})
    registry = Registry()
    task, algorithm = registry.task("pointmass/Centre-v0"), {"fails": registry.algorithm("fails")}
    raising = plan([task], algorithm, [0], steps=100, protocol=PROTOCOL)
    killed = plan([task], algorithm, [0], steps=100, protocol=PROTOCOL, changes={"how": "die"})
    good = runs(steps=200)
    store = launch([*raising, *killed, *good], tmp_path)
    assert store.has(good[0])
    errors = {found.record.run.run_id: found.record.error for found in store.current()[0]}
    assert errors[raising[0].run_id] == "RuntimeError: the motor is on fire"
    assert "killed by signal 9" in errors[killed[0].run_id]
    assert not store.has(raising[0])


def test_stopping_ends_the_workers_and_leaves_no_record(tmp_path: Path) -> None:
    todo = runs(seeds=3, steps=5_000_000)
    store = ResultStore(tmp_path)
    at_work = LOCAL.launch(todo, tmp_path, 2)
    deadline, under_way = time.monotonic() + 60, []
    for _ in at_work:
        under_way = [progress for run in todo if (progress := read_progress(store.work(run)))]
        if len(under_way) == 2 and all(progress.step > 0 for progress in under_way):
            break
        assert time.monotonic() < deadline, "the workers did not start"
    at_work.close()
    for progress in under_way:
        with pytest.raises(ProcessLookupError):
            os.kill(progress.pid, 0)
    assert store.scan() == ([], [])


def test_a_worker_whose_launcher_is_killed_ends_too(tmp_path: Path) -> None:
    (run,) = runs(steps=5_000_000)
    store = ResultStore(tmp_path / "results")
    script = (
        "import sys; from pathlib import Path; from mjbench.launch.local import LOCAL; "
        "from mjbench.store.codec import load_run; run = load_run(Path(sys.argv[1]).read_bytes())\n"
        "for _ in LOCAL.launch([run], Path(sys.argv[2]), 1): pass"
    )
    from mjbench.store.codec import dump_run

    (tmp_path / "run.json").write_bytes(dump_run(run))
    launcher = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "run.json"), str(store.root)])
    deadline = time.monotonic() + 60
    while (progress := read_progress(store.work(run))) is None or progress.step == 0:
        assert time.monotonic() < deadline, "the worker did not start"
        time.sleep(0.1)
    launcher.send_signal(signal.SIGKILL)
    launcher.wait()
    while Path(f"/proc/{progress.pid}").exists():
        assert time.monotonic() < deadline, "the worker trains on without its launcher"
        time.sleep(0.1)
    assert store.scan() == ([], [])


@pytest.mark.parametrize("algorithm", ["random-search"])
def test_evaluating_more_often_changes_neither_training_nor_policy(tmp_path: Path, algorithm: str) -> None:
    results = []
    for protocol in (PROTOCOL, EvalProtocol(checkpoints=6, episodes=5, final_episodes=4)):
        (run,) = runs(algorithm, protocol=protocol)
        store = launch([run], tmp_path)
        record = store.read(store.folder(run))
        results.append((record.training, record.policy_sha256, record.final_returns))
    assert results[0] == results[1]
