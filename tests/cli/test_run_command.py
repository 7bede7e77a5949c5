"""What ``mjbench run`` says about what is there already, and what its exit status says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from launching import failing, search

from mjbench.cli.run import run_command
from mjbench.runner.claim import Claim
from mjbench.spec.record import failure
from mjbench.store.store import ResultStore
from mjbench.store.walk import RECORD

pytestmark = pytest.mark.usefixtures("pointmass")
SUITE = """
name = "moment"
tasks = ["pointmass/Centre-v0"]
algorithms = ["random-search"]
seeds = {seeds}
steps = 100
[protocol]
checkpoints = 1
episodes = 1
final_episodes = 1
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def run(seeds: int, *words: str) -> Result:
    Path("moment.toml").write_text(SUITE.format(seeds=seeds))
    return CliRunner().invoke(run_command, ["--suite", "moment.toml", *words])


def test_what_is_there_already_is_counted(folder: Path) -> None:
    done = run(1)
    assert done.exit_code == 0, done.output
    again = run(1)
    assert again.exit_code == 0
    said = "Nothing to do: results/ already holds the record of this run. --results FOLDER trains in another folder.\n"
    assert f"{said}Build the leaderboard: mjbench leaderboard moment.toml\n" in again.output
    assert "To do: 1 run," in run(2).output
    assert "already holds the records of all 2 runs" in run(2).output


def test_where_only_failed_ones_are_left_retrying_is_named(folder: Path) -> None:
    store = ResultStore(folder / "results")
    good, bad = search(100, 100)
    store.write(failure(bad, "the disk was full"))
    first = run(2)
    assert first.exit_code == 1, "one of the planned runs has no record of success"
    assert "1 run failed before" in first.output
    assert store.has(good)
    left = run(2)
    assert left.exit_code == 1
    said = "Nothing to do: results/ already holds 1 completed run and 1 failed run. --retry-failed repeats failed runs;"
    assert said in left.output
    assert run(2, "--retry-failed").exit_code == 0
    assert run(2, "--dry-run").exit_code == 0


def test_a_failure_is_1_and_names_the_log(folder: Path, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = failing("raise", site, monkeypatch)
    done = run(1, "--algo", "fails,random-search")
    assert done.exit_code == 1
    (log,) = Path("results/.work").glob("*/log.txt")
    assert "Traceback" in log.read_text()
    lines = done.output.splitlines()
    assert any(line.startswith("failed: fails") and bad.task in line for line in lines)
    assert f"  log: {log}" in lines
    assert any("FAILED" in line and f"(log: {log})" in line for line in lines)


def test_runs_that_others_are_at_are_75_and_a_failure_beside_them_is_1(folder: Path, tmp_path: Path) -> None:
    store = ResultStore(Path("results"))
    held = search(100, 100)[0]
    claim = Claim(store.work(held))
    assert claim.take()
    done = run(2)
    assert done.exit_code == 75, done.output
    assert "1 running in another process; see: mjbench status" in done.output
    store.write(failure(search(100, 100, 100)[2], "it broke"))
    assert run(3).exit_code == 1
    claim.release()
    assert run(2).exit_code == 0


def test_a_record_that_cannot_be_written_is_1(folder: Path) -> None:
    store = ResultStore(Path("results"))
    (held,) = search(100)
    store.folder(held).mkdir(parents=True)  # a folder without a record is in the way
    done = run(1)
    assert done.exit_code == 1
    assert "exists; finished runs are never overwritten" in done.output


def test_options_reach_workers_as_arguments_not_by_the_environment(folder: Path) -> None:
    before = dict(os.environ)
    done = run(1, "--snapshot-every", "0")
    assert done.exit_code == 0, done.output
    assert dict(os.environ) == before
    (record,) = Path("results").rglob(RECORD)
    assert json.loads(record.read_text())["resources"]["snapshot_s"] > 0, "no snapshot was taken"


COUNTING = """
import collections, sys
opened = collections.Counter()
sys.addaudithook(lambda event, args: opened.update([str(args[0])]) if event == "open" else None)
from mjbench.cli.run import run_command
try:
    run_command(["--suite", "moment.toml"], standalone_mode=False)
except SystemExit as end:
    assert not end.code
for path, count in opened.items():
    if path.endswith("record.json"):
        print("opened", path, count)
"""


def test_every_record_is_read_once(folder: Path) -> None:
    assert run(2).exit_code == 0
    Path("moment.toml").write_text(SUITE.format(seeds=3))
    done = subprocess.run([sys.executable, "-c", COUNTING], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    opened = [line.split() for line in done.stdout.splitlines() if line.startswith("opened")]
    assert len(opened) == 3, done.stdout
    assert {count for _, _, count in opened} == {"1"}


def test_a_run_that_stops_early_is_an_entry_of_its_own(folder: Path) -> None:
    Path("long.toml").write_text(
        SUITE.format(seeds=1).replace("checkpoints = 1", "checkpoints = 4").replace("100", "800")
    )
    done = CliRunner().invoke(run_command, ["--suite", "long.toml", "--stop-at", "return=-1e6"])
    assert done.exit_code == 0, done.output
    assert "random-search[stop at return=-1000000]" in done.output
    assert " after 200 steps in " in done.output
    ((found,), _) = ResultStore(folder / "results").current()
    assert (found.record.run.steps, found.record.final_step) == (800, 200)
    again = CliRunner().invoke(run_command, ["--suite", "long.toml", "--stop-at", "return=-1000000"])
    assert "already holds the record of this run" in again.output
    assert "To do: 1 run" in CliRunner().invoke(run_command, ["--suite", "long.toml", "--dry-run"]).output
