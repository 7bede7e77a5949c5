"""Ranks, intervals and the small print."""

import pytest

from mjbench.leaderboard import cell_text
from mjbench.leaderboard.build import custom_boards, suite_board
from mjbench.leaderboard.columns import ranking_columns


def _interval(row) -> str:
    return ranking_columns()[0].write(row).behind


def notes_with(board, text: str) -> list[str]:
    return [note for note in board.notes if text in note]


def test_the_higher_iqm_ranks_first_and_ties_share_a_rank(full, suite, tasks) -> None:
    records = full("ppo", 20) + full("sac", 80) + full("a2c", 20) + full("td3", 10)
    board = suite_board(suite, records, tasks)
    assert [(row.rank, row.entry) for row in board.ranking] == [(1, "sac"), (2, "a2c"), (2, "ppo"), (4, "td3")]
    assert board.entries == ("sac", "a2c", "ppo", "td3")
    assert board.ranking[0].aggregates["iqm"].value == pytest.approx(0.81)
    assert board.ranking[0].aggregates["optimality_gap"].value == pytest.approx(0.19)


def test_an_entry_that_lacks_a_task_ranks_after_the_complete_ones(found, full, suite, tasks) -> None:
    records = full("ppo", 20) + [found(algorithm="sac", seed=seed, value=99.0) for seed in range(3)]
    board = suite_board(suite, records, tasks)
    sac = board.ranking[1]
    assert (sac.entry, sac.rank, sac.partial, sac.coverage) == ("sac", 2, True, "3/9 runs, 1/2 tasks")
    assert notes_with(board, "Partial") == [
        "Partial: over the tasks that the entry has, ranked after the complete entries: sac (1 of 2)."
    ]


def test_the_task_without_references_is_left_out_of_the_aggregates_and_named(found, full, suite, tasks) -> None:
    board = suite_board(suite, [*full("ppo", 20), found("toy/Bare-v0", "sac", value=1e6)], tasks)
    assert [row.scored for row in board.tasks] == [True, True, False]
    sac = board.ranking[-1]
    assert (sac.entry, sac.rank, sac.aggregates) == ("sac", None, {})
    (note,) = notes_with(board, "because they cannot be normalised")
    assert note.startswith("1 of 3 tasks is left out")
    assert "toy/Bare-v0 (no random and no reference return)" in note


def test_a_task_that_is_not_installed_is_shown_but_not_scored(full, suite, tasks) -> None:
    board = suite_board(suite, full("ppo", 20), {"toy/A-v0": tasks["toy/A-v0"]})
    assert [row.scored for row in board.tasks] == [True, False, False]
    assert all(cell is not None for row in board.tasks for cell in row.cells)
    assert "toy/B-v0 (task not installed)" in notes_with(board, "because they cannot be normalised")[0]


@pytest.mark.parametrize(("count", "standing"), [(4, "points"), (5, "preliminary"), (9, "preliminary"), (10, "full")])
def test_seeds_decide_about_intervals(full, suite, tasks, count, standing) -> None:
    board = suite_board(suite, full("sac", 40, count), tasks)
    (row,) = board.ranking
    cell = board.tasks[0].cells[0]
    assert cell is not None
    assert cell.estimate is not None
    assert (row.standing, cell.standing) == (standing, standing)
    has_interval = standing != "points"
    assert (row.aggregates["iqm"].low is not None) == (cell.estimate.low is not None) == has_interval
    assert len(row.points) == (0 if has_interval else 4)
    assert _interval(row).startswith("[" if has_interval else "(")
    assert cell_text.mean(cell).endswith("‡") == _interval(row).endswith("‡") == (standing == "preliminary")
    assert bool(notes_with(board, "Fewer than 5 seeds")) == (standing == "points")
    assert bool(notes_with(board, "‡ preliminary")) == (standing == "preliminary")


