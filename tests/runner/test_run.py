"""Real workers in processes of their own, on a real MuJoCo task."""

import resource
from pathlib import Path

import pytest

from mjbench.launch.local import LOCAL
from mjbench.launch.queue import Queue
from mjbench.plan.grid import plan
from mjbench.registry.lookup import Registry
from mjbench.runner.execute import execute, peak_mib
from mjbench.runner.session import RunSession
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
    store = ResultStore(results)
    for _ in Queue(LOCAL, store, jobs=jobs).work(todo):
        pass
    return store


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


@pytest.mark.parametrize("algorithm", ["random-search"])
def test_evaluating_more_often_changes_neither_training_nor_policy(tmp_path: Path, algorithm: str) -> None:
    results = []
    for protocol in (PROTOCOL, EvalProtocol(checkpoints=6, episodes=5, final_episodes=4)):
        (run,) = runs(algorithm, protocol=protocol)
        store = launch([run], tmp_path)
        record = store.read(store.folder(run))
        results.append((record.training, record.policy_sha256, record.final_returns))
    assert results[0] == results[1]


def test_peak_memory_is_what_the_kernel_says() -> None:
    status = Path("/proc/self/status").read_text()
    peak_kib = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")))
    measured = peak_mib(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    assert measured == pytest.approx(peak_kib / 1024, rel=0.05)
    assert peak_mib(300 * 2**20, "darwin") == 300.0, "macOS gives bytes"


@pytest.mark.parametrize("kind", [AssertionError, FloatingPointError])
def test_an_error_without_a_text_is_recorded_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    def fail(*_: object) -> None:
        raise kind

    monkeypatch.setattr(RunSession, "finish", fail)
    (run,) = runs(steps=100)
    record = execute(run, ResultStore(tmp_path), Registry())
    assert record.error == f"{kind.__name__} at runner/test_run.py:{fail.__code__.co_firstlineno + 1}"
