"""Suites whose packages are not all installed, or of which not all is asked for."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from distributions import write_distribution

from mjbench.cli.run import run_command
from mjbench.envs.find import find_task
from mjbench.errors import MjbenchError
from mjbench.plan.selection import Selection, select
from mjbench.registry.lookup import Registry

SPECS = """
from mjbench.spec.suite import Suite
from mjbench.spec.task import TaskSpec
TASKS = [TaskSpec(id="good/Walk-v0", entry_point="m:f", episode_limit=5, budget=10)]
SUITE = Suite("mixed", ("good/Walk-v0", {others}), algorithms=("random-search",), seeds=2)
"""


def choose(site: Path, others: str, partial: bool = False, tasks: tuple[str, ...] = ()) -> Selection:
    points = {"mjbench.tasks": {"good": "good:TASKS"}, "mjbench.suites": {"mixed": "good:SUITE"}}
    write_distribution(site, "good", "1.2", points, {"good": SPECS.format(others=others)})
    options: dict[str, Any] = {"suite": "mixed", "tasks": tasks, "algorithms": (), "seeds": None, "steps": None}
    return select(Registry(), **options, partial=partial, find_task=find_task)


pytestmark = pytest.mark.usefixtures("pointmass")


@pytest.fixture
def without_quadruped(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if mjbench-quadruped were not installed."""
    monkeypatch.setenv("MJBENCH_PLUGINS", "good,mjbench-pointmass")


TWO = '"quadruped/Go1Walk-v0", "acme/Arm-v2"'


@pytest.mark.usefixtures("without_quadruped")
def test_what_is_missing_names_the_packages(site: Path) -> None:
    with pytest.raises(MjbenchError) as raised:
        choose(site, TWO)
    assert str(raised.value) == (
        "suite mixed: 2 of its 3 tasks are not installed (quadruped/Go1Walk-v0, ...); "
        "pip install ./plugins/mjbench-legged ./plugins/mjbench-quadruped (in a clone of mjbench); "
        "install the package that has the tasks acme/...; or skip them with --partial"
    )


@pytest.mark.usefixtures("without_quadruped")
def test_the_rest_runs_when_asked_and_is_marked(site: Path, tmp_path: Path) -> None:
    selection = choose(site, TWO, partial=True)
    assert {run.task for run in selection.runs} == {"good/Walk-v0"}
    assert selection.missing == ("quadruped/Go1Walk-v0", "acme/Arm-v2")
    arguments = ["--suite", "mixed", "--partial", "--dry-run", "--results", str(tmp_path)]
    done = CliRunner().invoke(run_command, arguments, catch_exceptions=False)
    assert "suite mixed v1 (partial: 1 of 3 tasks): 1 task x 1 algorithm x 2 seeds = 2 runs" in done.output
    assert "Left out, not installed: quadruped/Go1Walk-v0, acme/Arm-v2" in done.output


def test_a_whole_suite_is_not_marked(site: Path, tmp_path: Path) -> None:
    assert choose(site, '"pointmass/Centre-v0"', partial=True).missing == ()
    done = CliRunner().invoke(run_command, ["--suite", "mixed", "--partial", "--dry-run", "--results", str(tmp_path)])
    assert "partial" not in done.output


def test_some_tasks_of_a_suite_are_run_as_the_suite_says(site: Path, tmp_path: Path) -> None:
    some = choose(site, '"pointmass/Centre-v0", "acme/Arm-v2"', tasks=("pointmass/Centre-v0",))
    options: dict[str, Any] = {"suite": "mixed", "tasks": (), "algorithms": (), "seeds": None, "steps": None}
    rest = select(Registry(), **options, partial=True, find_task=find_task).runs
    assert some.runs == [run for run in rest if run.task == "pointmass/Centre-v0"]
    assert some.missing == ()  # what is not asked for need not be installed
    arguments = ["--suite", "mixed", "--task", "good/Walk-v0", "--dry-run", "--results", str(tmp_path)]
    done = CliRunner().invoke(run_command, arguments, catch_exceptions=False)
    assert "suite mixed v1 (partial: 1 of 3 tasks): 1 task x 1 algorithm x 2 seeds = 2 runs" in done.output


def test_a_broken_plugin_is_named_and_may_be_left_out(site: Path) -> None:
    write_distribution(
        site, "acme", "3.0", {"mjbench.tasks": {"acme": "acme:TASKS"}}, {"acme": "raise OSError('tape')"}
    )
    with pytest.raises(MjbenchError, match=r"suite mixed: plugin acme 3\.0 .*OSError: tape.*--partial"):
        choose(site, '"acme/Arm-v2"')
    options: dict[str, Any] = {"suite": "mixed", "tasks": (), "algorithms": (), "seeds": None, "steps": None}
    assert select(Registry(), **options, partial=True, find_task=find_task).missing == ("acme/Arm-v2",)


def test_a_task_that_its_plugin_does_not_have_gets_the_nearest(site: Path) -> None:
    with pytest.raises(MjbenchError, match=r"suite mixed: unknown task 'pointmass/Center-v0'; did you mean"):
        choose(site, '"pointmass/Center-v0"')


@pytest.mark.usefixtures("without_quadruped")
def test_nothing_left_is_an_error_even_when_partial(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('tasks = ["quadruped/Go1Walk-v0"]\nalgorithms = ["random-search"]\n')
    options: dict[str, Any] = {"suite": str(file), "tasks": (), "algorithms": (), "seeds": None, "steps": None}
    with pytest.raises(
        MjbenchError,
        match=r"1 of its 1 tasks .*; pip install \./plugins/mjbench-legged \./plugins/mjbench-quadruped \(in a clone",
    ):
        select(Registry(), **options, partial=True, find_task=find_task)


def test_a_task_of_gymnasiums_is_marked_as_outside(tmp_path: Path) -> None:
    arguments = ["--task", "gymnasium:Pendulum-v1", "--algo", "random-search", "--dry-run", "--results", str(tmp_path)]
    done = CliRunner().invoke(run_command, arguments, catch_exceptions=False)
    assert "Not in a suite; default hyperparameters, no reference returns: adhoc/gymnasium:Pendulum-v1" in " ".join(
        done.output.split()
    )
