"""The page over all boards of a folder."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from mjbench.errors import MjbenchError
from mjbench.leaderboard.build import suite_board
from mjbench.leaderboard.index import PAGE, write_index
from mjbench.leaderboard.publish import publish
from mjbench.leaderboard.summary import SUMMARY, Summary, read_summary


def put(out: Path, name: str, **changes) -> Path:
    (out / name).mkdir(parents=True)
    path = out / name / SUMMARY
    path.write_text(json.dumps(asdict(Summary("Title", "What it is.", 2, 3, 4)) | changes))
    return path


def test_the_index_says_what_each_board_holds(full, suite, tasks, tmp_path) -> None:
    board = suite_board(suite, full("sac", 50.0), tasks, resamples=50)
    publish(board, tmp_path)
    assert read_summary(tmp_path / "toy" / SUMMARY) == Summary("toy v1", "For tests.", 3, 3, 1)
    page, problems = write_index(tmp_path)
    text = page.read_text()
    assert problems == []
    assert '<a href="./toy/index.html">toy v1</a><span class="more">For tests.</span>' in text
    assert "<td>3</td><td>3</td><td>1</td>" in text


def test_boards_are_in_one_order_and_unchanged_pages_stay(tmp_path) -> None:
    for name, tasks in (("b", 2), ("a", 2), ("c", 18)):
        put(tmp_path, name, title=f"board {name}", tasks=tasks)
    page = write_index(tmp_path)[0]
    text = page.read_text()
    assert text.index("board c") < text.index("board a") < text.index("board b"), "most tasks first, then by name"
    before = page.stat().st_ino
    assert write_index(tmp_path)[0].stat().st_ino == before


def test_the_page_stands_alone_and_escapes_names(tmp_path) -> None:
    put(tmp_path, 'javascript:x"><i>', title="<script>1</script>", description="a\u202eb & <b>")
    text = write_index(tmp_path)[0].read_text()
    assert "<script" not in text
    assert "<b>" not in text
    assert "<i>" not in text
    assert "&lt;script&gt;1" in text
    assert "a\\u202eb &amp; &lt;b&gt;" in text
    assert 'href="./javascript%3Ax%22%3E%3Ci%3E/index.html"' in text
    assert "http://" not in text
    assert "https://" not in text
    assert "prefers-color-scheme:dark" in text


@pytest.mark.parametrize(
    "changes", [{"tasks": "2"}, {"tasks": True}, {"seeds": 1.5}, {"title": 1}, {"more": 1}, {"entries": None}]
)
def test_what_is_no_summary_is_named_and_left_out(tmp_path, changes) -> None:
    put(tmp_path, "good")
    put(tmp_path, "bad", **changes)
    page, problems = write_index(tmp_path)
    assert len(problems) == 1
    assert "bad/board.json: not the summary of a leaderboard; build that leaderboard again" in problems[0]
    assert "./good/" in page.read_text()
    assert "./bad/" not in page.read_text()


def test_without_boards_the_page_says_so(tmp_path) -> None:
    assert "There are none yet." in write_index(tmp_path)[0].read_text()


def test_a_folder_that_cannot_be_written_is_an_error_with_a_cure(tmp_path) -> None:
    (tmp_path / PAGE).mkdir()
    with pytest.raises(MjbenchError, match="--out"):
        write_index(tmp_path)
