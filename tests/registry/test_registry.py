from pathlib import Path

import pytest
from distributions import write_distribution

from mjbench.errors import PluginError, UnknownName
from mjbench.registry.lookup import Registry

SPECS = """
from mjbench.spec.task import TaskSpec
TASKS = [TaskSpec(id="{namespace}/Walk-v0", entry_point="m:f", episode_limit=5, budget=10)]
"""


def add(site: Path, name: str, source: str, namespace: str = "", group: str = "mjbench.tasks") -> None:
    module = name.replace("-", "_")
    write_distribution(site, name, "1.2", {group: {namespace or module: f"{module}:TASKS"}}, {module: source})


def test_tasks_of_a_third_party_are_found(site: Path) -> None:
    add(site, "robots", SPECS.format(namespace="robots"))
    assert Registry().task("robots/Walk-v0").budget == 10


def test_names_are_known_without_importing(site: Path) -> None:
    add(site, "explosive", "raise SystemError('must not be imported')", group="mjbench.algorithms")
    assert "explosive" in Registry().names("algorithm")


def test_a_broken_plugin_is_named_and_hides_nobody(site: Path) -> None:
    add(site, "broken", "import a_module_that_is_not_there")
    add(site, "robots", SPECS.format(namespace="robots"))
    registry = Registry()
    assert registry.task("robots/Walk-v0")
    with pytest.raises(PluginError, match=r"broken 1\.2 .*a_module_that_is_not_there"):
        registry.task("broken/Walk-v0")
    assert any("broken 1.2" in problem for problem in registry.check().values())


def test_one_id_claimed_twice_names_both(site: Path) -> None:
    add(site, "first", SPECS.format(namespace="shared"), namespace="shared")
    add(site, "second", SPECS.format(namespace="shared"), namespace="shared")
    with pytest.raises(PluginError, match=r"first 1\.2.* and by second 1\.2"):
        Registry().task("shared/Walk-v0")
    assert "shared/Walk-v0" not in Registry().tasks


def test_a_task_outside_its_plugins_namespace_is_refused(site: Path) -> None:
    add(site, "robots", SPECS.format(namespace="elsewhere"))
    with pytest.raises(PluginError, match="outside its namespace"):
        Registry().task("robots/Walk-v0")


def test_a_wrong_name_gets_the_nearest(site: Path) -> None:
    add(site, "robots", SPECS.format(namespace="robots"))
    with pytest.raises(UnknownName, match="did you mean robots/Walk-v0"):
        Registry().task("robots/Walkk-v0")


def test_a_task_of_a_package_of_ours_that_is_missing_names_the_package() -> None:
    with pytest.raises(UnknownName, match=r"pip install \./plugins/mjbench-gymnasium"):
        Registry(entry_points=[]).task("gymnasium/Hopper-v5")


def test_something_that_is_no_task_is_refused(site: Path) -> None:
    add(site, "robots", "TASKS = ['robots/Walk-v0']")
    with pytest.raises(PluginError, match="is not a TaskSpec"):
        Registry().task("robots/Walk-v0")
