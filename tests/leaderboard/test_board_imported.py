"""Imported runs beside those of mjbench: seen, marked, and without weight unless that is wanted."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from records import PROTOCOL, make_record, make_run

from mjbench.errors import SpecError
from mjbench.leaderboard.build import suite_board
from mjbench.leaderboard.cell_text import NOTHING
from mjbench.leaderboard.formats import csv_tables, html_pages, latex, markdown
from mjbench.leaderboard.imported import Logs
from mjbench.leaderboard.plots.charts import curve_charts
from mjbench.leaderboard.publish import files
from mjbench.spec.imported import ImportedRun
from mjbench.stats.imported import values_at
from mjbench.store.store import Found

UNKNOWN = ["hyperparameters", "evaluation protocol", "versions", "policy"]


def log(task: str = "toy/A-v0", seed: int = 0, value: float = 70.0, last: int = 100, **changes) -> ImportedRun:
    """A log with an evaluation at each tenth of 100 steps."""
    steps = list(range(10, last + 1, 10))
    options = {
        "algorithm": "sac",
        "format": "simbav2",
        "files": {"a.csv": "0" * 64},
        "metric": "avg_return",
        "returns": "evaluation",
        "step": steps,
        "value": [value * step / last for step in steps],
        "unknown": UNKNOWN,
    }
    return ImportedRun(task=task, seed=seed, **{**options, **changes})


def everywhere(value: float, seeds: int = 3, **changes) -> tuple[ImportedRun, ...]:
    names = ("toy/A-v0", "toy/B-v0", "toy/Bare-v0")
    return tuple(log(task, seed, value + seed, **changes) for task in names for seed in range(seeds))


def ranking(board) -> list[tuple]:
    return [(row.entry, row.rank, row.tier) for row in board.ranking]


def test_imported_entries_stand_below_without_a_rank(full, suite, tasks) -> None:
    logs = Logs(everywhere(90.0))
    board = suite_board(suite, full("sac", 50.0), tasks, resamples=50, logs=logs)
    assert ranking(board) == [("sac", 1, "self-reported"), ("sac (imported)", None, "imported")]
    (row,) = [row for row in markdown.render(board).splitlines() if row.startswith(f"| {NOTHING} | sac (imported)")]
    assert "| imported | 9/9 runs |" in row
    assert "imported</span>" in html_pages.render(board)
    assert "sac (imported)" in latex.render(board)


def test_imported_entries_change_no_number_of_the_others(full, suite, tasks) -> None:
    own = [*full("sac", 50.0, 6), *full("ppo", 20.0, 6)]
    alone = suite_board(suite, own, tasks, resamples=50)
    board = suite_board(suite, own, tasks, resamples=50, logs=Logs(everywhere(-500.0, 6)))
    assert board.statistics == alone.statistics
    assert board.ranking[:2] == alone.ranking
    assert [row.statistics for row in board.tasks] == [row.statistics for row in alone.tasks]
    assert [row.cells[:2] for row in board.tasks] == [row.cells for row in alone.tasks]
    assert board.runs == alone.runs


def test_without_logs_every_byte_stays(full, suite, tasks) -> None:
    own = full("sac", 50.0)
    elsewhere = Logs((log("other/Task-v0"),))
    assert files(suite_board(suite, own, tasks, resamples=50)) == files(
        suite_board(suite, own, tasks, resamples=50, logs=elsewhere)
    )


def test_on_request_they_are_ranked_and_tested(full, suite, tasks) -> None:
    logs = Logs(everywhere(90.0, 6), ranked=True)
    board = suite_board(suite, full("sac", 50.0, 6), tasks, resamples=50, logs=logs)
    assert ranking(board) == [("sac (imported)", 1, "imported"), ("sac", 2, "self-reported")]
    assert board.tasks[0].statistics.best == {"sac (imported)"}
    assert any("On request they are ranked" in note for note in board.notes)


def test_their_learning_curves_are_drawn_beside_ours(suite, tasks) -> None:
    own = [Found(Path("x"), make_record(make_run("toy/A-v0", seed=seed))) for seed in range(3)]
    suite = replace(suite, protocol=PROTOCOL)
    board = suite_board(suite, own, tasks, resamples=50, logs=Logs(everywhere(90.0)))
    assert [series.label for series in curve_charts(board)[0].series] == ["sac", "sac (imported)"]
    assert [point.value for point in curve_charts(board)[0].series[1].points] == [45.5, 91.0]


def test_what_is_unknown_is_said(full, suite, tasks) -> None:
    board = suite_board(suite, full("sac", 50.0), tasks, resamples=50, logs=Logs(everywhere(90.0)))
    assert f"sac (imported): evaluation returns, from simbav2; unknown: {', '.join(UNKNOWN)}." in board.notes


def test_a_log_that_ends_early_is_named_and_has_no_score(full, suite, tasks) -> None:
    board = suite_board(suite, full("sac", 50.0), tasks, resamples=50, logs=Logs((log(last=50),)))
    assert ranking(board) == [("sac", 1, "self-reported")]
    assert any("are left out: sac (imported) toy/A-v0 seed 0 (up to step 50)" in note for note in board.notes)


def test_a_log_of_more_steps_counts_at_the_budget_and_that_is_said(full, suite, tasks) -> None:
    run = replace(log(), step=[50, 100, 1000], value=[1.0, 2.0, 99.0])
    board = suite_board(suite, full("sac", 50.0), tasks, resamples=50, logs=Logs((run,)))
    rows = csv.DictReader(io.StringIO(csv_tables.runs_csv(board)))
    assert [(row["return"], row["tier"]) for row in rows if row["entry"] == "sac (imported)"] == [("2", "imported")]
    assert any("go on to step 1,000, beyond the budget" in note for note in board.notes)


def test_a_board_of_logs_alone(suite, tasks) -> None:
    board = suite_board(suite, [], tasks, resamples=50, logs=Logs(everywhere(90.0)))
    assert ranking(board) == [("sac (imported)", None, "imported")]
    assert files(board)["README.md"]


@pytest.mark.parametrize(
    ("returns", "expected"),
    [("evaluation", [9.0, 3.0]), ("training", [9.0, 2.0]), ("unknown", [9.0, 2.0])],
)
def test_training_returns_are_averaged_and_the_last_evaluation_counts(returns, expected) -> None:
    steps, values = [0, 41, 90, 95, 100, 101], [9.0, 9.0, 9.0, 1.0, 3.0, 50.0]
    run = replace(log(), returns=returns, step=steps, value=values)
    assert values_at(run, 100, 2) == expected


@pytest.mark.parametrize("unknown", [[], ["seed"], ["hyperparameters", "versions", "policy"]])
def test_no_log_says_to_know_what_no_log_tells(unknown: list[str]) -> None:
    with pytest.raises(SpecError, match=r"it says to know .*evaluation protocol"):
        log("toy/A-v0", 0, 1.0, unknown=unknown)
