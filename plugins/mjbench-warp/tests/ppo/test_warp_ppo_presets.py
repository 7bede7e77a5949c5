"""What a plan takes and refuses of warp-ppo's hyperparameters, without a simulator."""

from typing import Any

import pytest
from mjbench_warp.ppo.algorithm import PPO, PRESETS
from point_session import run_of

from mjbench.errors import SpecError
from mjbench.plan.hyperparameters import with_changes
from mjbench.registry.lookup import Registry
from mjbench.testing import check_algorithm

TASKS = ["Go1Walk", "Go1Velocity", "Go1Rough", "AnymalWalk", "AnymalVelocity", "AnymalStep", "AnymalRough"]


@pytest.mark.parametrize("task", TASKS)
def test_the_small_preset_is_that_of_mjbench_sb3(task: str) -> None:
    sb3 = pytest.importorskip("mjbench_sb3.algorithms").PRESETS["ppo"].resolve(f"quadruped/{task}-v0")
    ours = PRESETS.resolve(f"quadruped/{task}-v0", "small")
    assert {name: ours[name] for name in sb3} == sb3
    assert {name: ours[name] for name in ours.keys() - sb3.keys()} == {"target_kl": 0.0, "device": "auto"}


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("preset", PRESETS.names)
def test_every_preset_is_taken_and_its_minibatches_are_equal(task: str, preset: str) -> None:
    values = PRESETS.resolve(f"quadruped/{task}-v0", preset)
    assert with_changes("warp-ppo", PPO, values, {}) == values
    assert values["n_envs"] * values["n_steps"] % values["batch_size"] == 0


@pytest.mark.parametrize("preset", PRESETS.names)
def test_a_task_that_starts_from_another_has_its_networks(preset: str) -> None:
    for task, start in (("Go1Rough", "Go1Velocity"), ("AnymalStep", "AnymalWalk"), ("AnymalRough", "AnymalVelocity")):
        one, other = (PRESETS.resolve(f"quadruped/{name}-v0", preset) for name in (task, start))
        assert [one[key] for key in ("net_arch", "activation")] == [other[key] for key in ("net_arch", "activation")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"device": "gpu"}, "device must be 'auto', 'cpu', 'cuda', or 'cuda:' and the number of a GPU"),
        ({"device": 0}, "device must be"),
        (
            {"learning_rate_schedule": "adaptiv"},
            "'constant', 'linear', or 'linear to' and the final rate, or 'adaptive'",
        ),
        ({"target_kl": -1}, "target_kl must be a number of at least 0"),
        ({"net_arch": []}, "net_arch must be a list of layer sizes"),
    ],
)
def test_values_that_it_does_not_take_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(SpecError, match=said):
        with_changes("warp-ppo", PPO, PRESETS.resolve("quadruped/Go1Walk-v0"), changes)


def test_an_adaptive_rate_needs_a_divergence() -> None:
    with pytest.raises(SpecError, match=r"learning_rate_schedule=adaptive needs .*--set target_kl=0.01"):
        PPO.nothing_learned(run_of(1000, learning_rate_schedule="adaptive"))


def test_a_budget_below_one_rollout_is_named() -> None:
    assert PPO.nothing_learned(run_of(512)) == ""
    assert "a rollout (n_steps x n_envs) is 512 and the budget 500 steps" in PPO.nothing_learned(run_of(500))


def test_it_names_its_simulator() -> None:
    assert PPO.simulator == "warp"
    assert set(PPO.kinds) == set(PRESETS.resolve("any/Task-v0"))


def test_the_contract_of_algorithms_skips_what_needs_a_task_without_warp() -> None:
    outcomes = {found.check: found for found in check_algorithm("warp-ppo", Registry(), quick=True)}
    assert outcomes.pop("hyperparameters").status == "passed"
    assert {found.status for found in outcomes.values()} == {"skipped"}
    assert "it trains in warp" in outcomes["resume"].reason
