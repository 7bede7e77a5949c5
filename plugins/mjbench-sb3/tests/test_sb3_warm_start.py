"""A run that starts from another's policy: the plan brings both, the launcher orders them, weights are taken over."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from distributions import install_pendulums
from killing import Interrupted, content, small_run, undisturbed
from mjbench_sb3.model import build
from mjbench_sb3.warm_start import start_from

from mjbench.envs.vector import make_batch
from mjbench.errors import MjbenchError, SpecError
from mjbench.policies.mlp import MlpPolicy
from mjbench.registry.lookup import Registry
from mjbench.runner.episode_log import EpisodeLog
from mjbench.runner.execute import execute
from mjbench.runner.training_envs import TrainingBatch
from mjbench.store.store import ResultStore

SOURCE, TASK = "pendulum/Batch-v0", "pendulum/Strong-v0"
NAMES = ["ppo", "sac", "td3"]
torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def pendulums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_pendulums(tmp_path / "pendulums", monkeypatch)


def pair(algorithm: str, **changes: Any) -> tuple[Any, Any]:
    """The run that is started from, and the one that starts from it."""
    changes = {"steps": 400, "n_envs": 4, **changes}
    source = small_run(SOURCE, algorithm, **changes)
    return source, replace(small_run(TASK, algorithm, **changes), source=source.run_id)


def mjbench(*arguments: str, cwd: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mjbench.cli.main", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


class Beginning:
    """A session whose training never begins."""

    def __init__(self, run: Any) -> None:
        self.run = run

    def make_batch(self, count: int) -> TrainingBatch:
        task = Registry().task(self.run.task)
        return TrainingBatch(make_batch(task, count), task.episode_limit, EpisodeLog())


@pytest.mark.parametrize(
    ("algorithm", "changes"),
    [*((name, {}) for name in NAMES), ("ppo", {"shared_net_arch": [16], "net_arch": [8], "learning_rate": 0.01})],
)
def test_the_first_policy_is_the_last_of_the_other_run(algorithm: str, changes: dict[str, Any], tmp_path: Path) -> None:
    from mjbench_sb3.export import export

    source, run = pair(algorithm, **changes)
    store = undisturbed(source, tmp_path)
    model = build(algorithm, Beginning(run))  # pyright: ignore[reportArgumentType]
    observations = np.random.default_rng(0).normal(size=(20, 3))
    before = export(model).act(observations)
    start_from(model, store.folder(source))
    expected = MlpPolicy.load(store.folder(source)).act(observations)
    assert np.allclose(export(model).act(observations), expected, atol=1e-5)
    assert not np.allclose(before, expected, atol=1e-2)
    if algorithm == "td3":
        for one, other in zip(model.actor.parameters(), model.actor_target.parameters(), strict=True):  # pyright: ignore
            assert torch.equal(one, other)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"net_arch": [16, 16]}, "3-64-64-1 .* this run needs 3-16-16-1"),
        ({"normalize_observation": False}, "raw observations"),
    ],
)
def test_a_policy_that_does_not_fit_is_refused(changes: dict[str, Any], message: str, tmp_path: Path) -> None:
    source, run = pair("ppo")
    run = replace(run, hyperparameters={**run.hyperparameters, **changes})
    store = undisturbed(source, tmp_path)
    record = execute(run, store, Registry())
    assert (record.status, "does not fit" in record.error) == ("failed", True)
    with pytest.raises(SpecError, match=message):
        start_from(build("ppo", Beginning(run)), store.folder(source))  # pyright: ignore[reportArgumentType]


@pytest.mark.slow
def test_a_run_with_a_source_resumes_and_differs_from_one_without(tmp_path: Path) -> None:
    source, run = pair("ppo", steps=800)
    undisturbed(source, tmp_path / "whole")
    expected = content(undisturbed(run, tmp_path / "whole"), run)
    undisturbed(source, tmp_path / "parts")
    parts = Interrupted(run, tmp_path / "parts", 400)
    parts.first()
    assert parts.second() == expected
    alone = replace(run, source="", variant="from_scratch")
    assert content(undisturbed(alone, tmp_path / "alone"), alone)["files"] != expected["files"]


def test_a_source_that_is_not_there_is_named(tmp_path: Path) -> None:
    _, run = pair("ppo")
    with pytest.raises(MjbenchError, match=f"{run.source}, which is missing; mjbench run trains both"):
        execute(run, ResultStore(tmp_path), Registry())


def submit(folder: Path, source: str) -> None:
    """Packed with its sources, played again and trained again; without one it is told what is missing."""
    (folder / "strong.toml").write_text(f'tasks = ["{TASK}"]\nseeds = 2\nsteps = 400\n')
    who = ["--name", "A team", "--contact", "https://example.org/me", "--code", "https://example.org/code"]
    who += ["--description", "As installed.", "--suite", "strong.toml"]
    assert "packed 4 runs" in mjbench("submission", "pack", "results", "--out", "packed", *who, cwd=folder).stdout
    check = ("submission", "validate", "packed", "--suite", "strong.toml")
    assert ": re-trained" in mjbench(*check, "--retrain", cwd=folder).stdout
    (gone,) = (folder / "packed").rglob(f"*-{source}")
    gone.rename(folder / "gone")
    refused = mjbench(*check, cwd=folder, code=1).stdout
    assert f"its warm start is run {source} (ppo on {SOURCE}, s" in refused
    assert "--against" in refused


@pytest.mark.slow
def test_one_command_trains_the_source_first(tmp_path: Path) -> None:
    common = ("run", "--task", TASK, "--algo", "ppo", "--seeds", "2", "--steps", "400", "--set", "n_envs=4")
    small = ("--set", "n_steps=50", "--set", "net_arch=[16,16]", "--jobs", "2")
    told = mjbench(*common, *small, cwd=tmp_path).stdout
    assert "1 task x 1 algorithm x 2 seeds = 2 runs, plus 2 runs for warm starts, in results/" in " ".join(told.split())
    found, _ = ResultStore(tmp_path / "results").current()
    by_id = {item.record.run.run_id: item.record for item in found}
    assert [record.status for record in by_id.values()] == ["completed"] * 4
    started = [record for record in by_id.values() if record.run.source]
    assert {record.run.task for record in started} == {TASK}
    for record in started:
        source = by_id[record.run.source]
        assert (source.run.task, source.run.seed) == (SOURCE, record.run.seed)
        assert source.provenance["finished"] <= record.provenance["finished"]
    assert "Nothing to do" in mjbench(*common, *small, cwd=tmp_path).stdout
    submit(tmp_path, next(record.run.source for record in started))
    scratch = mjbench(*common, *small, "--from-scratch", cwd=tmp_path).stdout
    assert "= 2 runs in results/" in scratch
    assert "ppo[from_scratch,n_envs=4" in scratch


@pytest.mark.slow
def test_what_starts_from_a_failed_run_fails_with_it(tmp_path: Path) -> None:
    wrong = ("run", "--task", TASK, "--algo", "ppo", "--seeds", "1", "--steps", "400", "--set", "batch_size=1")
    mjbench(*wrong, cwd=tmp_path, code=1)
    found, _ = ResultStore(tmp_path / "results").current()
    errors = {item.record.run.task: item.record.error for item in found}
    assert "does not accept these hyperparameters" in errors[SOURCE]
    assert errors[TASK].startswith("the run for its warm start failed (0-")
    assert "Nothing to do" in mjbench(*wrong, cwd=tmp_path, code=1).stdout
    mjbench(*wrong, "--retry-failed", cwd=tmp_path, code=1)
    assert len(list((tmp_path / "results").rglob("*-failed-2"))) == 2
