"""Learning curves of committed runs, of a run under way, in the terminal and on a page."""

import http.client
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from browsing import chromium
from click.testing import CliRunner, Result
from committed import committed_results
from records import make_record, make_run

from mjbench.cli.terminal.curves import WIDTH, curves_table, sparkline
from mjbench.cli.watch import watch_command
from mjbench.errors import MjbenchError
from mjbench.launch.watch_page import watch_page
from mjbench.launch.watching import Curve, Watch
from mjbench.spec.record import failure
from mjbench.store.store import ResultStore

RESULTS = committed_results()
HOPPER = RESULTS / "gymnasium" / "Hopper-v5"
SUITE = """
name = "long"
tasks = ["pointmass/Centre-v0"]
algorithms = ["random-search"]
seeds = 1
steps = 50_000_000
[protocol]
checkpoints = 50_000
episodes = 1
final_episodes = 1
"""


def watch(*arguments: object) -> Result:
    return CliRunner().invoke(watch_command, [str(argument) for argument in arguments])


def refused(*arguments: object) -> str:
    result = watch(*arguments)
    assert isinstance(result.exception, MjbenchError), result.output
    assert "\n" not in str(result.exception)
    return str(result.exception)


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


@pytest.fixture
def under_way(tmp_path: Path, pointmass: None) -> Iterator[Path]:
    """A results folder with one run that a real worker is at, which has been evaluated a few times."""
    (tmp_path / "long.toml").write_text(SUITE)
    command = [sys.executable, "-m", "mjbench", "run", "--suite", "long.toml"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        results = tmp_path / "results"
        wait_for(
            lambda: results.is_dir() and any(len(curve.points) > 2 for curve in Watch(ResultStore(results)).look())
        )
        yield results
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def test_a_sparkline_reaches_as_far_as_the_run() -> None:
    assert sparkline([], 100) == ""
    assert sparkline([(50, 1.0), (100, 2.0)], 100) == "▁" * 10 + "█" * 10
    assert sparkline([(50, 1.0)], 100) == "▅" * (WIDTH // 2)
    ups = sparkline([(k, float(k)) for k in range(5, 101, 5)], 100)
    assert len(ups) == WIDTH
    assert list(ups) == sorted(ups)
    assert sparkline([(50, 1.0), (100, 2.0)], 100, "_#") == "_" * 10 + "#" * 10


def test_finished_runs_have_a_line_each() -> None:
    done = watch("--results", RESULTS, "--task", "gymnasium/Hopper-v5", "--algo", "sac", "--seeds", "2,5", "--once")
    assert done.exit_code == 0, done.exception
    lines = done.output.splitlines()[2:]
    assert [line.split()[:4] for line in lines] == [["gymnasium/Hopper-v5", "sac", seed, "done"] for seed in "25"]
    assert all(re.search("[▁▂▃▄▅▆▇█]{20}$", line) for line in lines)
    of_suite = watch("--results", RESULTS, "--suite", "gymnasium-mujoco", "--task", "gymnasium/Hopper-v5").output
    assert len(of_suite.splitlines()) == 2 + 10, "the suite's ten seeds at its budget, and no others"


@pytest.mark.parametrize(
    ("room", "head"), [(40, "task algorithm seed return"), (60, "task algorithm seed state return")]
)
def test_a_narrow_terminal_gets_fewer_columns(room: int, head: str) -> None:
    curves = Watch(ResultStore(RESULTS), lambda run: run.task == "gymnasium/Hopper-v5").look()[:3]
    curves = [replace(curve, run=replace(curve.run, task=f"gymnasium/{'Long' * 9}-v5")) for curve in curves]
    lines = curves_table(curves, room=room).splitlines()
    assert lines[0].split() == head.split()
    assert max(map(len, lines)) <= room
    assert all(re.match(r"\.\.\w+-v5 ", line) for line in lines[2:])
    assert len(lines) == 5


def test_the_page_that_was_written_is_named(tmp_path: Path) -> None:
    ResultStore(tmp_path).write(make_record(make_run()))
    assert watch("--results", tmp_path, "--page", tmp_path / "a.html").output.endswith(f"wrote {tmp_path / 'a.html'}\n")
    assert (tmp_path / "a.html").is_file()


def test_a_run_under_way_shows_its_evaluations_and_then_that_it_can_be_resumed(under_way: Path) -> None:
    (curve,) = Watch(ResultStore(under_way)).look()
    assert curve.state == "running"
    assert [step for step, _ in curve.points[:3]] == [1000, 2000, 3000]
    assert curve.rate > 0
    (progress,) = under_way.glob(".work/*/progress.json")
    assert json.loads(progress.read_text())["evaluations"][0] == list(curve.points[0])
    line = watch("--results", under_way).output.splitlines()[2]
    assert line.startswith("pointmass/Centre-v0  random-search     0")
    assert " running " in line or " evaluating " in line


def test_failed_and_unreadable_records_are_named(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    store.write(failure(make_run(seed=1), "it broke"))
    store.write(make_record(make_run(seed=2)))
    damaged = store.write(make_record(make_run(seed=3)))
    (damaged / "record.json").write_text("{")
    done = watch("--results", tmp_path)
    states = {line.split()[2]: line.split()[3] for line in done.output.splitlines()[2:4]}
    assert states == {"1": "failed", "2": "done"}
    assert f"left out: {damaged}/record.json" in done.output
    store.write(make_record(make_run(seed=1)))
    assert " failed " not in watch("--results", tmp_path).output, "a later success supersedes the failure"


def test_records_are_read_once(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    store.write(make_record(make_run(seed=0)))
    looking = Watch(store)
    assert len(looking.look()) == 1
    (record,) = tmp_path.rglob("record.json")
    record.write_text("{")
    store.write(make_record(make_run(seed=1)))
    assert [curve.run.seed for curve in looking.look()] == [0, 1]
    assert looking.problems == []


def test_a_page_of_twenty_runs_takes_less_than_two_seconds(tmp_path: Path) -> None:
    for name in ("ppo", "sac"):
        shutil.copytree(HOPPER / name, tmp_path / "gymnasium" / "Hopper-v5" / name)
    start = time.process_time()
    text = watch_page(Watch(ResultStore(tmp_path)).look(), "curves", 3)
    assert time.process_time() - start < 2
    assert text.count("<polyline") == 20
    assert 'http-equiv="refresh" content="3"' in text
    page = tmp_path / "curves.html"
    assert watch("--results", tmp_path, "--once", "--page", page).exit_code == 0
    assert "http-equiv" not in page.read_text(), "a page that nothing renews must not reload"


def test_hostile_names_are_text_on_the_page() -> None:
    run = replace(make_run(), algorithm="<script>alert(1)</script>", variant='"><img src=x onerror=alert(1)>')
    text = watch_page([Curve(run, "done", 100, ((50, 1.0), (100, 2.0)))], "<b>title</b>", None)
    assert "<script" not in text
    assert "<img" not in text
    assert "<b>" not in text
    assert "&lt;script&gt;" in text


def test_the_served_page_in_a_browser(under_way: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mjbench", "watch", "--results", str(under_way), "--serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--every", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())
        assert found, process.stderr
        with chromium() as browser:
            browser.get(found[0])
            shown: set[str] = set()

            def seen() -> set[str]:
                with suppress(Exception):  # selenium's, where the page is just being loaded again
                    shown.add(browser.find_element("tag name", "tbody").text)
                return shown - {""}

            wait_for(lambda: len(seen()) > 1)
            assert all(text.startswith("pointmass/Centre-v0 random-search 0 ") for text in seen())
            wait_for(lambda: browser.find_elements("css selector", "svg polyline"))
            for width in (1100, 420):
                browser.set_window_size(width, 700)
                page = browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
                assert page[0] <= page[1], "the page must not scroll sideways"
                browser.save_screenshot(str(tmp_path / f"watch-{width}.png"))
            assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
        with closing(http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=30)) as connection:
            connection.request("GET", "/", headers={"Host": "evil.example"})
            assert connection.getresponse().status == 403
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_in_a_terminal_it_goes_on_until_ctrl_c(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    for seed in range(40):
        store.write(make_record(make_run(seed=seed)))
    ours, theirs = pty.openpty()
    environment = {**os.environ, "LINES": "20", "COLUMNS": "100", "TERM": "xterm"}
    command = [sys.executable, "-m", "mjbench", "watch", "--results", str(tmp_path), "--every", "0.5"]
    process = subprocess.Popen(
        command, stdout=theirs, stderr=theirs, stdin=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    seen = b""
    try:
        while b"24 more" not in seen:
            seen += os.read(ours, 65536)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        with suppress(OSError):  # the terminal is gone with the process
            while chunk := os.read(ours, 65536):
                seen += chunk
        assert process.wait(30) == 0
        assert b"Traceback" not in seen
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(ours)


def test_what_cannot_be_watched_is_one_line(tmp_path: Path) -> None:
    assert "does not exist; start with: mjbench run" in refused("--results", tmp_path / "none")
    assert "did you mean gymnasium/Hopper-v5" in refused("--results", tmp_path, "--task", "gymnasium/Hoper-v5")
    assert "unknown algorithm" in refused("--results", tmp_path, "--algo", "pppo")
    assert "unknown suite" in refused("--results", tmp_path, "--suite", "quikstart")
    assert "must be a number" in refused("--results", tmp_path, "--seeds", "x")
    assert "must end in .html" in refused("--results", tmp_path, "--page", tmp_path / "a.png")
    assert "none does not exist" in refused("--results", tmp_path, "--page", tmp_path / "none" / "a.html")
    assert "leave out one" in refused("--results", tmp_path, "--once", "--serve")
    assert "no such runs in" in watch("--results", tmp_path).output
