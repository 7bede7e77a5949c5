"""Commands that plugins bring: there without being imported, refused on one line, and no other command suffers."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from distributions import write_distribution

from mjbench.cli.list_installed import list_command
from mjbench.cli.main import VERBS
from mjbench.cli.plugins import plugins_command
from mjbench.registry.choice import ONLY
from mjbench.registry.command_names import command_names
from mjbench.registry.lookup import Registry

GREET = """
import click
from mjbench.errors import MjbenchError

@click.command()
@click.argument("name")
def greet(name):
    "Say hello."
    if name == "nobody":
        raise MjbenchError("nobody is there")
    if name == "everybody":
        raise KeyError("too\\nmany")
    if name == "later":
        raise SystemExit(7)
    print(f"hello {name}")
"""
BAD = {
    "explodes": ("raise RuntimeError('no licence')", "RuntimeError: no licence"),
    "function": ("def command(): pass", "bad:command is a function, not a click command"),
    "nothing": ("", "its entry point names 'bad:command', which does not exist"),
}


@pytest.fixture
def greet(site: Path) -> None:
    points = {"mjbench.commands": {"greet": "greeting:greet"}}
    write_distribution(site, "mjbench-greeting", "0.4", points, {"greeting": GREET})


def bad(site: Path, source: str, name: str = "bad") -> None:
    write_distribution(site, "mjbench-bad", "6.2", {"mjbench.commands": {name: "bad:command"}}, {"bad": source})


def mjbench(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mjbench.cli.main", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done.stdout + done.stderr
    return done


@pytest.mark.usefixtures("greet")
def test_a_command_is_run_as_one_of_ours() -> None:
    assert mjbench("greet", "you").stdout == "hello you\n"
    assert "Say hello." in mjbench("greet", "--help").stdout
    assert mjbench("greet", "nobody", code=2).stderr == "mjbench: nobody is there\n"


@pytest.mark.usefixtures("greet")
def test_what_a_command_raises_is_a_line_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = mjbench("greet", "everybody", code=2).stderr.splitlines()
    assert line.startswith("mjbench: plugin mjbench-greeting 0.4 (mjbench.commands: greet) failed: KeyError: ")
    assert line.endswith("MJBENCH_TRACEBACK=1 shows where")
    assert mjbench("greet", "later", code=7).stderr == ""
    assert mjbench("greet", code=2).stderr.startswith("Usage: ")
    monkeypatch.setenv("MJBENCH_TRACEBACK", "1")
    shown = mjbench("greet", "everybody", code=2).stderr
    assert "Traceback" in shown
    assert "greeting.py" in shown


@pytest.mark.usefixtures("greet")
@pytest.mark.parametrize("source", [source for source, _ in BAD.values()], ids=list(BAD))
def test_help_lists_every_command_and_imports_none(site: Path, source: str) -> None:
    bad(site, source)
    program = """
import sys
from mjbench.cli.main import cli
cli(["--help"], standalone_mode=False)
print("imported:", [name for name in ("greeting", "bad", "importlib.metadata", "numpy") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert re.search(
        r"Commands of plugins:\n  bad +From mjbench-bad\.\n  greet +From mjbench-greeting\.\n", done.stdout
    )
    assert done.stdout.splitlines()[-1] == "imported: []"


def test_help_takes_a_tenth_of_a_second_of_the_processor() -> None:
    program = "import time; from mjbench.cli.main import cli; cli(['--help'], standalone_mode=False); "
    program += "print(time.process_time())"
    taken = [
        float(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout.split()[-1])
        for _ in range(5)
    ]
    assert min(taken) < 0.1


@pytest.mark.usefixtures("greet")
@pytest.mark.parametrize(("source", "words"), BAD.values(), ids=list(BAD))
def test_one_that_cannot_be_had_is_one_line_and_the_others_work(site: Path, source: str, words: str) -> None:
    bad(site, source)
    done = mjbench("bad", code=2)
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("mjbench: plugin mjbench-bad 6.2 (mjbench.commands: bad) does not load: ")
    assert words in line
    assert mjbench("greet", "you").stdout == "hello you\n"


@pytest.mark.usefixtures("greet")
def test_a_name_that_is_nearly_right_gets_it() -> None:
    assert "unknown command 'gret'; did you mean: mjbench greet?" in mjbench("gret", code=2).stderr


def test_a_verb_of_ours_cannot_be_taken_over(site: Path) -> None:
    bad(site, "import click\n@click.command()\ndef command(): print('taken over')", name="power")
    assert "taken over" not in mjbench("power", "--help").stdout
    assert "mjbench-bad" not in mjbench("--help").stdout
    listed = CliRunner().invoke(list_command, ["plugins"]).output
    origin = "plugin mjbench-bad 6.2 (mjbench.commands: power)"
    assert f"problem: {origin}: mjbench itself has a command of that name, so this one never runs" in listed
    checked = CliRunner().invoke(plugins_command, ["check", "bad"])
    assert checked.exit_code == 1
    assert "mjbench itself has a command power, so this one never runs" in checked.output
    assert "power" in VERBS


@pytest.mark.usefixtures("greet")
def test_commands_are_listed_with_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "greet  mjbench-greeting 0.4" in CliRunner().invoke(list_command, ["commands"]).output
    assert "mjbench-greeting 0.4" in CliRunner().invoke(list_command, ["plugins", "greet"]).output
    assert "passed   loads              command greet" in CliRunner().invoke(plugins_command, ["check", "greet"]).output
    for kind in ("trackers", "exporters"):
        assert CliRunner().invoke(list_command, [kind, "nothing-of-the-kind"]).output.startswith(f"no {kind} match")
    monkeypatch.setenv(ONLY, "mjbench-gymnasium")
    assert command_names() == {}


def test_names_from_files_are_those_of_the_registry(site: Path, greet: None) -> None:
    (site / "odd-1.dist-info").mkdir()
    (site / "odd-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: Odd.Name\nVersion: 1\n")
    text = "[other]\nx = a:b\n[mjbench.commands]\n# y = a:b\ndo-it = m:f\nMore = m:g\n\n[mjbench.tasks]\nz = a:b\n"
    (site / "odd-1.dist-info" / "entry_points.txt").write_text(text)
    (site / "damaged-1.dist-info").mkdir()
    (site / "damaged-1.dist-info" / "entry_points.txt").write_bytes(b"[mjbench.commands]\n\xff = a:b\n")
    names = command_names()
    found = {name: owner for name, owner in names.items() if owner not in ("mjbench-hub", "mjbench-optuna")}
    assert found == {"More": "Odd.Name", "do-it": "Odd.Name", "greet": "mjbench-greeting"}
    assert list(names) == Registry().names("command")
