"""Environments that nobody has checked: state in odd places is held or refused, and bad numbers are named theirs."""

import os
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from killing import Interrupted, content, small_run, undisturbed

from mjbench.launch.local import LOCAL
from mjbench.launch.queue import Queue
from mjbench.registry.lookup import Registry
from mjbench.runner.execute import execute
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore

TESTS = str(Path(__file__).parent.parent)


@pytest.fixture(autouse=True)
def found_by_workers(pointmass: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", TESTS + os.pathsep + os.environ["PYTHONPATH"])


def search(kind: str, steps: int = 1000) -> RunSpec:
    return small_run(f"adhoc/stateful_envs:{kind}-v0", "random-search", 0, steps)


@pytest.mark.parametrize("kind", ["Point", "Numba", "Torch", "Smooth"])
def test_state_in_odd_places_is_held(kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    parts = Interrupted(search(kind), tmp_path / "parts", 410)  # in the middle of an episode
    parts.first()
    assert parts.store.resumable(parts.run), capfd.readouterr().err
    assert parts.second() == content(undisturbed(search(kind), tmp_path / "whole"), search(kind))
    assert "resumed at step" in capfd.readouterr().err


REFUSED = {
    "Handle": "restored into a fresh environment it continues differently; ",
    "Module": "restored into a fresh environment it continues differently; step",
    "Rebuilt": "it cannot be restored into a fresh environment: ",
    "Unsaveable": r"endless is a builtins.generator, whose state cannot be saved",
    "Crashing": "it could not be tested: the process that tested it was ended by signal 6",
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_held_is_refused_at_the_first_snapshot_and_training_goes_on(
    kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run = search(kind)
    expected = content(undisturbed(run, tmp_path / "whole"), run)
    assert execute(run, ResultStore(tmp_path / "tried"), Registry(), snapshot_every_s=0.0).status == "completed"
    said = capfd.readouterr().err
    assert said.count("no snapshots: ") == 1
    assert REFUSED[kind] in said
    if kind != "Module":  # its global is the process's
        assert content(ResultStore(tmp_path / "tried"), run) == expected


def test_trying_out_leaves_the_global_generators_alone(tmp_path: Path) -> None:
    def drawn(every_s: float) -> tuple[float, float]:
        random.seed(1)
        np.random.seed(1)
        execute(search("Point"), ResultStore(tmp_path / str(every_s)), Registry(), snapshot_every_s=every_s)
        return random.random(), np.random.random()

    assert drawn(0.0) == drawn(1e9)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("observation", "observation[1] is nan at its step 300"),
        ("reward", "the reward is nan at its step 300"),
        ("reset", "observation[2] is inf at the reset after 300 steps"),
    ],
)
@pytest.mark.parametrize("algorithm", ["random-search", "fast-ppo", "fast-sac"])
def test_a_number_that_is_not_finite_is_the_environments_fault(
    where: str, words: str, algorithm: str, tmp_path: Path
) -> None:
    if algorithm.startswith("fast"):
        pytest.importorskip("mjbench_fast")
    run = small_run(f"adhoc/stateful_envs:Faulty-{where}-v0", algorithm, 4, 1000)
    record = execute(run, ResultStore(tmp_path), Registry())
    assert record.status == "failed"
    assert words in record.error
    assert "EnvironmentFault" in record.error
    assert "seed" in record.error


@pytest.mark.parametrize("algorithm", ["random-search", "fast-ppo"])
def test_returns_that_no_record_holds_are_the_environments_fault(algorithm: str, tmp_path: Path) -> None:
    if algorithm.startswith("fast"):
        pytest.importorskip("mjbench_fast")
    run = small_run("adhoc/stateful_envs:Huge-v0", algorithm, 0, 512)
    assert execute(run, ResultStore(tmp_path), Registry()).status == "failed"
    (found,), problems = ResultStore(tmp_path).scan()
    assert problems == []
    assert "adhoc/stateful_envs:Huge-v0 gave a number that is too large" in found.record.error
    assert "the limit is 1e+100" in found.record.error


def test_a_record_that_nobody_could_read_is_a_failed_one(tmp_path: Path) -> None:
    execute(search("Words"), ResultStore(tmp_path), Registry())
    (found,), problems = ResultStore(tmp_path).scan()
    assert problems == []
    assert found.record.status == "failed"
    assert "surrogate" in found.record.error


@pytest.mark.parametrize("envs", [1, 2])
@pytest.mark.parametrize("algorithm", ["fast-sac", "fast-ppo", "fast-td3"])
def test_an_environment_may_reuse_its_array(algorithm: str, envs: int, tmp_path: Path) -> None:
    pytest.importorskip("mjbench_fast")
    policies = []
    for kind in ("SameArray", "FreshArray"):
        run = small_run(f"adhoc/stateful_envs:{kind}-v0", algorithm, 0, 512, n_envs=envs)
        store = ResultStore(tmp_path / kind)
        assert execute(run, store, Registry()).status == "completed"
        policies.append((store.folder(run) / "policy.safetensors").read_bytes())
    assert policies[0] == policies[1]


def test_the_terminal_shows_once_for_each_task_why_there_are_no_snapshots(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    planned = [replace(search("Unsaveable"), seed=seed) for seed in (0, 1)]
    for _ in Queue(LOCAL, ResultStore(tmp_path), snapshot_every_s=0.0).work(planned):
        pass
    assert all(ResultStore(tmp_path).has(run) for run in planned)
    said = capfd.readouterr().err
    assert said.count("no snapshots: ") == 1
    assert "Unsaveable-v0 seed" in said
