"""The command as a user meets it: a process, its output, its exit code."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mjbench.cli.main import main

pytestmark = pytest.mark.usefixtures("pointmass")
COMMAND = [sys.executable, "-m", "mjbench.cli.main"]


def mjbench(*arguments: str, cwd: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*COMMAND, *arguments], cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--task", "pointmass/Center-v0"], ["unknown task", "pointmass/Centre-v0"]),
        (["run", "--suite", "pointmas"], ["unknown suite", "pointmass"]),
        (["run", "--suite", "pointmass", "--algo", "random-serch"], ["unknown algorithm", "random-search"]),
        (["run", "--suite", "pointmass", "--seeds", "many"], ["--seeds 'many'"]),
        (["run", "--suite", "pointmass", "--launcher", "lokal"], ["unknown launcher", "local"]),
        (["run"], ["--suite NAME", "--task ID"]),
        (["run", "--suite", "pointmass", "--task", "pointmass/Center-v0"], ["suite pointmass", "pointmass/Centre-v0"]),
        (["run", "--suite", "quadruped", "--task", "quadruped/AnymalRough-v0"], ["quadruped@1 has it"]),
        (["run", "--suite", "pointmass", "--task", "xyz"], ["suite pointmass has no task 'xyz'; it has: pointmass/"]),
        (["run", "--suite", "missing.toml"], ["missing.toml", "No such file"]),
        (["run", "--suite", "bad.toml"], ["bad.toml line 2", "tasks"]),
        (["run", "--suite", "pointmass", "--results", "/proc/nowhere"], ["cannot write results", "--results"]),
        (["run", "--suite", "pointmass", "--set", "noise"], ["name=value"]),
        (["run", "--suite", "pointmass", "--set", "nois=1"], ["nois", "noise"]),
        (
            ["run", "--suite", "pointmass", "--set", "noise=nan,x"],
            ["noise must be a number", "such as --set noise=0.5"],
        ),
        (
            ["run", "--suite", "pointmass", "--set", "noise=x", "--dry-run"],
            ["noise must be a number, not 'x'; such as"],
        ),
        (["run", "--suite", "pointmass", "--steps", "0"], ["--steps"]),
        (["rum", "--suite", "pointmass"], ["did you mean: mjbench run"]),
        (["list", "robots"], ["robots", "tasks"]),
        (["leaderboard", "--results", "empty"], ["mjbench run"]),
    ],
)
def test_bad_input_gets_a_clear_line_and_exit_code_2(tmp_path: Path, arguments: list[str], words: list[str]) -> None:
    (tmp_path / "bad.toml").write_text("\ntasks = 3\n")
    done = mjbench(*arguments, cwd=tmp_path, code=2)
    for word in words:
        assert word in done.stderr
    assert not (tmp_path / "results").exists() or not list((tmp_path / "results").glob("*/*"))


def test_train_rank_and_do_again_only_what_is_missing(tmp_path: Path) -> None:
    first = mjbench("run", "--suite", "pointmass", cwd=tmp_path)
    assert "5 runs" in first.stdout
    assert "about" in first.stdout
    assert "Nothing to do" in mjbench("run", "--suite", "pointmass", cwd=tmp_path).stdout
    records = sorted((tmp_path / "results").rglob("record.json"))
    assert len(records) == 5
    written = {path: path.stat().st_mtime_ns for path in records}
    before = records[2].with_name("policy.safetensors").read_bytes()
    for path in records[2].parent.iterdir():
        path.unlink()
    records[2].parent.rmdir()
    assert "To do: 1 run," in mjbench("run", "--suite", "pointmass", cwd=tmp_path).stdout
    assert {path for path in records if path.stat().st_mtime_ns != written[path]} == {records[2]}
    assert records[2].with_name("policy.safetensors").read_bytes() == before

    board = mjbench("leaderboard", "pointmass", cwd=tmp_path)
    assert "random-search" in board.stdout
    names = {path.name for path in (tmp_path / "leaderboards" / "pointmass").iterdir()}
    assert names >= {"README.md", "index.html", "ranking.csv", "tasks.csv"}


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(tmp_path: Path) -> None:
    done = mjbench("run", "--suite", "pointmass", "--seeds", "3", "--dry-run", cwd=tmp_path)
    assert "3 runs" in done.stdout
    assert "disk" in done.stdout
    assert not (tmp_path / "results").exists()


def test_interrupted_and_continued(tmp_path: Path) -> None:
    arguments = ["run", "--task", "pointmass/Centre-v0", "--algo", "random-search", "--seeds", "2"]
    process = subprocess.Popen(
        [*COMMAND, *arguments, "--steps", "3000000"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not list((tmp_path / "results" / ".work").glob("*/progress.json")):
        assert time.monotonic() < deadline, "nothing started"
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Run the same command to continue." in errors
    assert "Traceback" not in errors
    states = json.loads(mjbench("status", "--json", cwd=tmp_path).stdout)["runs"]
    assert states
    assert {run["state"] for run in states} <= {"missing", "resumable"}


def test_status_counts_against_a_suite(tmp_path: Path) -> None:
    mjbench("run", "--suite", "pointmass", "--seeds", "2", cwd=tmp_path)
    assert "2 done, 3 missing of 5 runs" in mjbench("status", "--suite", "pointmass", cwd=tmp_path).stdout
    next((tmp_path / "results").glob("pointmass/*/*/*/record.json")).write_text("{")
    damaged = mjbench("status", "--suite", "pointmass", cwd=tmp_path)
    assert "1 done, 1 damaged, 3 missing of 5 runs" in damaged.stdout
    assert "left out: results/pointmass/" in damaged.stderr
    for more in ((), ("--dry-run",)):
        again = mjbench("run", "--suite", "pointmass", "--seeds", "2", *more, cwd=tmp_path, code=2)
        assert again.stderr.startswith("mjbench: results/pointmass/")
        assert "damaged" in again.stderr
        assert again.stderr.endswith("; to train the run again, move its folder away\n")


def test_status_of_damaged_records_alone_says_so(tmp_path: Path) -> None:
    mjbench("run", "--suite", "pointmass", "--seeds", "1", cwd=tmp_path)
    for record in (tmp_path / "results").glob("pointmass/*/*/*/record.json"):
        record.write_text("{")
    assert "results/ holds no runs that can be read" in mjbench("status", cwd=tmp_path).stdout


def test_a_damaged_record_is_named_and_the_rest_ranked(tmp_path: Path) -> None:
    mjbench("run", "--suite", "pointmass", "--seeds", "2", cwd=tmp_path)
    damaged = sorted((tmp_path / "results").rglob("record.json"))[0]
    damaged.write_text('{"schema": 99}')
    done = mjbench("leaderboard", "pointmass", cwd=tmp_path)
    assert "newer mjbench" in done.stdout + done.stderr
    assert str(damaged.parent.name) in done.stdout + done.stderr
    assert damaged.read_text() == '{"schema": 99}'


def test_list_speaks_json(tmp_path: Path) -> None:
    tasks = json.loads(mjbench("list", "tasks", "pointmass/", "--json", cwd=tmp_path).stdout)
    assert [task["id"] for task in tasks] == ["pointmass/Centre-v0"]
    for what in ("suites", "algorithms", "launchers", "plugins"):
        assert json.loads(mjbench("list", what, "--json", cwd=tmp_path).stdout)


@pytest.mark.parametrize("arguments", [["--help"], ["list", "tasks"], ["list", "plugins"], ["leaderboard", "--help"]])
def test_looking_around_imports_no_simulator(tmp_path: Path, arguments: list[str]) -> None:
    script = (
        "import sys\nfrom mjbench.cli.main import cli\n"
        f"try: cli({arguments!r})\nexcept SystemExit: pass\n"
        "heavy = {'torch', 'gymnasium', 'mujoco', 'dm_control', 'pandas', 'scipy'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_doctor_finds_this_machine_in_order(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "doctor", "--json"], cwd=tmp_path, capture_output=True, text=True, env={**os.environ}
    )
    findings = {finding["subject"]: finding for finding in json.loads(done.stdout)}
    assert findings.keys() >= {"python", "mujoco", "combinations", "plugins", "rendering", "processor", "disk"}
    assert findings["combinations"]["level"] == "ok"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_stops_a_command_in_good_order(number: int, tmp_path: Path) -> None:
    command = [*COMMAND, "run", "--task", "pointmass/Centre-v0", "--algo", "random-search", "--steps", "50000000"]
    process = subprocess.Popen(
        [*command, "--seeds", "1"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob("results/.work/*/progress.json")) and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(number)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 128 + number, errors
    assert "Stopped: 0 of 1 runs done. Run the same command to continue." in errors


def test_a_signal_while_planning_is_no_failed_run(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.argv", ["mjbench", "run", "--suite", "pointmass"])
    monkeypatch.setattr("mjbench.cli.run.select", stopped)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    with pytest.raises(SystemExit, match="130"):
        main()
    for number, handler in before.items():
        signal.signal(number, handler)
    assert capsys.readouterr().err.strip() == "mjbench: stopped"
