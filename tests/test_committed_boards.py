"""Every committed leaderboard is what the committed records give, byte by byte."""

import os
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from committed import committed_boards, committed_results

from mjbench.cli.leaderboard import leaderboard_command
from mjbench.leaderboard.index import PAGE, write_index
from mjbench.leaderboard.summary import SUMMARY

COMMITTED = committed_boards()
BOARDS = sorted(path.name for path in COMMITTED.glob("*") if path.is_dir())


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refresh(name: str) -> list[str]:
    """Arguments of ``mjbench`` that build a board; those that belong to no suite are built without a name."""
    if name.startswith("custom-"):
        return ["leaderboard"]
    later = re.fullmatch(r"(.+)-v(\d+)", name)  # see ``Suite.folder``
    return ["leaderboard", f"{later[1]}@{later[2]}" if later else f"{name}@1"]


def stale(committed: dict[str, bytes], built: dict[str, bytes], command: str) -> str:
    """What to do about files that differ; nothing where none does."""
    wrong = [name for name in sorted(committed | built) if committed.get(name) != built.get(name)]
    if not wrong:
        return ""
    return f"{len(wrong)} committed files are stale ({', '.join(wrong[:5])}); refresh with: {command}"


@pytest.mark.parametrize("name", BOARDS)
def test_a_committed_board_is_rebuilt_to_the_same_bytes(name: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(committed_results().parent)
    if (COMMITTED / name / "videos").is_dir():  # made on request; pages show those that are there
        shutil.copytree(COMMITTED / name / "videos", tmp_path / name / "videos")
    arguments = refresh(name)
    result = CliRunner().invoke(leaderboard_command, [*arguments[1:], "--out", os.fspath(tmp_path)])
    assert result.exit_code == 0, result.output + str(result.exception)
    problem = stale(contents(COMMITTED / name), contents(tmp_path / name), f"mjbench {' '.join(arguments)}")
    assert not problem, problem


def test_the_index_is_that_of_the_committed_boards(tmp_path: Path) -> None:
    for name in BOARDS:
        (tmp_path / name).mkdir()
        (tmp_path / name / SUMMARY).write_bytes((COMMITTED / name / SUMMARY).read_bytes())
    page, problems = write_index(tmp_path)
    assert problems == []
    same = page.read_bytes() == (COMMITTED / PAGE).read_bytes()
    assert same, f"leaderboards/{PAGE} is stale; refresh with: mjbench {' '.join(refresh(BOARDS[0]))}"


@pytest.mark.parametrize("name", BOARDS)
def test_no_number_is_told_to_its_last_digit(name: str) -> None:
    """Those depend on the processor, whose sums are other bits with other vector instructions."""
    for path in (COMMITTED / name).rglob("*"):
        if path.suffix in {".html", ".json", ".svg", ".csv", ".md", ".tex"}:
            long = re.findall(r"(?<![\w.])\d*\.0*[1-9]\d{9,}", path.read_text(encoding="utf-8"))
            assert not long, f"{path.name}: {long[:3]}"


def test_a_stale_board_names_its_files_and_the_command() -> None:
    line = stale({"a": b"1", "b": b"2", "old": b""}, {"a": b"1", "b": b"3", "new": b""}, "mjbench leaderboard x")
    assert line == "3 committed files are stale (b, new, old); refresh with: mjbench leaderboard x"
    assert stale({"a": b"1"}, {"a": b"1"}, "mjbench") == ""


def test_there_is_a_committed_board() -> None:
    assert BOARDS
