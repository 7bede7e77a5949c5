"""``mjbench plugins``: list, new, check."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from distributions import write_distribution

from mjbench.cli.doctor import _plugins as diagnoses
from mjbench.cli.list_installed import list_command
from mjbench.cli.plugins import plugins_command
from mjbench.errors import MjbenchError
from mjbench.testing import CHECKS

SPECS = """
from mjbench.spec.suite import Suite
from mjbench.spec.task import TaskSpec
TASKS = [
    TaskSpec(id=f"drift/{{name}}-v0", entry_point="faulty_envs:DriftEnv", episode_limit=20, budget=100,
             kwargs={{"fault": fault}})
    for name, fault in (("Good", ""), ("Stuck", "one start"))
]
SUITE = Suite("drifting", ("drift/Good-v0", "{other}", "not_here/Task-v0"))
"""


def plugins(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(plugins_command, arguments, catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


def install(site: Path, other: str = "drift/Stuck-v0") -> None:
    points = {"mjbench.tasks": {"drift": "drift_specs:TASKS"}, "mjbench.suites": {"drifting": "drift_specs:SUITE"}}
    write_distribution(site, "mjbench-drift", "0.1", points, {"drift_specs": SPECS.format(other=other)})


# -- check


def test_a_line_for_every_check_and_task_and_exit_code_1(site: Path) -> None:
    install(site)
    lines = plugins("check", "drift", "--quick", "--only", "same-seed,different-seeds", code=1).splitlines()
    assert [line.split()[:3] for line in lines[:-1]] == [
        ["passed", "loads", "suite"],
        ["passed", "loads", "tasks"],
        ["passed", "same-seed", "drift/Good-v0"],
        ["passed", "different-seeds", "drift/Good-v0"],
        ["passed", "same-seed", "drift/Stuck-v0"],
        ["FAILED", "different-seeds", "drift/Stuck-v0"],
    ]
    assert "5 seeds give one and the same trajectory" in lines[-2]
    assert lines[-1].startswith("2 tasks: 5 passed, 1 failed in")


def test_one_task_may_be_chosen(site: Path) -> None:
    install(site)
    shown = plugins("check", "mjbench-drift", "--task", "drift/Good-v0", "--only", "different-seeds")
    assert "Stuck" not in shown
    assert shown.splitlines()[-1].startswith("1 task: 1 passed in")
    only_failures = plugins("check", "drift", "--only", "different-seeds", "--failures", code=1)
    assert "passed  " not in only_failures
    with pytest.raises(MjbenchError, match="unknown task 'drift/God-v0'; did you mean drift/Good-v0"):
        plugins("check", "drift", "--task", "drift/God-v0")
    with pytest.raises(MjbenchError, match="unknown check 'same-sed'; did you mean same-seed"):
        plugins("check", "drift", "--only", "same-sed")


def test_a_suite_that_names_a_task_its_plugin_does_not_have_fails(site: Path) -> None:
    install(site, other="drift/Gone-v0")
    shown = plugins("check", "drift", "--only", "same-seed", code=1)
    assert "FAILED   loads              suite drifting  unknown task 'drift/Gone-v0'" in shown


def test_a_plugin_that_does_not_load_fails_with_its_cause(site: Path) -> None:
    points = {"mjbench.tasks": {"drift": "drift_specs:TASKS"}}
    write_distribution(site, "mjbench-drift", "0.1", points, {"drift_specs": "import a_robot_library"})
    shown = plugins("check", "drift", code=1)
    assert "FAILED   loads              tasks drift  plugin mjbench-drift 0.1" in shown
    assert "'a_robot_library'" in shown


def test_a_plugin_without_tasks_fails(site: Path) -> None:
    points = {"mjbench.tasks": {"drift": "drift_specs:TASKS"}}
    write_distribution(site, "mjbench-drift", "0.1", points, {"drift_specs": "TASKS = []"})
    assert "it lists no tasks" in plugins("check", "drift", code=1)


def test_algorithms_and_launchers_are_looked_at_as_well(pointmass: None) -> None:
    shown = plugins("check", "pointmass", "--task", "pointmass/Centre-v0", "--only", "spaces,state")
    assert shown.splitlines()[-1].startswith("1 task: 2 passed")
    assert "passed   loads              algorithm random-search" in plugins("check", "pointmass", "--only", "spaces")


PROJECT = """
[project]
name = "mjbench-drift"
version = "0.7"
[project.entry-points."mjbench.tasks"]
drift = "drift_specs:TASKS"
"""


@pytest.mark.parametrize("layout", ["", "src"])
def test_a_folder_needs_not_be_installed(site: Path, tmp_path: Path, layout: str) -> None:
    folder = tmp_path / "project"
    (folder / layout).mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / layout / "drift_specs.py").write_text(SPECS.format(other="drift/Stuck-v0"))
    path = list(sys.path)
    shown = plugins("check", f"{folder}", "--task", "drift/Good-v0", "--only", "metadata,spaces")
    sys.modules.pop("drift_specs", None)
    assert shown.splitlines()[-1].startswith("1 task: 2 passed")
    assert sys.path == path


def test_folders_that_are_no_plugins_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MjbenchError, match=r"nowhere is not a package: .*pyproject\.toml: No such file"):
        plugins("check", "./nowhere")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    with pytest.raises(MjbenchError, match="has no entry points for mjbench"):
        plugins("check", ".")
    (tmp_path / "pyproject.toml").write_text("[tool]\n")
    with pytest.raises(MjbenchError, match="is not a valid package description"):
        plugins("check", ".")
    with pytest.raises(MjbenchError, match="unknown plugin 'nowhere'"):
        plugins("check", "nowhere")
    (tmp_path / "mjbench-drift").mkdir()
    (tmp_path / "mjbench-drift" / "pyproject.toml").write_text(PROJECT)
    with pytest.raises(MjbenchError, match=r"drift is not installed; pip install \./mjbench-drift"):
        plugins("check", "drift")


# -- list


def test_both_lists_are_one(site: Path) -> None:
    write_distribution(site, "broken", "3.2", {"mjbench.tasks": {"broken": "broken:TASKS"}}, {"broken": "1 / 0"})
    one, two = plugins("list"), CliRunner().invoke(list_command, ["plugins"]).output
    assert one == two
    assert [
        line for line in one.splitlines() if line.startswith("task ") and "broken 3.2" in line and "PROBLEM" in line
    ]
    assert "problem: plugin broken 3.2 (mjbench.tasks: broken) does not load: ZeroDivisionError" in one
    row = next(row for row in json.loads(plugins("list", "broken", "--json")) if row["name"] == "broken")
    assert "ZeroDivisionError" in row["problem"]


def test_what_is_left_out_is_listed_as_such(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(site)
    monkeypatch.setenv("MJBENCH_PLUGINS", "something-else")
    shown = plugins("list", "drift")
    assert shown.count("left out (MJBENCH_PLUGINS)") == 2


def test_a_suite_that_is_none_does_not_stop_the_list_of_suites(site: Path) -> None:
    write_distribution(site, "odd", "1.0", {"mjbench.suites": {"odd": "odd:SUITE"}}, {"odd": "SUITE = 3"})
    done = CliRunner().invoke(list_command, ["suites"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "odd:SUITE is a int, not a Suite" in done.output


@pytest.mark.parametrize("kind", ["algorithm", "launcher", "tracker", "exporter", "command"])
def test_every_list_leaves_out_what_does_not_load_and_says_why(site: Path, kind: str) -> None:
    write_distribution(site, "odd", "1.0", {f"mjbench.{kind}s": {"odd-one": "odd:ONE"}}, {"odd": "ONE = 3"})
    done = CliRunner().invoke(list_command, [f"{kind}s"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "odd-one" not in done.stdout
    assert f"left out: plugin odd 1.0 (mjbench.{kind}s: odd-one) does not load: TypeError" in done.stderr


def test_a_list_says_nothing_of_plugins_of_another_kind(site: Path) -> None:
    points = {"mjbench.algorithms": {"odd-one": "odd:ONE"}, "mjbench.tasks": {"odd": "odd:ONE"}}
    write_distribution(site, "odd", "1.0", points, {"odd": "ONE = 3"})
    for what in ("suites", "launchers"):
        assert CliRunner().invoke(list_command, [what], catch_exceptions=False).stderr == ""


def test_hints_where_nothing_is_installed_are_commands_that_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MJBENCH_PLUGINS", "mjbench")
    for what, package in (("tasks", "gymnasium"), ("suites", "gymnasium"), ("algorithms", "sb3")):
        shown = CliRunner().invoke(list_command, [what], catch_exceptions=False).stdout
        assert shown == f"no {what} installed; try: pip install ./plugins/mjbench-{package} (in a clone of mjbench)\n"
        (found,) = [each for each in diagnoses() if each.subject == what]
        assert found.level == "problem"
        assert f"pip install ./plugins/mjbench-{package} (in a clone" in found.text
    (found,) = [each for each in diagnoses() if each.subject == "exporters"]
    assert found.level == "note", "nothing else needs one"
    assert "pip install ./plugins/mjbench-export (in a clone" in found.text


# -- new


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Demo", "not a valid plugin name"),
        ("1st", "not a valid plugin name"),
        ("a--b", "not a valid plugin name"),
        ("../up", "not a valid plugin name"),
        ("class", "not a valid plugin name"),
        ("mjbench-", "not a valid plugin name"),
        ("gymnasium", "is reserved for mjbench"),
        ("mjbench-sb3", "is reserved for mjbench"),
        ("dm-control", "is reserved for mjbench"),
        ("drift", "the installed plugin mjbench-drift 0.1 .* has this name"),
        ("there", "mjbench-there exists"),
    ],
)
def test_names_that_cannot_be_had_are_refused(site: Path, tmp_path: Path, name: str, words: str) -> None:
    install(site)
    (tmp_path / "mjbench-there").mkdir()
    with pytest.raises(MjbenchError, match=words):
        plugins("new", name, "--into", str(tmp_path))
    assert sorted(path.name for path in tmp_path.glob("mjbench*")) == ["mjbench-there"]


def test_names_of_several_words_become_names_of_each_kind(tmp_path: Path) -> None:
    shown = plugins("new", "my-robot", "--into", str(tmp_path))
    folder = tmp_path / "mjbench-my-robot"
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["mjbench.tasks"] == {"my_robot": "mjbench_my_robot.tasks:TASKS"}
    assert "class MyRobotEnv" in (folder / "mjbench_my_robot" / "env.py").read_text()
    assert "mjbench run --task my_robot/Reach-v0 --algo sac --steps 2000" in shown
    assert not [path for path in folder.rglob("*") if "{{" in path.name or path.suffix == ".j2"]
    assert not [path for path in folder.rglob("*") if path.is_file() and "{{" in path.read_text()]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new plugin, installed by pip beside nothing else; the folder that it was written in."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("author")
    plugins("new", "demo", "--into", str(folder))
    offline = ["--no-build-isolation", "--no-deps", "--no-index", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", "-q", *offline]
    subprocess.run([*command, "--target", str(folder / "site"), str(folder / "mjbench-demo")], check=True)
    return folder


def command(folder: Path, *arguments: str) -> str:
    path = os.pathsep.join([str(folder / "site"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, env=environment, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_new_plugin_keeps_the_contract_at_once(demo: Path) -> None:
    shown = command(demo, sys.executable, "-m", "mjbench.cli.main", "plugins", "check", "demo")
    assert "failed" not in shown
    assert f"{len(CHECKS) + 1} " in shown.splitlines()[-1] or "skipped" in shown.splitlines()[-1]


def test_a_new_plugins_own_tests_pass_at_once(demo: Path) -> None:
    tests = demo / "mjbench-demo" / "tests"
    shown = command(demo, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not sb3", str(tests))
    assert "failed" not in shown
    assert "passed" in shown


def test_a_new_plugins_task_trains_at_once(demo: Path) -> None:
    pytest.importorskip("mjbench_sb3")
    task = ["--task", "demo/Reach-v0", "--algo", "ppo", "--steps", "200", "--seeds", "1"]
    shown = command(demo, sys.executable, "-m", "mjbench.cli.main", "run", *task)
    assert "finished  ppo demo/Reach-v0 seed 0" in shown


def test_a_new_plugin_is_clean(demo: Path) -> None:
    """It passes this repository's own linter."""
    ruff = Path(sys.executable).with_name("ruff")
    if not ruff.exists():
        pytest.skip("ruff is not installed")
    options = ["--isolated", "--no-cache", "--line-length", "120"]
    rules = ["--select", "E,F,I,B,UP,D1", "--ignore", "D104,D107"]
    folder = demo / "mjbench-demo"
    subprocess.run([ruff, "check", *options, *rules, folder / "mjbench_demo"], check=True)
    subprocess.run([ruff, "format", "--check", *options, folder], check=True)
