"""Line plots, pages of runs, and tables for papers."""

import csv
import io
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from html import unescape

import pytest
from hostile import HOSTILE

from mjbench.leaderboard.build import custom_boards, suite_board
from mjbench.leaderboard.formats import csv_tables, html_pages, latex
from mjbench.leaderboard.formats.parquet import as_parquet
from mjbench.leaderboard.plots.axis import axis, log_axis, tick
from mjbench.leaderboard.plots.charts import curve_charts, efficiency_chart, profile_chart, time_chart
from mjbench.leaderboard.plots.figures import as_svg, figures
from mjbench.leaderboard.plots.png import as_png
from mjbench.leaderboard.publish import files
from mjbench.spec.record import Evaluations, Resources
from mjbench.spec.suite import EvalProtocol

PROTOCOL = EvalProtocol(checkpoints=4, episodes=1, final_episodes=2)


@pytest.fixture
def learning(found):
    """Makes a record whose return rises to ``value``, linearly over four checkpoints."""

    def make(task, algorithm, seed, value, **changes):
        item = found(task, algorithm, seed, value, protocol=PROTOCOL, **changes)
        if item.record.status != "completed":
            return item
        returns = [value / 4, value / 2, value * 3 / 4, value - 1, value + 1]
        seeds = [PROTOCOL.seed] * 4 + [PROTOCOL.seed + 1]
        table = Evaluations([25, 50, 75, 100, 100], seeds, returns, [5] * 5)
        provenance = {"packages": {"mujoco": "3.3.0"}, "python": "3.11", "nothing": None}
        record = replace(item.record, evaluations=table, provenance=provenance, resources=Resources(wall_s=90.0))
        return replace(item, record=record)

    return make


@pytest.fixture
def board(learning, suite, tasks):
    names = ("toy/A-v0", "toy/B-v0", "toy/Bare-v0")
    records = [learning(task, "sac", seed, 60.0 + seed) for task in names for seed in range(10)]
    records += [learning(task, "ppo", seed, 30.0 + seed) for task in names for seed in range(3)]
    records.append(learning("toy/A-v0", "ppo", 3, 0.0, status="failed", error="Traceback\n<b>x</b> broke"))
    return suite_board(replace(suite, protocol=PROTOCOL), records, tasks, resamples=300)


def test_charts_hold_every_entry_at_every_checkpoint(board) -> None:
    efficiency = efficiency_chart(board)
    assert efficiency is not None
    assert efficiency.x == (25.0, 50.0, 75.0, 100.0)
    sac, ppo = efficiency.series
    assert (sac.label, sac.index, ppo.label) == ("sac", 0, "ppo")
    assert sac.points[-1] == board.ranking[0].aggregates["iqm"]
    assert sac.points[1].value == pytest.approx(sac.points[-1].value / 2)
    assert [chart.title for chart in curve_charts(board)] == ["toy/A-v0", "toy/B-v0", "toy/Bare-v0"]
    first = curve_charts(board)[0]
    assert [series.points[-1] for series in first.series] == [
        cell.estimate for cell in board.tasks[0].cells if cell is not None
    ]
    profiles = profile_chart(board)
    assert profiles is not None
    assert [series.points[0].value for series in profiles.series] == [1.0, pytest.approx((0.75 + 1) / 2)]


