"""A column is one object that every format shows; success and metrics on boards, tables and pages of runs."""

import csv
import io
from dataclasses import replace

import numpy as np
import pandas
import pytest

from mjbench.leaderboard import column_formats, columns
from mjbench.leaderboard.build import custom_boards, suite_board
from mjbench.leaderboard.column_formats import Scored
from mjbench.leaderboard.columns import SHOWN_METRICS, Column, ranking_columns, task_columns
from mjbench.leaderboard.formats import csv_tables, html_pages, latex, markdown
from mjbench.leaderboard.formats.parquet import as_parquet, has_pyarrow
from mjbench.spec.task import Metric
from mjbench.stats.aggregates import AGGREGATES, Aggregate, counted
from mjbench.stats.counts import task_means
from mjbench.stats.estimate import Estimate

METRICS = ("fall", "distance_m", "speed_m_s", "heading_deg", "cost_of_transport", "knee_rad")


def everywhere(board, title: str, field: str, text: str) -> None:
    """The column is in every format, with ``text`` somewhere below it."""
    for page in (html_pages.render(board), markdown.render(board)):
        assert title in page
        assert text in page
    assert latex.escape(title) in latex.render(board)
    assert latex.escape(text) in latex.render(board)
    table = next(table for table in csv_tables.tables(board).values() if field in table.splitlines()[0].split(","))
    assert all(row[field] for row in csv.DictReader(io.StringIO(table)))
    if has_pyarrow():
        assert field in pandas.read_parquet(io.BytesIO(as_parquet(table)))


@pytest.fixture
def measured(found):
    """Makes a record of a task with success and ``METRICS``: the first final episode succeeds, the other as told."""

    def make(seed: int, succeeds: bool = True, algorithm: str = "sac", missing: str = "", task: str = "toy/A-v0"):
        item = found(task, algorithm, seed)
        metrics = {name: [seed + place, seed + place + 1.0] for place, name in enumerate(METRICS) if name != missing}
        evaluations = replace(item.record.evaluations, success=[True, succeeds], metrics=metrics)
        return replace(item, record=replace(item.record, evaluations=evaluations))

    return make


@pytest.fixture
def moving(tasks):
    """The tasks; the first one has success and ``METRICS``."""
    spec = replace(tasks["toy/A-v0"], success="is_success", metrics=tuple(Metric(name, name) for name in METRICS))
    return {**tasks, spec.id: spec}


def test_a_new_aggregate_is_in_every_format(full, suite, tasks, monkeypatch) -> None:
    worst = Aggregate("Worst task", lambda *drawn: task_means(*drawn).min(axis=0))
    monkeypatch.setitem(AGGREGATES, "worst", worst)
    board = suite_board(suite, full("sac", 61.23, 5), tasks, resamples=50)
    everywhere(board, "Worst task", "worst_low", "0.632")


def test_a_new_column_of_the_ranking_is_in_every_format(full, suite, tasks, monkeypatch) -> None:
    def spread(row) -> Scored:
        return Scored(Estimate(row.aggregates["iqm"].high - row.aggregates["iqm"].low + 7), row.standing)

    monkeypatch.setattr(columns, "RANKING", (*columns.RANKING, Column("width", "Width", spread, column_formats.SCORE)))
    everywhere(suite_board(suite, full("sac", 61.23, 5), tasks, resamples=50), "Width", "width", "7.0")


def test_a_new_column_of_the_tasks_is_in_every_format(full, suite, tasks, monkeypatch) -> None:
    def value(entry) -> Scored:
        return Scored(Estimate(max(entry.cell.values)), "full")

    best = Column("best", "Best seed", value, column_formats.SCORE)
    monkeypatch.setattr(columns, "TASK", (*columns.TASK, best))
    everywhere(suite_board(suite, full("sac", 61.23, 5), tasks, resamples=50), "Best seed", "best", "65.230")


def test_success_and_the_first_metrics_are_in_every_format(measured, suite, moving) -> None:
    board = suite_board(suite, [measured(seed, seed > 0) for seed in range(5)], moving, resamples=50)
    everywhere(board, "Success", "success_low", "90.0 ± 27.8 %‡")
    everywhere(board, "cost_of_transport", "metric_cost_of_transport", "6.50 ± 1.96‡")
    for page in (html_pages.render(board), markdown.render(board), latex.render(board)):
        assert "knee" not in page
    (row,) = csv.DictReader(io.StringIO(csv_tables.tasks_csv(board)))
    assert float(row["metric_knee_rad"]) == pytest.approx(7.5)
    assert float(row["success"]) == pytest.approx(0.9)
    assert len([column for column in task_columns(board) if column.tables]) == 1 + SHOWN_METRICS
    page = html_pages.render_run(board, board.runs[0])
    assert '<th class="name">Success</th><td class="text">50.0 %</td>' in page
    assert '<th class="name">knee_rad</th><td class="text">5.50</td>' in page


