"""Presets: which one a run has, and what is said of one that is not there."""

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from mjbench.envs.find import find_task
from mjbench.errors import UnknownName
from mjbench.plan.selection import select
from mjbench.registry.lookup import Registry
from mjbench.registry.preset_lookup import find_preset, preset_numbers, published, variant_changes

HOPPER, CHEETAH = "gymnasium/Hopper-v5", "gymnasium/HalfCheetah-v5"


def runs_of(preset: str = "", changes: tuple[str, ...] = (), task: str = HOPPER, algorithm: str = "td3") -> Any:
    return select(
        Registry(), suite=None, tasks=[task], algorithms=[algorithm], seeds="1", steps=1000, changes=changes,
        preset=preset, find_task=find_task,
    ).runs  # fmt: skip


def test_a_numbered_preset_is_known_by_its_hyperparameters() -> None:
    (old,), (new,) = runs_of("1"), runs_of("2")
    assert (old.entry, new.entry) == ("td3", "td3")
    assert runs_of()[0].run_id == new.run_id != old.run_id
    assert (old.hyperparameters["learning_starts"], new.hyperparameters["learning_starts"]) == (100, 1000)
    numbers = preset_numbers(Registry())
    assert numbers(old).numbers == {1}
    assert numbers(new).numbers == {2, 3}
    assert numbers(old).newest == 3


def test_presets_that_agree_on_a_task_share_their_runs() -> None:
    (old,), (new,) = runs_of("1", task="gymnasium/Swimmer-v5"), runs_of("2", task="gymnasium/Swimmer-v5")
    assert old.run_id == new.run_id
    assert preset_numbers(Registry())(old).numbers == {1, 2, 3}


def test_a_change_is_seen_through() -> None:
    (run,) = runs_of("1", ("learning_rate=1e-4", "net_arch=[64,64]"))
    assert preset_numbers(Registry())(run).numbers == {1}
    (other,) = runs_of("1", ("learning_starts=7",))
    assert preset_numbers(Registry())(other).numbers == {1, 2, 3}


def test_a_named_preset_is_an_entry_of_its_own() -> None:
    (zoo,) = runs_of("zoo", ("gamma=0.9",))
    assert zoo.entry == "td3 (zoo)[gamma=0.9]"
    assert zoo.run_id != runs_of("", ("gamma=0.9", "learning_starts=10000"))[0].run_id
    assert not preset_numbers(Registry())(zoo).numbers


def test_an_unknown_algorithm_or_task_has_no_number() -> None:
    (run,) = runs_of()
    assert not preset_numbers(Registry([]))(run).numbers


@pytest.mark.parametrize(
    ("preset", "algorithm", "task", "names"),
    [
        ("zo", "sac", HOPPER, "1, 2, 3, zoo"),
        ("zoo", "a2c", HOPPER, "1"),
        ("zoo", "ppo", "dm_control/dog-run-v0", "1, 2, 3, 4"),
    ],
)
def test_a_preset_that_is_not_there_is_refused_with_those_that_are(
    preset: str, algorithm: str, task: str, names: str
) -> None:
    registry = Registry()
    message = rf"unknown preset '{preset}'.* {algorithm} on {task} has: {names}\. .*list algorithms {algorithm} {task}"
    with pytest.raises(UnknownName, match=message):
        find_preset(preset, algorithm, registry.algorithm(algorithm), registry.task(task))
    done = subprocess.run(
        [sys.executable, "-m", "mjbench", "run", "--task", task, "--algo", algorithm, "--preset", preset, "--dry-run"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_an_algorithm_without_presets_has_number_one() -> None:
    plain: Any = SimpleNamespace(hyperparameters=lambda task: {"gamma": 0.9})
    task = Registry().task(HOPPER)
    assert published(plain, task) == {"1": {"gamma": 0.9}}


def test_the_default_preset_is_the_highest_number_of_every_algorithm() -> None:
    registry = Registry()
    for name in registry.names("algorithm"):
        algorithm = registry.algorithm(name)
        for task_id in (HOPPER, CHEETAH, "dm_control/walker-walk-v0", "quadruped/Go1Walk-v0"):
            task = registry.task(task_id)
            numbers = [preset for preset in published(algorithm, task) if preset.isdecimal()]
            assert published(algorithm, task)[max(numbers, key=int)] == algorithm.hyperparameters(task)


@pytest.mark.parametrize(
    ("variant", "changes"),
    [
        ("", {}),
        ("from_scratch", {}),
        ("from_scratch,gamma=0.9", {"gamma": 0.9}),
        ('text="a,b=1",sizes=[64,64],x={"y":[1,2]}', {"text": "a,b=1", "sizes": [64, 64], "x": {"y": [1, 2]}}),
        ("broken=,gamma=1", {"gamma": 1}),
        (",,=,", {}),
    ],
)  # fmt: skip
def test_the_changes_of_a_variant(variant: str, changes: dict[str, Any]) -> None:
    assert variant_changes(variant) == changes