def test_every_drawing_is_well_formed_and_inside(board) -> None:
    made = figures(board)
    assert list(made) == ["ranking", "tasks", "performance-profiles", "sample-efficiency", "learning-curves"]
    for figure in made.values():
        picture = ET.fromstring(as_svg(figure))
        height, width = float(picture.get("height", 0)), float(picture.get("width", 0))
        for item in picture.iter():
            for pair in (item.get("points") or "").split():
                x, y = map(float, pair.split(","))
                assert 0 <= x <= width
                assert 0 <= y <= height


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (3, 3), (4, 2), (5, 3), (11, 3)])
def test_learning_curves_are_a_grid_with_one_legend(board, count: int, columns: int) -> None:
    charts = tuple(replace(curve_charts(board)[0], title=f"task {n}") for n in range(count))
    picture = ET.fromstring(as_svg(charts))
    texts = [(item.text, float(item.get("x", 0)), float(item.get("y", 0))) for item in picture.iter() if item.text]
    titles = [(x, y) for text, x, y in texts if text.startswith("task ")]
    assert titles == sorted(titles, key=lambda place: (place[1], place[0]))  # row after row
    assert len({x for x, _ in titles}) == columns
    assert len({y for _, y in titles}) == -(-count // columns)
    legend = [(text, y) for text, _, y in texts if text in {series.label for series in charts[0].series}]
    assert [text for text, _ in legend] == ["sac", "ppo"]
    assert all(max(y for _, y in titles) < y < float(picture.get("height", 0)) for _, y in legend)


def test_the_folders_page_shows_the_pictures_that_there_are(board) -> None:
    whole = files(board)
    shown = re.findall(r"!\[[^]]*\]\(([^)]*)\)", whole["README.md"].decode())
    assert shown == ["leaderboard.svg", "plots/learning-curves.svg"]
    assert set(shown) <= set(whole)


def test_the_page_carries_its_charts_as_data_and_drawn(board) -> None:
    page = html_pages.render(board)
    charts = [json.loads(unescape(text)) for text in re.findall(r'data-chart="([^"]*)"', page)]
    assert [chart["title"] for chart in charts] == [
        "Performance profiles", "Sample efficiency", "toy/A-v0", "toy/B-v0", "toy/Bare-v0",
    ]  # fmt: skip
    assert page.count('<polyline class="mjb-series') == 2 * len(charts)
    last = charts[1]["series"][0]
    assert last["value"][-1] == pytest.approx(board.ranking[0].aggregates["iqm"].value, rel=1e-5)
    assert last["low"][-1] < last["value"][-1] < last["high"][-1]
    assert charts[1]["series"][1]["low"] == [None] * 4  # four seeds


def test_a_run_has_a_page_with_what_made_it(board) -> None:
    run = next(run for run in board.runs if run.entry == "sac")
    page = html_pages.render_run(board, run)
    for text in ("sac on toy/A-v0, seed 0", "packages.mujoco", "3.3.0", "90 s", "0.600", "../index.html"):
        assert text in page
    assert "nothing" not in page
    assert len(run.checkpoints) == 4
    assert (run.checkpoints[-1].mean, run.checkpoints[-1].low, run.checkpoints[-1].high) == (60.0, 59.0, 61.0)
    failed = next(run for run in board.runs if run.score.status == "failed")
    page = html_pages.render_run(board, failed)
    assert "&lt;b&gt;x&lt;/b&gt; broke" in page
    assert "counts at the floor" in page
    assert "<figure" not in page


def test_pages_of_runs_escape_what_others_wrote(found) -> None:
    for name in HOSTILE:
        item = found(algorithm="x", variant=name)
        record = replace(item.record, provenance={name: {name: name}}, error=name)
        (made,) = custom_boards([replace(item, record=record)], [], {}, resamples=10)
        page = html_pages.render_run(made, made.runs[0])
        assert "<script>" not in page
        assert "<img" not in page
        page.encode()


def test_tables_of_pairs_and_curves(board) -> None:
    pairs = list(csv.DictReader(io.StringIO(csv_tables.pairs_csv(board))))
    assert [(row["a"], row["b"], row["p"]) for row in pairs] == [("ppo", "sac", "")] * 3
    improvement = list(csv.DictReader(io.StringIO(csv_tables.improvement_csv(board))))
    assert [(row["x"], row["y"], float(row["probability"])) for row in improvement] == [
        ("ppo", "sac", 0.0), ("sac", "ppo", 1.0),
    ]  # fmt: skip
    curves = list(csv.DictReader(io.StringIO(csv_tables.curves_csv(board))))
    assert sum(row["plot"] == "Sample efficiency" for row in curves) == 2 * 4
    assert sum(row["plot"] == "toy/Bare-v0" for row in curves) == 2 * 4


def test_latex_escapes_every_letter() -> None:
    assert latex.escape("a_b & 5 % {x} \\y $z #") == r"a\_b \& 5 \% \{x\} \textbackslash{}y \$z \#"
    assert latex.escape("é 中") == r"é \texttt{U+4E2D}"


def test_latex_tables_have_a_row_an_entry_and_as_many_columns_everywhere(board) -> None:
    text = latex.render(board)
    tables = re.findall(r"\\toprule\n(.*?)\\bottomrule", text, re.DOTALL)
    assert len(tables) == 2
    for table, columns, rows in zip(tables, (10, 3), (3, 4), strict=True):
        lines = [line for line in table.splitlines() if line.endswith(r"\\")]
        assert len(lines) == rows
        assert {len(re.findall(r"(?<!\\)&", line)) for line in lines} == {columns - 1}
    assert r"64.50 $\pm$ 2.17" in text
    assert r"\textbf" not in text  # ppo has too few seeds to be tested


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_compiles_as_it_is(board, found, tmp_path) -> None:
    records = [found(algorithm=name, value=float(i)) for i, name in enumerate([*HOSTILE, "\\end{document}", "é中[x]"])]
    (hostile,) = custom_boards(records, [], {}, resamples=10)
    for name, each in (("board", board), ("hostile", hostile)):
        (tmp_path / f"{name}.tex").write_text(latex.render(each), encoding="utf-8")
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", f"{name}.tex"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout[-2000:]


def test_png_and_parquet_are_what_they_say(board) -> None:
    picture = as_png(figures(board)["sample-efficiency"])
    assert picture.startswith(b"\x89PNG")
    assert picture == as_png(figures(board)["sample-efficiency"])
    assert as_png(figures(board)["ranking"]).startswith(b"\x89PNG")
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow", reason="Parquet is written where pyarrow is installed")
    table = pandas.read_parquet(io.BytesIO(as_parquet(csv_tables.tasks_csv(board))))
    assert list(table["entry"].unique()) == ["sac", "ppo"]
    assert table["low"].isna().sum() == 3


def test_ticks_are_short() -> None:
    assert [tick(value) for value in (0.25, 1500.0, 250_000.0, 1e6, 2.5e6, 0.1 + 0.2)] == [
        "0.25", "1,500", "250k", "1M", "2.5M", "0.3",
    ]  # fmt: skip


def costing(items, seconds):
    """The same, each having trained for so many processor seconds out of twice as many."""
    cost = Resources(cpu_s=2 * seconds, train_s=30.0, evaluate_s=30.0)
    return [replace(item, record=replace(item.record, resources=cost)) for item in items]


def test_time_efficiency_has_the_processor_time_of_each_entry(learning, suite, tasks) -> None:
    def runs(algorithm, task, count):
        return [learning(task, algorithm, seed, 50.0 + seed) for seed in range(count)]

    fast = costing(runs("ppo", "toy/A-v0", 3), 4.0) + costing(runs("ppo", "toy/B-v0", 5), 12.0)
    slow = costing(runs("sac", "toy/A-v0", 3) + runs("sac", "toy/B-v0", 3), 400.0)
    board = suite_board(replace(suite, protocol=PROTOCOL), fast + slow, tasks, resamples=300)
    chart = time_chart(board)
    assert chart is not None
    assert chart.log
    assert {row.label: row.x for row in chart.series} == {"ppo": (2, 4, 6, 8), "sac": (100, 200, 300, 400)}
    assert [row.points for row in chart.series] == [board.statistics.entries[row.label].curve for row in chart.series]
    assert as_svg((chart,)).count("<polyline") == 2
    assert as_png((chart,)).startswith(b"\x89PNG")


def test_without_known_times_there_is_no_such_chart(board, learning, suite, tasks) -> None:
    assert time_chart(board) is None
    one = costing([learning("toy/A-v0", "ppo", seed, 5.0 + seed) for seed in range(3)], 4.0)
    assert time_chart(suite_board(replace(suite, protocol=PROTOCOL), one, tasks, resamples=300)) is None


@pytest.mark.parametrize(
    ("values", "ticks"),
    [([3.0, 40.0], [5, 10, 20]), ([0.5, 900.0], [1, 10, 100]), ([7.0, 7.0], [5, 10])],
)
def test_ticks_of_a_logarithmic_axis(values, ticks) -> None:
    low, high, found = log_axis(values)
    assert found == pytest.approx(ticks)
    assert low < high


@pytest.mark.parametrize("margin", [0.0, 0.04])
@pytest.mark.parametrize("value", [-2.0, 0.0, 1.0, 1e6])
def test_an_axis_of_one_value_has_it_inside_and_ticks(value: float, margin: float) -> None:
    low, high, ticks = axis([value], margin=margin)
    assert low < value < high
    assert ticks
    assert all(low <= tick <= high for tick in ticks)