def test_a_failed_run_is_no_success_and_its_metrics_are_unknown(measured, found, suite, moving) -> None:
    records = [measured(0), measured(1), found(seed=2, status="failed")]
    board = suite_board(suite, records, moving, resamples=50)
    page = markdown.render(board)
    assert "| toy/A-v0 | sac | 66.7 % (100.0; 100.0; 0.0) | 1.00 (0.500; 1.50 · 1 of 3 seeds unknown) |" in page
    assert any("counts as no success; its metrics are unknown" in note for note in board.notes)
    failed = next(run for run in board.runs if run.score.status == "failed")
    page = html_pages.render_run(board, failed)
    assert '<th class="name">Success</th><td class="text">0.0 %</td>' in page
    assert '<th class="name">fall</th><td class="text">unknown</td>' in page


def test_a_metric_that_a_record_lacks_is_unknown(measured, suite, moving) -> None:
    board = suite_board(suite, [measured(0, missing="fall"), measured(1, missing="fall")], moving, resamples=50)
    assert "| toy/A-v0 | sac | 100.0 % (100.0; 100.0) | unknown |" in markdown.render(board)


def test_a_task_that_is_not_installed_shows_what_its_records_hold(measured) -> None:
    (board,) = custom_boards([measured(0)], [], {}, resamples=20)
    titles = [column.title for column in task_columns(board) if column.tables]
    assert titles == ["Success", *sorted(METRICS)[:SHOWN_METRICS]]


def test_names_of_metrics_are_harmless(measured, suite) -> None:
    item = measured(0)
    evil = {"=1+1|<b>_x_</b>": [1.0, 1.0]}
    evaluations = replace(item.record.evaluations, metrics=evil)
    record = replace(item, record=replace(item.record, evaluations=evaluations))
    (board,) = custom_boards([record], [], {}, resamples=20)
    assert "<b>" not in html_pages.render(board) + markdown.render(board)
    assert len(csv_tables.tasks_csv(board).splitlines()) == 2


def test_without_success_and_metrics_there_is_no_table_of_them(full, suite, tasks) -> None:
    board = suite_board(suite, full("sac", 50, 1), tasks, resamples=20)
    assert "metrics" not in markdown.render(board)
    assert 'id="measures"' not in html_pages.render(board)


def test_a_task_of_which_nothing_is_measured_has_no_row_in_them(measured, found, suite, moving) -> None:
    records = [measured(0), found("toy/B-v0", "sac", 0)]
    board = suite_board(suite, records, moving, resamples=20)
    assert {entry.row.task for entry in board.task_entries} == {"toy/A-v0", "toy/B-v0"}
    _, table = markdown.render(board).split("## Success and metrics by task\n\n")
    assert "| toy/A-v0 | sac | 100.0 % " in table
    assert "| toy/B-v0 | sac |" not in table
    _, table = html_pages.render(board).split('id="measures"')
    assert 'data-task="toy/A-v0"' in table.split("</table>")[0]
    assert 'data-task="toy/B-v0"' not in table.split("</table>")[0]
    _, table = latex.render(board).split("success and metrics")
    assert latex.escape("toy/A-v0") in table
    assert latex.escape("toy/B-v0") not in table


def test_an_unknown_aggregate_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(ValueError, match="no aggregate is named 'means'; did you mean mean"):
        counted("means", np.ones(1), [1], np.ones((1, 1)))
    with pytest.raises(ValueError, match="there are: iqm, mean, median, optimality_gap"):
        counted("zzz", np.ones(1), [1], np.ones((1, 1)))


def test_heads_are_unique_and_less_is_marked(full, suite, tasks) -> None:
    heads = [head for column in ranking_columns() for head in column.heads]
    assert len(heads) == len(set(heads))
    board = suite_board(suite, full("sac", 50, 5), tasks, resamples=20)
    assert "| Optimality gap ↓ |" in markdown.render(board)
    assert '<th data-first="up" title="lower is better">Optimality gap</th>' in html_pages.render(board)
