"""Help fits a terminal of eighty columns, shows examples that work, and comes at once; a shell completes names."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from committed import committed_results

from mjbench.cli.main import GROUPS, VERBS, cli


def verbs() -> Iterator[tuple[str, ...]]:
    """Every verb, and every one below a verb."""
    context = click.Context(cli)
    for name in VERBS:
        command = cli.get_command(context, name)
        yield (name,)
        if isinstance(command, click.Group):
            yield from ((name, below) for below in command.commands)


def helped(*words: str) -> str:
    done = CliRunner().invoke(cli, [*words, "--help"], terminal_width=80, max_content_width=80, prog_name="mjbench")
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("words", list(verbs()), ids=" ".join)
def test_help_fits_and_has_an_example_that_parses(words: tuple[str, ...]) -> None:
    text = helped(*words)
    assert max(map(len, text.splitlines())) <= 80
    assert "..." not in text.partition("Commands:")[2]
    assert not re.search(r"INTEGER|FLOAT|DIRECTORY|RANGE|<=|>=", text)
    examples = re.findall(r"(?m)^  (mjbench .*)$", text.replace("\\\n    ", ""))
    assert [line for line in examples if line.startswith(f"mjbench {' '.join(words)}")]
    for example in examples:
        typed = shlex.split(example, comments=True)[1:]
        assert typed[0] in VERBS
    options = text[text.index("Options:") :]
    for line in re.findall(r"(?m)^  -.*$", options):
        assert len(line.split("  ")) > 2 or re.search(r"(?m)^" + re.escape(line) + r"\n {10,}\S", text), (
            f"{line}: no help"
        )


@pytest.mark.parametrize(
    ("words", "empty"),
    [
        (["run", "--task", "gymnasium/Hopper-v5", "--preset", ""], "--preset"),
        (["run", "--task", "gymnasium/Hopper-v5", "--set", "gamma=0.9", "--set", ""], "--set"),
        (["status", "--results", ""], "--results"),
        (["results", "merge", "results", "--into", ""], "--into"),
        (["results", "merge", "results", "", "--into", "all"], "FOLDERS"),
        (["leaderboard", ""], "SUITE"),
        (["video", "", "--out", "run.mp4"], "RUN"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_empty_value_is_refused_and_not_taken_as_the_default_or_this_folder(
    words: list[str], empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "results").mkdir()
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, words, prog_name="mjbench")
    assert done.exit_code == 2
    assert f"{empty} is empty: give a value, or leave it out" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


@pytest.mark.parametrize("words", list(verbs()), ids=" ".join)
def test_options_that_all_verbs_share_are_last(words: tuple[str, ...]) -> None:
    names = re.findall(r"(?m)^  (?:-h, )?--(\w+)", helped(*words).partition("Options:")[2])
    shared = [name for name in names if name in ("results", "submissions", "json", "help")]
    assert names[len(names) - len(shared) :] == shared
    assert names[-1] == "help"


def test_the_first_page_has_every_verb_once_with_a_line_of_its_own() -> None:
    text = helped()
    assert max(map(len, text.splitlines())) <= 80
    for group, listed in GROUPS.items():
        assert f"\n{group}:\n" in text
        for verb, line in listed.items():
            assert text.count(f"\n  {verb} ") == 1
            assert re.search(rf"\n  {verb} +{re.escape(line)}\n", text)
    assert CliRunner().invoke(cli, [], terminal_width=80).output.count("\n") == text.count("\n")


def completed(line: str, folder: Path) -> list[str]:
    """What bash completes the last word of the line to, in a folder."""
    words = line.split(" ")
    environment = {**os.environ, "_MJBENCH_COMPLETE": "bash_complete", "COMP_WORDS": line}
    environment["COMP_CWORD"] = str(len(words) - 1)
    program = "import sys; sys.argv[0] = 'mjbench'; from mjbench.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, cwd=folder)
    assert not done.stderr
    return [text.partition(",")[2] for text in done.stdout.splitlines() if text]


def test_a_shell_completes_names(tmp_path: Path) -> None:
    assert "run" in completed("mjbench r", tmp_path)
    assert "--suite" in completed("mjbench run --su", tmp_path)
    assert "quickstart" in completed("mjbench run --suite qu", tmp_path)
    assert "ppo,fast-sac" in completed("mjbench run --algo ppo,fast", tmp_path)
    assert "gymnasium/Hopper-v5" in completed("mjbench run --task gymnasium/Hop", tmp_path)
    assert "tasks" in completed("mjbench list t", tmp_path)


def test_a_shell_completes_what_records_have() -> None:
    assert "sac" in completed("mjbench compare s", committed_results().parent)
    assert "282807115b0a" in completed("mjbench play 2828", committed_results().parent)


def test_a_folder_without_runs_completes_nothing(tmp_path: Path) -> None:
    assert completed("mjbench play 2828", tmp_path) == []


def test_help_imports_no_learning_library_and_no_plugin() -> None:
    program = (
        "import sys; from click.testing import CliRunner; from mjbench.cli.main import cli; "
        "CliRunner().invoke(cli, ['--help']); "
        "print([m for m in ('torch', 'numpy', 'gymnasium', 'mujoco', 'pydantic', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