def test_the_task_with_fewest_seeds_decides_about_the_ranking(found, full, suite, tasks) -> None:
    records = full("sac", 40, 10)
    records = [item for item in records if item.record.run.task != "toy/B-v0" or item.record.run.seed < 4]
    (row,) = suite_board(suite, records, tasks).ranking
    assert (row.standing, row.aggregates["iqm"].low) == ("points", None)
    assert len(row.points) == 4  # the seeds that both tasks have


def test_fewer_than_five_seeds_show_every_point(found, suite, tasks) -> None:
    records = [found(seed=0, value=12.0), found(seed=1, value=34.0), found(seed=2, status="diverged")]
    cell = suite_board(suite, records, tasks).tasks[0].cells[0]
    assert cell_text.mean(cell) == "15.33"
    assert cell_text.detail(cell) == "12.00; 34.00; 0.000† · 2/3 seeds, 1 failed"


def test_failures_are_named_with_their_cause(found, suite, tasks) -> None:
    trace = "Traceback (most recent call last):\n  File x\nValueError: loss is nan\n"
    board = suite_board(suite, [found(), found(seed=2, status="failed", error=trace)], tasks)
    (note,) = notes_with(board, "did not complete")
    assert "sac on toy/A-v0, seed 2: failed (ValueError: loss is nan)" in note
    assert notes_with(board, "Seeds are missing for sac")


def test_nothing_is_bold_without_a_test_that_says_so(found, full, suite, tasks) -> None:
    few = [found(), found(algorithm="ppo", value=60.0), found("toy/B-v0")]
    assert [row.statistics.best for row in suite_board(suite, few, tasks).tasks] == [set(), set(), set()]
    tested = suite_board(suite, full("sac", 60, 5) + full("ppo", 60.1, 5) + full("td3", 10, 5), tasks)
    assert [row.statistics.best for row in tested.tasks] == [{"sac", "ppo"}] * 3
    equal = suite_board(suite, full("sac", 60, 5) + full("ppo", 60.1, 5), tasks)
    assert [row.statistics.best for row in equal.tasks] == [set()] * 3


def test_without_a_normalised_task_the_board_ranks_by_the_mean_rank_and_says_so(found) -> None:
    records = [found("toy/A-v0", "sac", seed, 5.0 + seed) for seed in range(5)]
    records += [found("toy/B-v0", "sac", seed, 1.0 + seed) for seed in range(5)]
    records += [found("toy/A-v0", "ppo", seed, 1e6 + seed) for seed in range(5)]
    records += [found("toy/B-v0", "ppo", seed, 1.0 + seed) for seed in range(5)]
    records += [found("toy/B-v0", "td3", seed, 900.0) for seed in range(5)]
    (board,) = custom_boards(records, [], {}, resamples=100)
    assert [(row.rank, row.entry, row.mean_rank and row.mean_rank.value, row.partial) for row in board.ranking] == [
        (1, "ppo", 1.75, False), (2, "sac", 2.25, False), (3, "td3", 1.0, True),
    ]  # fmt: skip
    assert [row.ranks is not None for row in board.ranking] == [True, True, False]
    (note,) = notes_with(board, "ranks by the mean rank")
    assert note.startswith("No task of this board is normalised, so the board ranks by the mean rank. ")


def test_where_some_task_is_normalised_the_iqm_ranks(found, full, suite, tasks) -> None:
    records = full("sac", 50) + [item for item in full("ppo", 40) if item.record.run.task != "toy/Bare-v0"]
    records += [found("toy/Bare-v0", "ppo", seed, 1e6) for seed in range(3)]
    board = suite_board(suite, records, tasks, resamples=50)
    assert [row.entry for row in board.ranking] == ["sac", "ppo"]
    assert [row.mean_rank and row.mean_rank.value for row in board.ranking] == pytest.approx([4 / 3, 5 / 3])
    assert not notes_with(board, "ranks by the mean rank")


def test_problems_of_reading_are_passed_on(found, suite, tasks) -> None:
    board = suite_board(suite, [found()], tasks, ["Left out: toy/x/record.json: damaged: not JSON"])
    assert board.notes[-1] == "Left out: toy/x/record.json: damaged: not JSON"
