"""One bad plugin is named and harms nobody: real distributions, laid down as pip would."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from distributions import write_distribution

from mjbench.errors import PluginError, UnknownName
from mjbench.registry.lookup import Registry

SPECS = """
from mjbench.spec.task import TaskSpec
TASKS = [TaskSpec(id="{space}/Walk-v0", entry_point="m:f", episode_limit=5, budget=10)]
"""
GOOD = SPECS.format(space="good")


def add(site: Path, name: str, source: str, space: str = "", value: str = "", group: str = "mjbench.tasks") -> None:
    module = name.replace("-", "_")
    points = {group: {space or name: value or f"{module}:TASKS"}}
    write_distribution(site, name, "1.2", points, {module: source})


BAD = {
    "raises": ("raise RuntimeError('no licence\\nfound')", "", "RuntimeError: no licence found (", ":1)"),
    "raises-oddly": ("class Odd(BaseException): pass\nraise Odd", "", "Odd (", ":2)"),
    "exits": ("import sys; sys.exit('goodbye')", "", "SystemExit: goodbye", ""),
    "missing-dependency": ("import a_robot_library", "", "needs the module 'a_robot_library', which is not", ".py:1)"),
    "missing-submodule": ("import json.robots", "", "needs the module 'json.robots'", ""),
    "syntax": ("def f(:\n", "", "SyntaxError", ""),
    "no-attribute": ("", "", "names 'no_attribute:TASKS', which does not exist", ""),
    "no-module": ("", "nowhere.specs:TASKS", "names 'nowhere.specs:TASKS', but there is no module 'nowhere'", ""),
    "no-form": ("", "no form at all", "not of the form module:attribute", ""),
    "no-tasks": ("TASKS = 3", "", "TypeError: 'int' object is not iterable", ""),
    "other-things": ("TASKS = ['bad/Walk-v0']", "", "'bad/Walk-v0' is not a TaskSpec", ""),
    "twice": (SPECS.format(space="bad") + "TASKS *= 2", "", "lists the task bad/Walk-v0 twice", ""),
    "fails-later": ("def TASKS():\n    yield 1 / 0", "", "ZeroDivisionError", ":2)"),
    "bad-spec": ("from mjbench.spec.task import TaskSpec\nTASKS = [TaskSpec('x', 'y', 1, 1)]", "", "'x' is not", ""),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_plugin_is_named_by_what_needs_it_and_the_others_work(site: Path, name: str) -> None:
    source, value, words, end = BAD[name]
    add(site, name, source, space="bad", value=value)
    add(site, "good", GOOD)
    registry = Registry()
    assert registry.task("good/Walk-v0").budget == 10
    assert "good/Walk-v0" in registry.tasks
    with pytest.raises(PluginError) as raised:
        registry.task("bad/Walk-v0")
    message = str(raised.value)
    assert message.startswith(f"plugin {name} 1.2 (mjbench.tasks: bad) does not load: ")
    assert words in message
    assert end in message
    assert "\n" not in message
    assert message in registry.problems()
    assert message in Registry().check().values()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MJBENCH_PLUGIN_TIMEOUT", "1")


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.sleep(60)",
        "while True: pass",
        "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
        "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except Exception:\n        pass",
    ],
    ids=["sleeps", "spins", "deadlock", "stubborn"],
)
@pytest.mark.usefixtures("impatient")
def test_a_plugin_that_hangs_is_stopped_and_named(site: Path, source: str) -> None:
    add(site, "sleepy", source)
    add(site, "good", GOOD)
    start = time.monotonic()
    registry = Registry()
    assert registry.task("good/Walk-v0")
    with pytest.raises(PluginError, match=r"sleepy 1\.2 .* hangs, stopped after 1 s \(.*sleepy\.py:\d\)"):
        registry.task("sleepy/Walk-v0")
    assert time.monotonic() - start < 20


@pytest.mark.usefixtures("impatient")
def test_listing_that_hangs_is_stopped_too(site: Path) -> None:
    add(site, "sleepy", "def TASKS():\n    while True: pass")
    with pytest.raises(PluginError, match="hangs"):
        Registry().task("sleepy/Walk-v0")


@pytest.mark.usefixtures("impatient")
def test_an_alarm_of_the_programs_own_still_rings(site: Path) -> None:
    add(site, "sleepy", "import time\ntime.sleep(60)")
    rung: list[float] = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(time.monotonic()))
    try:
        due = time.monotonic() + 1.3
        signal.setitimer(signal.ITIMER_REAL, 1.3)
        with pytest.raises(PluginError, match="hangs"):
            Registry().task("sleepy/Walk-v0")
        while not rung and time.monotonic() < due + 10:
            time.sleep(0.01)
        assert rung
        assert rung[0] >= due - 0.01
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_the_alarm_is_off_afterwards(site: Path) -> None:
    add(site, "good", GOOD)
    handler = signal.getsignal(signal.SIGALRM)
    assert Registry().task("good/Walk-v0")
    assert signal.getsignal(signal.SIGALRM) == handler
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_limit_that_is_no_number_is_told(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(site, "good", GOOD)
    monkeypatch.setenv("MJBENCH_PLUGIN_TIMEOUT", "soon")
    with pytest.raises(PluginError, match="MJBENCH_PLUGIN_TIMEOUT='soon' is not a number of seconds"):
        Registry().task("good/Walk-v0")


def test_plugins_load_in_other_threads_as_well(site: Path) -> None:
    import threading

    add(site, "good", GOOD)
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(Registry().task("good/Walk-v0").id))
    thread.start()
    thread.join()
    assert found == ["good/Walk-v0"]


def test_control_c_is_no_fault_of_the_plugins(site: Path) -> None:
    add(site, "slow", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        Registry().task("slow/Walk-v0")


CLASH = SPECS.format(space="shared")
MORE = CLASH + "TASKS.append(TaskSpec(id='shared/Run-v0', entry_point='m:f', episode_limit=5, budget=10))"


def test_two_plugins_of_one_namespace_clash_in_the_shared_id_alone(site: Path) -> None:
    add(site, "first", MORE, space="shared")
    add(site, "second", CLASH, space="shared")
    registry = Registry()
    assert registry.task("shared/Run-v0")
    assert "shared/Run-v0" in registry.tasks
    with pytest.raises(PluginError, match=r"shared/Walk-v0 is provided by first 1\.2.* and by second 1\.2"):
        registry.task("shared/Walk-v0")
    named = {plugin.distribution for plugin in registry.check()}
    assert {"first", "second"} <= named


@pytest.mark.parametrize(
    ("kind", "group", "load"),
    [
        ("suite", "mjbench.suites", lambda registry: registry.suite("extra")),
        ("algorithm", "mjbench.algorithms", lambda registry: registry.algorithm("extra")),
        ("launcher", "mjbench.launchers", lambda registry: registry.launcher("extra")),
        ("tracker", "mjbench.trackers", lambda registry: registry.tracker("extra")),
        ("exporter", "mjbench.exporters", lambda registry: registry.exporter("extra")),
        ("command", "mjbench.commands", lambda registry: registry.command("extra")),
    ],
)
def test_other_names_clash_too(site: Path, kind: str, group: str, load: Callable[[Registry], object]) -> None:
    add(site, "first", "TASKS = None", space="extra", group=group)
    add(site, "second", "TASKS = None", space="extra", group=group)
    with pytest.raises(PluginError, match=rf"{kind} extra is provided by first 1\.2.* and by second 1\.2"):
        load(Registry())
    assert {"first", "second"} <= {plugin.distribution for plugin in Registry().check()}


@pytest.mark.parametrize(
    ("group", "source", "words"),
    [
        ("mjbench.suites", "TASKS = 3", "is a int, not a Suite"),
        (
            "mjbench.suites",
            "from mjbench.spec.suite import Suite\nTASKS = Suite('other', ('a/B-v0',))",
            "has the name 'other', its entry point 'odd'",
        ),
        ("mjbench.algorithms", "TASKS = 3", "is not an algorithm: it lacks hyperparameters and train and load_policy"),
        ("mjbench.launchers", "TASKS = 3", "is not a launcher: it lacks room and start"),
        (
            "mjbench.trackers",
            "class TASKS:\n    start = end = close = print\nTASKS = TASKS()",
            "is not a tracker: it lacks scalars and evaluation",
        ),
        (
            "mjbench.trackers",
            "class TASKS:\n    start = scalars = evaluation = end = close = print",
            "is a class, not a tracker; name an object of it",
        ),
        ("mjbench.exporters", "TASKS = 3", "is not an exporter: it lacks export and suffix"),
        ("mjbench.exporters", "class TASKS:\n    export = print", "is a class, not an exporter; name an object of it"),
        ("mjbench.commands", "def TASKS(): pass", "is a function, not a click command"),
        ("mjbench.commands", "import click\nTASKS = click.Command", "is a class, not a click command"),
    ],
)
def test_an_object_of_the_wrong_shape_is_refused(site: Path, group: str, source: str, words: str) -> None:
    add(site, "odd", source, group=group)
    assert any("odd 1.2" in text and words in text for text in Registry().check().values())


def test_metadata_that_is_damaged_is_named_and_skipped(site: Path) -> None:
    add(site, "good", GOOD)
    add(site, "damaged", "")
    (site / "damaged-1.2.dist-info" / "entry_points.txt").write_text("[mjbench.tasks]\nno equals sign\n")
    registry = Registry()
    assert registry.task("good/Walk-v0")
    assert any("damaged-1.2.dist-info" in problem for problem in registry.problems())


def test_of_a_distribution_on_the_path_twice_the_first_counts(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tmp_path / "older"
    write_distribution(older, "Good_", "0.9", {"mjbench.tasks": {"gone": "good:GONE"}}, {})
    monkeypatch.setattr(sys, "path", [*sys.path, str(older)])
    add(site, "good-", GOOD, space="good")
    assert "gone" not in Registry().names("task")


@pytest.fixture
def two(site: Path) -> None:
    add(site, "good", GOOD)
    add(site, "My_Other.robots", SPECS.format(space="other"), space="other", value="other_specs:TASKS")
    (site / "other_specs.py").write_text(SPECS.format(space="other"))


@pytest.mark.usefixtures("two")
def test_the_user_chooses_what_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MJBENCH_PLUGINS", "good, nothing-of-the-kind")
    registry = Registry()
    assert list(registry.tasks) == ["good/Walk-v0"]
    assert "local" in registry.names("launcher")
    with pytest.raises(UnknownName, match=r"MJBENCH_PLUGINS leaves out My_Other\.robots, which has the tasks of"):
        registry.task("other/Walk-v0")
    assert any("nothing-of-the-kind, which is not installed" in problem for problem in registry.problems())


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("value", ["my-other-robots", "My_Other.Robots"])
def test_names_are_compared_as_pip_does(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MJBENCH_PLUGINS", value)
    assert list(Registry().tasks) == ["other/Walk-v0"]


@pytest.mark.usefixtures("two")
def test_an_empty_choice_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MJBENCH_PLUGINS", "")
    assert {"good/Walk-v0", "other/Walk-v0"} <= set(Registry().tasks)


def test_a_plugin_that_is_left_out_is_not_imported(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(site, "explosive", "raise SystemError('must not be imported')")
    monkeypatch.setenv("MJBENCH_PLUGINS", "mjbench-pointmass")
    assert not [text for text in Registry().check().values() if "explosive" in text]


@pytest.mark.parametrize(
    ("kind", "name", "package"),
    [
        ("suite", "dmc", "mjbench-dmcontrol"),
        ("algorithm", "ppo", "mjbench-sb3"),
        ("task", "quadruped/Go1Walk-v0", "mjbench-quadruped"),
    ],
)
def test_what_a_package_of_ours_would_bring_names_it(kind: str, name: str, package: str) -> None:
    with pytest.raises(UnknownName, match=rf"pip install (\./plugins/\S+ )*\./plugins/{package} "):
        getattr(Registry(entry_points=[]), kind)(name)


def test_a_package_is_found_by_either_name(site: Path) -> None:
    add(site, "mjbench-robots", SPECS.format(space="arms"), space="arms")
    registry = Registry()
    for text in ("mjbench-robots", "robots", "mjbench_Robots", "arms"):
        assert [plugin.name for plugin in registry.named(text)] == ["arms"]
    with pytest.raises(UnknownName, match="did you mean mjbench-robots"):
        registry.named("mjbench-robot")


def test_very_many_tasks_load_in_a_moment(tmp_path: Path) -> None:
    """What benchmarks/registry_load.py measures, in seconds of the processor: other work here does not count."""
    for i in range(200):
        source = "from mjbench.spec.task import TaskSpec\nTASKS = [TaskSpec(f'space" + str(i)
        source += "/T{i}-v0', 'm:f', 5, 10) for i in range(50)]"
        add(tmp_path, f"many-{i}", source, space=f"space{i}")
    program = (
        "import sys, time; from mjbench.registry.lookup import Registry; start = time.process_time(); "
        f"sys.path.append({str(tmp_path)!r}); assert len(Registry().tasks) >= 10_000; "
        "print(time.process_time() - start)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 1.0
