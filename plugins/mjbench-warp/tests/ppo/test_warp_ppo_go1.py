"""Short trainings of the Go1 in Warp: exact on a CPU, also after a kill, and scored on the reference."""

import random
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mujoco_warp", reason="mujoco-warp is not installed: pip install ./plugins/mjbench-warp")

import torch
from killing import Interrupted, content, killed_and_resumed, resumed, undisturbed
from mjbench_warp.ppo.algorithm import PPO, PRESETS
from point_session import run_of

from mjbench.errors import SpecError
from mjbench.evaluation.evaluator import Evaluator
from mjbench.plan.grid import plan
from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol

pytestmark = pytest.mark.usefixtures("warp_kernels")
TASK = "quadruped/Go1Walk-v0"
PROTOCOL = EvalProtocol(checkpoints=2, episodes=2, final_episodes=2)
torch.set_num_threads(1)


def go1(steps: int = 480, task: str = TASK, **changes: Any) -> RunSpec:
    small = {"n_envs": 8, "n_steps": 10, "batch_size": 40, "n_epochs": 2, "device": "cpu"}
    settings = {**PRESETS.resolve(task, "small"), **small, **changes}
    return RunSpec(task, "warp-ppo", settings, 0, steps, PROTOCOL, simulator="warp")


@pytest.mark.slow
@pytest.mark.parametrize("task", [TASK, "quadruped/Go1Velocity-v0", "quadruped/Go1WalkRandomised-v0"])
def test_a_run_goes_on_from_where_it_was(task: str, tmp_path: Path) -> None:
    run = go1(task=task)
    parts = Interrupted(run, tmp_path / "parts", stop_at=random.randrange(80, 400))
    parts.first()
    assert parts.second() == content(undisturbed(run, tmp_path / "whole"), run)


@pytest.mark.slow
def test_a_process_that_is_killed_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    run = go1(1600)
    store = undisturbed(run, tmp_path / "undisturbed")
    again = killed_and_resumed(run, tmp_path / "killed", kills=1, rng=random.Random(), every_s=0.2)
    assert resumed(again, run) >= 1
    assert content(again, run) == content(store, run)
    record = store.read(store.folder(run))
    simulator = record.provenance["simulator"]
    assert (simulator["device"], simulator["precision"]) == ("cpu", "float32")
    # the record's returns are those of the reference simulator, to the last bit
    played = Evaluator(Registry().task(TASK)).evaluate(PPO.load_policy(store.folder(run)), 2, PROTOCOL.seed)
    final = [
        value
        for step, value in zip(record.evaluations.step, record.evaluations.episode_return, strict=True)
        if step == 1600
    ]
    assert list(played.episode_return) == final


def test_a_plan_names_the_tasks_that_have_a_device_version() -> None:
    registry = Registry()
    chosen = [registry.task("quadruped/Go1Rough-v0")]
    with pytest.raises(SpecError, match=r"Go1Rough-v0 has no version for it; those .* quadruped/Go1Walk-v0"):
        plan(
            chosen,
            {"warp-ppo": PPO},
            [0],
            steps=None,
            protocol=PROTOCOL,
            from_scratch=True,
            known_tasks=registry.tasks.values,
        )


def test_points_and_go1_share_their_hyperparameters() -> None:
    assert go1().hyperparameters.keys() == run_of(1).hyperparameters.keys()
