"""Reports of committed runs, of failed ones, and of runs of which something is missing."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browsing import chromium
from click.testing import CliRunner, Result
from committed import committed_results
from records import make_record, make_run
from robustness_files import make_robustness

from mjbench.cli.report import report_command
from mjbench.envs.rendering import no_rendering
from mjbench.errors import MjbenchError
from mjbench.spec.imported import NEVER_KNOWN, ImportedRun
from mjbench.spec.record import failure
from mjbench.store.imported import write_imported
from mjbench.store.robustness import write_robustness
from mjbench.store.store import ResultStore

RESULTS = committed_results()
GO1 = RESULTS / "quadruped" / "Go1Walk-v0" / "ppo" / "0-282807115b0a"
REACHER = min((RESULTS / "gymnasium" / "Reacher-v5" / "fast-sac").iterdir())


def report(*arguments: object) -> Result:
    return CliRunner().invoke(report_command, [str(argument) for argument in arguments])


def refused(*arguments: object) -> str:
    result = report(*arguments)
    assert isinstance(result.exception, MjbenchError), result.output
    assert "\n" not in str(result.exception)
    return str(result.exception)


def written(path: Path, *arguments: object) -> str:
    result = report(*arguments, "--out", path)
    assert result.exit_code == 0, result.exception
    return path.read_text()


class _Links(HTMLParser):
    """Addresses that a page loads or names, and whether its tags are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "data-src", "srcset")]
        if tag not in ("meta", "link", "img", "br", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on a Go1."""
    path = tmp_path_factory.mktemp("report") / "go1.html"
    written(path, GO1)
    return path


def test_what_tuning_cost_is_in_the_summary(page: Path, tmp_path: Path) -> None:
    assert re.search(r"<dt>Tuning</dt><dd>not tuned here</dd>", page.read_text())
    folders = (RESULTS / "gymnasium" / "Reacher-v5" / "fast-ppo").iterdir()
    tuned = next(each for each in folders if ResultStore(each).read(each).run.preset.startswith("tuned-"))
    text = written(tmp_path / "tuned.html", tuned)
    assert "<dt>Tuning</dt><dd>20 trials (126 runs, 1,260,000 steps, 0.058 processor hours)</dd>" in text
    run = replace(make_run(), preset="lost-12345678")
    lost = ResultStore(tmp_path / "results").write(failure(run, "not trained"))
    assert "<dt>Tuning</dt><dd>unknown</dd>" in written(tmp_path / "lost.html", lost)


def test_the_page_of_a_go1_agrees_with_its_record(page: Path) -> None:
    text = page.read_text()
    metrics = ResultStore(GO1).read(GO1).evaluations.metrics
    at = -50  # the episode that was played: the first of the final evaluation
    frequencies = [
        float(found) for found in re.findall(r"<td class=\"name\">[FR][RL]</td><td>[\d.]+</td><td>([\d.]+)<", text)
    ]
    assert len(frequencies) == 4
    assert sum(frequencies) / 4 == pytest.approx(metrics["stride_hz"][at], rel=0.02)
    cost = re.search(r"Cost of transport</dt><dd>([\d.]+)<", text)
    assert cost
    assert float(cost[1]) == pytest.approx(metrics["cost_of_transport"][at], rel=0.01)
    for name in ("FR_hip", "RL_calf"):
        row = re.search(rf'<td class="name">{name}<.*?</tr>', text)
        assert row
        mean, std = (float(value) for value in re.findall(r"<td>(-?[\d.]+)</td>", row[0])[:2])
        assert mean == pytest.approx(metrics[f"{name}_mean_rad"][at], abs=2e-3)
        assert std == pytest.approx(metrics[f"{name}_std_rad"][at], abs=2e-3)
    assert "-0.863 to 0.863" in text
    assert "mjbench run --task quadruped/Go1Walk-v0 --algo ppo --seeds 0," in text
    assert "A point of the curve is the mean of up to 9 steps." in text
    assert "Robustness, standard@1" in text


def test_the_page_needs_nothing_else_and_is_well_formed(page: Path) -> None:
    links = _Links()
    links.feed(page.read_text())
    assert not links.open
    assert all(address.startswith("data:") for address in links.addresses)
    assert "http:" not in re.sub(r"http://www.w3.org/2000/svg", "", page.read_text())
    assert "<script" not in page.read_text()


def test_the_same_run_gives_the_same_bytes(page: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mjbench", "report", str(GO1), "--out", str(tmp_path / "again.html")]
    subprocess.run(command, check=True, capture_output=True)
    assert (tmp_path / "again.html").read_bytes() == page.read_bytes()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_its_window_and_its_letters_can_be_read(page: Path, width: int) -> None:
    with chromium(width) as browser:
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600},
        )
        browser.get(page.as_uri())
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        sizes = browser.execute_script(
            "return [...document.querySelectorAll('svg text')].map(t => t.getBoundingClientRect().height)"
            ".filter(h => h > 0)"
        )
        assert min(sizes) > 9
        assert browser.execute_script("return [...document.images].every(i => i.complete && i.naturalWidth > 0)")
        shown = len(browser.execute_script("return [...document.images]"))
        assert shown in ((0,) if no_rendering() else (6, 7, 8))
        assert not browser.get_log("browser")


def test_a_robot_that_is_fixed_has_joints_and_no_gait(tmp_path: Path) -> None:
    text = written(tmp_path / "reacher.html", REACHER)
    assert "joint0" in text
    assert "No gait" in text
    assert "Cost of transport" not in text
    assert "One stride" not in text
    assert f"mjbench evaluate {REACHER.name.split('-')[1][:6]} --disturb standard" in text


def test_what_was_measured_under_disturbance_is_drawn(tmp_path: Path) -> None:
    run = shutil.copytree(REACHER, tmp_path / REACHER.name)
    record = ResultStore(run).read(run)
    write_robustness(run, make_robustness(record, -6.0, (-7.0, -20.0)))
    (run / "robustness-odd-1.json").write_text("{")
    text = written(tmp_path / "page.html", run)
    assert "Robustness, standard@1" in text
    assert "push" in text
    assert "its robot is fixed to the world" in text
    assert "--disturb" not in text
    assert "robustness-odd-1.json" in text


def test_without_opengl_a_line_stands_for_the_pictures(tmp_path: Path) -> None:
    path = tmp_path / "dark.html"
    command = [sys.executable, "-m", "mjbench", "report", str(REACHER), "--out", str(path)]
    done = subprocess.run(command, env={"MUJOCO_GL": "disabled"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "No pictures: rendering does not work here" in path.read_text()
    assert "<img" not in path.read_text()
    assert "joint0" in path.read_text()


def test_without_the_plugin_the_record_alone_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MJBENCH_PLUGINS", "mjbench-gymnasium")
    text = written(tmp_path / "page.html", GO1)
    assert "mjbench-quadruped" in text
    assert "stride_hz" in text
    assert "No command makes this run again" in text


def test_a_failed_run_shows_its_error_and_runs_no_script_of_it(tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "results")
    text = "Traceback (most recent call last):\n  in train\nValueError: <script>alert(1)</script>"
    folder = store.write(failure(make_run(), text))
    page = written(tmp_path / "page.html", folder)
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page
    assert "Status</dt><dd>failed" in page
    assert "There is no learning curve" in page


def test_a_run_without_its_policy_is_reported_without_an_episode(tmp_path: Path) -> None:
    run = shutil.copytree(REACHER, tmp_path / REACHER.name)
    for file in run.glob("policy*"):
        file.unlink()
    result = report(run, "--out", tmp_path / "page.html")
    assert result.exit_code == 0
    assert "the policy was not played: " in result.stderr
    text = (tmp_path / "page.html").read_text()
    assert "The policy was not played" in text
    assert "Returns of the final evaluation" in text


def test_several_runs_get_a_page_each(tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "results")
    folders = [store.write(make_record(make_run(seed=seed))) for seed in (0, 1)]
    runs = [make_run(seed=seed).run_id for seed in (0, 1)]
    result = report(*folders, folders[0], "--out", tmp_path / "pages")
    assert result.exit_code == 0, result.exception
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == sorted(f"report-{run}.html" for run in runs)
    assert "must be a folder" in refused(*folders, "--out", tmp_path / "one.html")
    assert not (tmp_path / "one.html").exists()


def test_a_log_of_another_program_is_refused_by_name(tmp_path: Path) -> None:
    run = ImportedRun(
        "gymnasium/Hopper-v5", "theirs", 0, "csv", {"log.csv": "0" * 64}, "return", "training", [1, 2], [0.0, 1.0],
        list(NEVER_KNOWN),
    )  # fmt: skip
    write_imported(tmp_path, [run])
    assert "is a log of another program" in refused(run.run_id[:6], "--results", tmp_path)


def test_mistakes_are_one_line(tmp_path: Path) -> None:
    assert "neither a run's folder" in refused("zebra", "--results", tmp_path)
    assert "does not exist" in refused(REACHER, "--out", tmp_path / "none" / "page.html")
    assert "must end in .html" in refused(REACHER, "--out", __file__)
    assert "must end in .html" in refused(REACHER, "--out", "report.pdf")
    assert "episode 20 does not exist" in refused(REACHER, "--episode", 20, "--out", tmp_path / "page.html")
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "record.json").write_text("{}")
    assert "damaged" in refused(damaged)


def test_a_record_of_one_evaluation_point_and_returns_that_are_all_the_same(tmp_path: Path) -> None:
    record = make_record(make_run("gymnasium/Reacher-v5", "sac"), final=0.0)
    folder = ResultStore(tmp_path / "results").write(replace(record, provenance={"odd": {"<b>": "</style>"}}))
    text = written(tmp_path / "page.html", folder)
    assert "</style>" not in text.split("</style>", 1)[1]
    assert "&lt;b&gt;" in text
