"""The workflows of GitHub, which nothing here runs: they are YAML, and what they call is there."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from mjbench.cli.main import VERBS, cli

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
OURS = ("make", "mjbench", ".venv/bin/python")
yaml = pytest.importorskip("yaml", reason="PyYAML is not installed: make .venv/.dev")


def read(path: Path) -> dict[Any, Any]:
    found = yaml.safe_load(path.read_text())
    assert isinstance(found, dict)
    return found


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in read(path)["jobs"].values():
        yield from job.get("steps", [])


def scripts() -> Iterator[Any]:
    for path in WORKFLOWS:
        for step in steps(path):
            if "run" in step:
                yield pytest.param(step["run"], id=f"{path.stem}: {step['run'].splitlines()[0][:40]}")


def commands(script: str) -> Iterator[list[str]]:
    """The commands of a script that this project answers for, as lists of words."""
    for line in re.split(r"\n|&&|\|\|", script):
        words = shlex.split(line, comments=True)
        if words and words[0] in OURS:
            yield words


def problem(words: list[str]) -> str:
    """Why a command cannot run; empty where it can."""
    program, *rest = words
    if program == "make":
        targets = re.findall(r"(?m)^([^\s:#=]+):", (ROOT / "Makefile").read_text())
        return "".join(f"no target {each}" for each in rest if "=" not in each and each not in targets)
    if program == ".venv/bin/python":
        return "" if (ROOT / rest[0]).is_file() else f"no file {rest[0]}"
    command = cli.get_command(click.Context(cli), rest[0]) if rest[0] in VERBS else None
    if command is None:
        return f"no verb {rest[0]}"
    known = {name for param in command.params for name in param.opts}
    return "".join(f"no option {each}" for each in rest if each.startswith("--") and each not in known)


@pytest.mark.parametrize("script", scripts())
def test_a_script_is_bash_and_calls_what_there_is(script: str) -> None:
    plain = re.sub(r"\$\{\{.*?\}\}", "x", script)
    done = subprocess.run(["bash", "-n"], input=plain, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [found for found in map(problem, commands(plain)) if found] == []


def test_a_call_of_nothing_is_found() -> None:
    for script, found in [
        ("make chekc", "no target chekc"),
        ("cd x && make results BASE=main no", "no target no"),
        (".venv/bin/python .ci/none.py --base .", "no file .ci/none.py"),
        ("mjbench rnu", "no verb rnu"),
        ("mjbench run --siute quickstart", "no option --siute"),
    ]:
        assert [problem(words) for words in commands(script)] == [found]
    assert list(commands("pip install build\n# make nothing")) == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_limits_its_rights_and_its_time_and_waits_for_jobs_that_exist(path: Path) -> None:
    body = read(path)
    assert "permissions" in body
    for job in body["jobs"].values():
        needs = job.get("needs", [])
        assert {needs} if isinstance(needs, str) else set(needs) <= set(body["jobs"])
        if (called := job.get("uses", "")).startswith("./"):
            assert (ROOT / called).is_file()
            assert "workflow_call" in read(ROOT / called)[True], "YAML reads the key on as true"
        else:
            assert job["timeout-minutes"] > 0
    for step in steps(path):
        assert ("run" in step) != ("uses" in step)
        assert "uses" not in step or "@" in step["uses"]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_has_named_fields(path: Path) -> None:
    body = read(path)
    if path.stem == "config":
        return
    assert {"name", "description", "body"} <= set(body)
    names = [field["id"] for field in body["body"] if field["type"] != "markdown"]
    assert len(names) == len(set(names)) > 0
