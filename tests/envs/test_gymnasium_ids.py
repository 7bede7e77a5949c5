"""Tasks straight from Gymnasium's registry."""

from collections.abc import Iterator
from pathlib import Path

import gymnasium
import pytest
from distributions import write_distribution

from mjbench.envs.find import find_task
from mjbench.envs.gymnasium_ids import adhoc_id, is_adhoc
from mjbench.envs.make import make_env
from mjbench.errors import MjbenchError, SpecError
from mjbench.registry.lookup import Registry

REGISTERS = """
import gymnasium
gymnasium.register("Drift-v3", entry_point="faulty_envs:DriftEnv", max_episode_steps=7)
gymnasium.register("deep/Drift-v0", entry_point="faulty_envs:DriftEnv")
gymnasium.register("Broken-v0", entry_point="faulty_envs:NoSuchEnv")
gymnasium.register("Unversioned", entry_point="faulty_envs:DriftEnv")
"""


@pytest.fixture
def registering(site: Path) -> Iterator[None]:
    write_distribution(site, "some-robots", "4.5", {}, {"some_robots": REGISTERS})
    (site / "some_robots-4.5.dist-info" / "top_level.txt").write_text("some_robots\n")
    before = dict(gymnasium.registry)
    yield
    gymnasium.registry.clear()
    gymnasium.registry.update(before)


@pytest.mark.parametrize(
    ("text", "task_id"),
    [
        ("gymnasium:Hopper-v5", "adhoc/gymnasium:Hopper-v5"),
        ("my.package:Reach-v0", "adhoc/my.package:Reach-v0"),
        ("gymnasium:phys2d/CartPole-v1", "adhoc/gymnasium:phys2d:CartPole-v1"),
    ],
)
def test_ids_keep_what_was_typed(text: str, task_id: str) -> None:
    assert is_adhoc(text)
    assert adhoc_id(text) == task_id


@pytest.mark.parametrize("text", ["gymnasium/Hopper-v5", "Hopper-v5", "adhoc/gymnasium:Hopper-v5", ":Hopper-v5", "a:"])
def test_other_ids_are_left_alone(text: str) -> None:
    assert not is_adhoc(text)


@pytest.mark.usefixtures("registering")
def test_a_worker_builds_the_task_from_its_id_alone() -> None:
    task = find_task(Registry(), "some_robots:Drift-v3")
    assert (task.id, task.episode_limit, task.random_return) == ("adhoc/some_robots:Drift-v3", 7, None)
    assert task.tags == ("outside any suite",)
    again = Registry().task(task.id)
    assert again == task
    env = make_env(again)
    env.reset(seed=0)
    ends = [env.step(env.action_space.sample())[3] for _ in range(7)]
    assert ends == [False] * 6 + [True]


@pytest.mark.usefixtures("registering")
def test_gymnasiums_namespaces_and_missing_limits_work() -> None:
    task = find_task(Registry(), "some_robots:deep/Drift-v0")
    assert (task.id, task.episode_limit) == ("adhoc/some_robots:deep:Drift-v0", 1000)


@pytest.mark.usefixtures("registering")
def test_the_record_names_the_package_of_the_environment() -> None:
    owner = Registry().owner("task", "adhoc/gymnasium:Pendulum-v1")
    assert owner.distribution == "gymnasium"
    strange = Registry().owner("task", "adhoc/some_robots:Drift-v3")
    assert (strange.distribution, strange.version) == ("the module faulty_envs", "of unknown version")


@pytest.mark.usefixtures("registering")
def test_a_name_without_a_version_is_version_0() -> None:
    task = find_task(Registry(), "some_robots:Unversioned")
    assert task.id == "adhoc/some_robots:Unversioned-v0"
    assert make_env(Registry().task(task.id)).unwrapped.spec.id == "Unversioned"


def test_they_are_in_no_list() -> None:
    assert not [task_id for task_id in Registry().tasks if task_id.startswith("adhoc/")]


@pytest.mark.usefixtures("registering")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gymnasium:Pendulm-v1", ["registers no environment 'Pendulm-v1'", "did you mean gymnasium:Pendulum-v1"]),
        ("some_robots:Drift-v9", ["importing some_robots registers no environment", "some_robots:Drift-v3"]),
        ("no_such_package:Drift-v3", ["no_such_package cannot be imported", "install the package"]),
        ("gymnasium:Pendulum", ["choose a version: gymnasium:Pendulum-v1"]),
        ("some_robots:Broken-v0", ["some_robots:Broken-v0 cannot be built", "NoSuchEnv"]),
        (
            "gymnasium:CartPole-v1",
            ["CartPole-v1: action_space must be a one-dimensional Box, not Discrete(2)"],
        ),
        ("gymnasium:Taxi-v4", ["observation_space must be a one-dimensional Box, not Discrete(500)"]),
        ("adhoc/gymnasium-v1", ["adhoc/gymnasium-v1 is not of the form adhoc/module:Name-vN"]),
    ],
)
def test_what_cannot_be_had_is_told(text: str, words: list[str]) -> None:
    with pytest.raises(MjbenchError) as raised:
        find_task(Registry(), text)
    for word in words:
        assert word in str(raised.value)


def test_a_malformed_name_is_refused() -> None:
    with pytest.raises(SpecError, match="end in its version"):
        adhoc_id("no_such_package:What a name")
