"""The quadruped tasks in Warp against the reference."""

from typing import Any

import pytest

pytest.importorskip("mujoco_warp", reason="mujoco-warp is not installed: pip install ./plugins/mjbench-warp")
pytest.importorskip("torch", reason="torch is not installed")

from pathlib import Path

from mjbench_quadruped_specs import TASKS
from placing import place

from mjbench.policies.mlp import MlpPolicy
from mjbench.testing import TRAINING_CHECKS, TrainingCase, check_training_batch

pytestmark = pytest.mark.usefixtures("warp_kernels")
BY_NAME = {task.id.split("/")[1].removesuffix("-v0"): task for task in TASKS}
RESULTS = Path(__file__).parents[3] / "results" / "quadruped"
TOLERANCES = {1: 5e-6, 5: 1e-5, 25: 3e-5}
"""By control steps, of four physics steps each. Joint velocities, in 0.05 rad/s, are the largest."""


def case(name: str, **options: Any) -> TrainingCase:
    full = {"curriculum": None} if BY_NAME[name].curriculum else {}
    return TrainingCase(BY_NAME[name], place, TOLERANCES, full=full, **options)


@pytest.mark.parametrize("name", ["Go1Walk", "AnymalWalk", "Go1Velocity", "AnymalStep"])
@pytest.mark.parametrize("check", [name for name in TRAINING_CHECKS if name != "return"])
def test_contract(name: str, check: str) -> None:
    check_training_batch(case(name), [check])


@pytest.mark.slow
def test_a_policy_returns_as_much_as_in_the_reference() -> None:
    folder = next((RESULTS / "AnymalWalk-v0" / "ppo").glob("0-*"))
    check_training_batch(case("AnymalWalk", policy=MlpPolicy.load(folder), count=16), ["return"])
