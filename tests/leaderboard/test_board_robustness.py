"""Robustness on boards: a column in every format where there are files, and not a byte where there are none."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from robustness_files import DIGEST, make_robustness

from mjbench.leaderboard.build import suite_board
from mjbench.leaderboard.formats import csv_tables, html_pages, latex, markdown
from mjbench.leaderboard.publish import files
from mjbench.store.found import Found
from mjbench.store.robustness import write_robustness

TASKS = ("toy/A-v0", "toy/B-v0", "toy/Bare-v0")


@pytest.fixture
def played(full, tmp_path: Path):
    """Five seeds of an algorithm on all tasks, in folders; on the tasks ``on`` with robustness files."""

    def make(algorithm: str, pushed: float = 50.0, on: tuple[str, ...] = TASKS, seeds: int = 5) -> list[Found]:
        found: list[Found] = []
        for item in full(algorithm, 61.0, seeds):
            record = replace(item.record, policy_sha256=DIGEST)
            folder = tmp_path / record.run.run_id
            folder.mkdir()
            if record.run.task in on:
                write_robustness(folder, make_robustness(record, 100.0, (pushed, pushed)))
            found.append(Found(folder, record))
        return found

    return make


def test_the_column_is_in_every_format(played, suite, tasks) -> None:
    board = suite_board(suite, played("sac"), tasks, resamples=50)
    kept = board.ranking[0].robustness
    assert kept is not None
    assert kept.estimate.value == pytest.approx(0.625)  # 1 to 0.5 to 0.5: areas 0.75 and 0.5
    assert (kept.estimate.low, kept.standing) == (pytest.approx(0.625), "preliminary")
    assert "standard@1" in "".join(board.notes)
    for page in (markdown.render(board), html_pages.render(board), latex.render(board)):
        assert "Robustness" in page
        assert "0.625" in page
    ranking = next(csv.DictReader(io.StringIO(csv_tables.ranking_csv(board))))
    assert ranking["robustness"] == "0.625"
    assert ranking["robustness_tasks"] == "2"  # the third has no random return
    by_task = {row["task"]: row for row in csv.DictReader(io.StringIO(csv_tables.tasks_csv(board)))}
    assert by_task["toy/A-v0"]["robustness"] == "0.625"
    assert by_task["toy/Bare-v0"]["robustness"] == ""
    page = html_pages.render_run(board, board.runs[0])
    assert "Under disturbance" in page
    assert "<td>0.625</td>" in page


def test_intervals_are_over_seeds_and_failed_runs_keep_nothing(played, suite, tasks) -> None:
    found = played("sac")
    failed = replace(found[0].record, status="failed", evaluations=type(found[0].record.evaluations)())
    board = suite_board(suite, [Found(found[0].path, failed), *found[1:]], tasks, resamples=500)
    kept = board.ranking[0].robustness
    assert kept is not None
    assert kept.estimate.value == pytest.approx(np.mean([0.625, 0.625 * 0.8]))
    assert kept.estimate.low is not None
    assert kept.estimate.high is not None
    assert kept.estimate.low < kept.estimate.value <= kept.estimate.high


def test_a_task_with_a_seed_that_was_not_played_does_not_count(played, suite, tasks) -> None:
    found = played("sac")
    next(found[0].path.glob("robustness-*")).unlink()
    board = suite_board(suite, found, tasks, resamples=20)
    kept = board.ranking[0].robustness
    assert kept is not None
    assert (kept.tasks, kept.of_tasks) == (1, 3)
    assert "1 of 3 tasks" in markdown.render(board)
    assert "4 of 5 seeds unknown" not in markdown.render(board)
    assert "1 of 5 seeds unknown" in markdown.render(board)


def test_entries_without_files_have_a_dash(played, suite, tasks) -> None:
    board = suite_board(suite, [*played("sac"), *played("td3", on=())], tasks, resamples=20)
    rows = {row["entry"]: row for row in csv.DictReader(io.StringIO(csv_tables.ranking_csv(board)))}
    assert rows["sac"]["robustness"] == "0.625"
    assert rows["td3"]["robustness"] == ""
    assert {row.entry for row in board.ranking if row.robustness is None} == {"td3"}


def test_without_files_no_byte_of_a_board_tells_of_robustness(played, suite, tasks) -> None:
    board = suite_board(suite, played("sac", on=()), tasks, resamples=20)
    assert board.disturbance_set == ""
    assert all(b"obustness" not in data and b"disturb" not in data.lower() for data in files(board).values())


def test_a_damaged_file_is_left_out_with_a_note(played, suite, tasks, tmp_path: Path) -> None:
    found = played("sac")
    path = next(found[0].path.glob("robustness-*"))
    path.write_bytes(path.read_bytes().replace(b'"version":1', b'"version":2'))
    board = suite_board(suite, found, tasks, resamples=20)
    (note,) = [note for note in board.notes if note.startswith("Left out: robustness of")]
    assert found[0].record.run.run_id in note
    assert str(tmp_path) not in note


def test_small_boards_show_points(played, suite, tasks) -> None:
    board = suite_board(suite, played("sac", seeds=2), tasks, resamples=20)
    kept = board.ranking[0].robustness
    assert kept is not None
    assert (kept.standing, kept.estimate.low) == ("points", None)
