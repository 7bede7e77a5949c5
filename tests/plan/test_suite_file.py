from pathlib import Path

import pytest

from mjbench.errors import SpecError
from mjbench.plan.suite_file import read_suite

GOOD = """
tasks = ["a/B-v0", "a/C-v1"]
algorithms = ["sac"]
seeds = 2
steps = 100

[protocol]
checkpoints = 3
"""


def read(tmp_path: Path, text: str):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return read_suite(path)


def test_a_suite_file_is_a_suite(tmp_path: Path) -> None:
    suite = read(tmp_path, GOOD)
    assert (suite.name, suite.tasks, suite.seeds, suite.steps) == ("mine", ("a/B-v0", "a/C-v1"), 2, 100)
    assert (suite.protocol.checkpoints, suite.protocol.episodes) == (3, 10)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tasks = [", "line 1"),
        ("seeds = 2", "names no tasks"),
        ('tasks = ["a/B-v0"]\n\ntask = 3', "line 3: unknown key 'task'; did you mean tasks"),
        ('tasks = ["a/B-v0"]\nseeds = "two"', "line 2: seeds must be a whole number"),
        ('tasks = ["a/B-v0"]\nseeds = 0', "line 2: .*seeds must be at least 1"),
        ("tasks = [1]", "line 1: tasks must be a list of names"),
        ('tasks = ["a/B-v0"]\n[protocol]\nepisodes = 0', "line 3: episodes must be at least 1"),
        ('tasks = ["a/B-v0"]\n[protocol]\nepisode = 1', "line 3: unknown key 'episode'; did you mean episodes"),
        ('tasks = ["a/B-v0"]\nsteps = 2026-01-02', "steps is a date"),
        ('tasks = ["a/B-v0"]\nsteps = ' + "9" * 5000, "a number is too large"),
        ("tasks = " + "[" * 20_000, "nested deeper"),
        ('tasks = [""]', "line 1: tasks has '', which is no name"),
        ('tasks = ["a/B-v0\\u001b[31m"]', r"tasks has 'a/B-v0\\x1b"),
        ('[[chains]]\nstages = [{ task = "a\\n", steps = 1 }, { task = "b", steps = 1 }]', "is no name of a task"),
    ],
)
def test_a_malformed_file_is_refused_with_the_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        read(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="No such file"):
        read_suite(tmp_path / "nothing.toml")


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(mark + GOOD, encoding="utf-8")
    assert read_suite(path).tasks == ("a/B-v0", "a/C-v1")
    path.write_text(mark + "seeds = 0", encoding="utf-8")
    with pytest.raises(SpecError, match="names no tasks"):
        read_suite(path)
