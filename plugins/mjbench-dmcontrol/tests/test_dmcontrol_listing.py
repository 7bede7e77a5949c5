"""What the package says without a simulator, held to dm_control and shimmy."""

import subprocess
import sys
import tomllib
from importlib.resources import files

import pytest
from mjbench_dmcontrol.catalogue import LOCOMOTION, MANIPULATION, SUITE
from mjbench_dmcontrol.suites import (
    CONTROL,
    DMC,
    LOCOMOTION_1,
    LOCOMOTION_2,
    LOCOMOTION_3,
    LOCOMOTION_100K,
    MANIPULATION_1,
    MANIPULATION_2,
)
from mjbench_dmcontrol.tasks import TASKS

from mjbench.errors import UnknownName
from mjbench.registry.lookup import Registry

IDS = {spec.id for spec in TASKS}
SUITES = (DMC, CONTROL, MANIPULATION_1, MANIPULATION_2, LOCOMOTION_1, LOCOMOTION_2, LOCOMOTION_3, LOCOMOTION_100K)


def test_importing_the_tasks_imports_no_simulator():
    program = (
        "import sys, mjbench_dmcontrol.tasks, mjbench_dmcontrol.suites\n"
        "print([name for name in ('dm_control', 'shimmy', 'gymnasium', 'mujoco', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_entry_points_name_the_tasks_and_suites():
    registry = Registry()
    assert set(registry.tasks) >= IDS
    assert all(registry.suite(f"{suite.name}@{suite.version}") is suite for suite in SUITES)
    assert registry.suite("locomotion") is LOCOMOTION_3
    with pytest.raises(UnknownName, match=r"its versions: locomotion@1, locomotion@2, locomotion@3"):
        registry.suite("locomotion@7")


def test_the_suite_is_complete():
    from dm_control import suite

    assert {(domain, task) for domain, content in SUITE.items() for task in content.tasks} == set(suite.ALL_TASKS)


def test_every_manipulation_task_on_features_is_there():
    from dm_control import manipulation

    assert set(MANIPULATION) == set(manipulation.get_environments_by_tag("features"))


def test_shimmy_offers_nothing_more():
    import gymnasium
    import mjbench_dmcontrol.make  # chooses how to render before shimmy imports dm_control
    import shimmy

    gymnasium.register_envs(shimmy)
    offered = {name for name in gymnasium.registry if name.startswith("dm_control/")}
    offered -= {name for name in offered if "_vision" in name} | {"dm_control/compatibility-env-v0"}
    assert offered == IDS
    assert mjbench_dmcontrol.make


def test_the_tags_and_names_of_single_tasks_exist():
    for content in SUITE.values():
        assert set(content.task_tags) <= set(content.tasks)
    assert all("heavy" in spec.tags for spec in TASKS if "make_locomotion" in spec.entry_point)
    assert len(TASKS) == len(IDS) == sum(len(c.tasks) for c in SUITE.values()) + len(LOCOMOTION) + len(MANIPULATION)


def test_dmc_is_the_published_benchmark():
    from dm_control import suite

    assert set(DMC.tasks) == {f"dm_control/{domain}-{task}-v0" for domain, task in suite.BENCHMARKING}
    assert len(DMC.tasks) == 28


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: f"{suite.name}@{suite.version}")
def test_the_suites_name_tasks_that_exist(suite):
    assert {name for name in suite.tasks if name.startswith("dm_control/")} <= IDS
    assert {name.partition("/")[0] for name in suite.tasks} <= {
        *("dm_control", "gymnasium", "quadruped", "franka", "humanoid")
    }


def test_random_returns_are_the_measured_ones():
    measured = tomllib.loads(files("mjbench_dmcontrol").joinpath("references.toml").read_text(encoding="utf-8"))
    assert set(measured["random"]) <= IDS
    for spec in TASKS:
        if spec.random_return is None:
            assert "suite" not in spec.tags
            assert spec.id not in measured["random"]
        else:
            row = measured["random"][spec.id]
            assert (spec.random_return.value, spec.random_return.stderr) == (row["value"], row["stderr"])
            assert row["episodes"] >= (20 if "heavy" in spec.tags or "composer" in spec.tags else 100)


def test_the_reference_lies_above_the_random_policy():
    for spec in TASKS:
        if spec.random_return and spec.reference_return:
            assert spec.reference_return.value > spec.random_return.value


def test_rewards_are_bounded_where_the_reference_is_a_ceiling_and_random_returns_keep_the_bounds():
    for spec in TASKS:
        ceiling = spec.reference_return is not None and spec.reference_return.source.startswith("ceiling")
        assert (spec.reward_range == (0.0, 1.0)) is ceiling, spec.id
        if spec.reward_range and spec.random_return:
            assert 0.0 <= spec.random_return.value <= spec.episode_limit
    assert sum(spec.reward_range is None for spec in TASKS) == 6


def test_only_composer_tasks_cannot_save_their_state():
    assert {spec.id for spec in TASKS if spec.stateless_reason} == {
        spec.id for spec in TASKS if "composer" in spec.tags
    }
