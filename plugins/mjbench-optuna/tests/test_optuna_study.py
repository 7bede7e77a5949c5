"""``mjbench tune`` from beginning to end, stopped, continued, shared and refused."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import optuna
import pytest
from click.testing import CliRunner
from mjbench_optuna.outcome import UNTUNED
from mjbench_optuna.tuner import Ended
from studies import FAR, NEAR, SMALL, outcome, run, tuner

from mjbench.cli.run import run_command
from mjbench.errors import MjbenchError
from mjbench.plan.preset_file import read_preset_file
from mjbench.store.store import ResultStore

pytestmark = pytest.mark.usefixtures("pointmass")


def values(folder: Path) -> list[tuple[int, str, float | None]]:
    return [(each.number, each.state, each.value) for each in outcome(folder).tried]


def test_a_study_leaves_a_preset_that_runs_and_a_page(tmp_path: Path) -> None:
    result = run("--trials", "4", "--out", "study")
    assert result.exit_code == 0, result.output
    assert "complete default preset: score" in result.output
    assert "wrote study/preset.toml" in result.output
    found = outcome(Path("study"))
    assert found.trials == 4
    assert found.cost.runs == 2 * (4 + 1)
    assert found.cost.steps == 300 * 10
    best = found.complete[0]
    assert best.value == max(each.value or -1e9 for each in found.tried)
    assert ("No trial was better than preset 1." in result.output) == (best is found.untuned)
    value = {each.number: each.value or 0.0 for each in found.tried}
    above = value[UNTUNED]
    for number, rest in re.findall(r"complete trial (\d+): score(.*)", result.output):
        assert ("the best so far" in rest) == (value[int(number)] > above), "the default preset counts too"
        above = max(above, value[int(number)])

    preset = read_preset_file(Path("study/preset.toml"))
    assert preset.tuning is not None
    assert (preset.tuning.trials, preset.tuning.runs, preset.tuning.steps) == (4, 10, 3000)
    assert preset.tuning.seeds == [900_000, 900_001]
    assert preset.tuning.cpu_s == pytest.approx(sum(r.record.resources.cpu_s for r in records(Path("study"))), abs=0.1)
    assert preset.blocks[NEAR].get("noise") == (best.changes or {"noise": None})["noise"]

    trained = CliRunner().invoke(
        run_command,
        ["--task", NEAR, "--algo", "random-search", "--steps", "300", "--seeds", "1", "--preset", "study/preset.toml"],
    )
    assert trained.exit_code == 0, trained.output
    (record,) = records(Path("results"), inner=False)
    assert record.record.run.preset == preset.name
    assert record.record.run.entry == f"random-search ({preset.name})"
    assert Path("results/presets", f"{preset.name}.toml").read_text() == Path("study/preset.toml").read_text()

    page = Path("study/study.html").read_text()
    drawings = re.findall(r"<svg.*?</svg>", page, re.S)
    assert len(drawings) >= 6  # history, parallel coordinates and correlations, for wide and narrow screens
    for drawing in drawings:
        ElementTree.fromstring(drawing)
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")


def records(folder: Path, inner: bool = True) -> list:
    return ResultStore(folder / "results" if inner else folder).scan()[0]


def test_tuning_runs_use_neither_the_seeds_nor_the_episodes_of_results() -> None:
    assert run("--trials", "1", "--out", "study", "--seeds", "3").exit_code == 0
    found = records(Path("study"))
    assert {item.record.run.seed for item in found} == {900_000, 900_001, 900_002}
    assert min(seed for item in found for seed in item.record.evaluations.seed) >= 2_000_000


def test_a_study_that_was_stopped_ends_as_one_that_was_not(tmp_path: Path) -> None:
    arguments = ["--trials", "5", "--seeds", "1"]
    command = [
        sys.executable,
        "-m",
        "mjbench",
        "tune",
        "--task",
        NEAR,
        *SMALL[:-1],
        "1",
        *arguments,
        "--out",
        "stopped",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while "trial 1" not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert "the same command continues the study" in errors
    half = outcome(Path("stopped"))
    assert 2 <= half.trials < 5
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert run(*arguments, "--out", "undisturbed").exit_code == 0
    assert values(Path("stopped")) == values(Path("undisturbed"))
    same = [read_preset_file(Path(folder, "preset.toml")).name for folder in ("stopped", "undisturbed")]
    assert same[0] == same[1]


def test_a_trial_of_a_killed_worker_is_taken_over() -> None:
    first = tuner(Path("study"), seeds="1")
    trial = first.trials.next(5)
    assert trial is not None
    drawn = trial.params
    first.trials.release(trial.number)  # as a dead process does: the trial is still marked as running
    other = tuner(Path("study"), seeds="1").trials.next(5)
    assert other is not None
    assert (other.number, other.params) == (trial.number, drawn)


def test_two_workers_share_the_trials() -> None:
    command = [sys.executable, "-m", "mjbench", "tune", "--task", NEAR, *SMALL, "--trials", "6", "--out", "study"]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while not Path("study/study.json").exists():
        assert first.poll() is None
        time.sleep(0.1)
    second = subprocess.run(command, capture_output=True, text=True, timeout=300)
    output, _ = first.communicate(timeout=300)
    assert (first.returncode, second.returncode) == (0, 0), output + second.stderr
    ended = re.findall(r"complete trial (\d+)", output + second.stdout)
    assert sorted(map(int, ended)) == list(range(6)), "each trial is done once"
    assert outcome(Path("study")).trials == 6


def test_more_trials_go_on_where_the_study_ended() -> None:
    assert run("--trials", "2", "--out", "study").exit_code == 0
    before = values(Path("study"))
    result = run("--trials", "3", "--out", "study")
    assert result.exit_code == 0
    assert values(Path("study"))[: len(before)] == before
    assert "trial 0:" not in result.output
    assert outcome(Path("study")).trials == 3


def test_a_pruned_trial_is_stopped_and_its_cost_counted() -> None:
    worker = tuner(Path("study"), seeds="2", steps=30_000)
    worker.trials.study.pruner = optuna.pruners.ThresholdPruner(lower=1e9)  # nothing is good enough
    ended: list[Ended] = []
    for _ in worker.work(1, ended.append):
        pass
    assert [(each.name, each.state) for each in ended] == [("default preset", "complete"), ("trial 0", "pruned")]
    found = outcome(Path("study"))
    pruned = found.tried[1]
    assert pruned.state == "pruned"
    assert pruned.points, "the score at which it was pruned is kept"
    assert 2 * 30_000 < found.cost.steps < 4 * 30_000
    assert not list(Path("study/results/.work").iterdir()), "nobody resumes its runs"


def test_a_run_that_fails_fails_its_trial_alone() -> None:
    search = Path("site/pointmass/search.py")
    burns = 'if session.run.hyperparameters["noise"] > 5: raise RuntimeError("the motor is on fire")'
    search.write_text(search.read_text().replace("env = session", f"{burns}\n        env = session", 1))
    Path("space.toml").write_text("[noise]\nchoices = [0.4, 6.0]\n")
    result = run("--trials", "4", "--out", "study", "--space", "space.toml", "--sampler", "random", "--seeds", "1")
    assert result.exit_code == 0, result.output
    found = outcome(Path("study"))
    states = {each.changes["noise"]: each.state for each in found.tried if each.changes}
    assert states == {0.4: "complete", 6.0: "failed"}
    assert "failed   trial" in result.output
    assert "the motor is on fire" in result.output
    assert found.count("failed") >= 1
    preset = read_preset_file(Path("study/preset.toml"))
    assert preset.blocks[NEAR].get("noise") != 6.0
    assert preset.tuning is not None
    assert preset.tuning.failed == found.count("failed")


def test_several_tasks_give_a_preset_for_each_and_one_for_all() -> None:
    result = run("--trials", "5", "--out", "study", tasks=f"{NEAR},{FAR}")
    assert result.exit_code == 0, result.output
    assert re.search(r"One preset for all tasks loses \d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\]", result.output)
    found = outcome(Path("study"))
    best, shared = (read_preset_file(Path("study", name)) for name in ("preset.toml", "preset-shared.toml"))
    for task in (NEAR, FAR):
        assert best.blocks[task] == dict(found.best_on(task).changes)
        assert shared.blocks[task] == dict(found.complete[0].changes)
    assert "Sensitivity" in Path("study/study.html").read_text()


def refused(*arguments: str, tasks: str = NEAR) -> str:
    result = run(*arguments, "--out", "refused", tasks=tasks)
    assert isinstance(result.exception, (MjbenchError, SystemExit)), result.output
    assert not Path("refused").exists(), "nothing was begun"
    return str(result.exception) if isinstance(result.exception, MjbenchError) else result.output


def test_wrong_names_and_numbers_are_refused_by_name() -> None:
    assert "did you mean pointmass/Centre-v0" in refused("--trials", "1", tasks="pointmass/Center-v0")
    assert "unknown algorithm 'random-serch'; did you mean random-search" in refused(
        "--trials", "1", "--algo", "random-serch"
    )
    assert "0 is not in the range 1<=x" in refused("--trials", "0")
    assert "choose what to tune on: --task ID" in refused("--trials", "1", tasks=",")
    for many in (("--trials", "9" * 30), ("--trials", "1", "--steps", "9" * 30)):
        assert "is not in the range" in refused(*many)
    overlapping = refused("--trials", "1", "--seeds", "0,1")
    assert "seed 0 cannot be used for tuning" in overlapping
    assert "900,000" in overlapping
    assert "cannot be averaged" in refused("--trials", "1", tasks=f"{NEAR},raw/Centre-v0")
    assert "unknown preset '9'" in refused("--trials", "1", "--preset", "9")


def test_an_algorithm_without_a_space_is_named_with_those_that_have_one() -> None:
    Path("site/pointmass/spaces/random-search.toml").unlink()
    text = refused("--trials", "1")
    assert "random-search has no search space" in text
    assert "fast-ppo" in text
    assert "--space FILE" in text


def test_another_study_in_the_folder_is_refused() -> None:
    assert run("--trials", "1", "--out", "study").exit_code == 0
    for arguments, what in (
        (["--seeds", "3"], "tuning seeds"),
        (["--no-prune"], "pruning"),
        (["--steps", "400"], "budgets"),
    ):
        result = run("--trials", "1", "--out", "study", *arguments)
        assert isinstance(result.exception, MjbenchError)
        assert f"study holds another study: its {what}" in str(result.exception)
    Path("full").mkdir()
    Path("full/thesis.tex").write_text("x")
    assert "holds no study" in str(run("--trials", "1", "--out", "full").exception)


def test_a_damaged_study_is_named_and_left_as_it_is() -> None:
    assert run("--trials", "1", "--out", "study").exit_code == 0
    journal = Path("study/journal.log")
    whole = journal.read_bytes()
    lines = whole.splitlines(keepends=True)
    journal.write_bytes(lines[0] + b"{rubbish\n" + b"".join(lines[2:]))
    error = run("--trials", "2", "--out", "study").exception
    assert isinstance(error, MjbenchError)
    assert "study/journal.log is damaged" in str(error)
    assert "\n" not in str(error)
    journal.write_bytes(whole + b'{"op_code": 4, "wor')  # cut off by a kill: nothing is lost
    assert run("--trials", "2", "--out", "study").exit_code == 0
    assert outcome(Path("study")).trials == 2
    for place in ("claims", "lock"):
        there = Path("study") / place
        there.rename("aside")
        there.mkdir() if place == "lock" else there.write_text("")
        error = run("--trials", "3", "--out", "study").exception
        assert isinstance(error, MjbenchError)
        assert f"cannot use study/{place}" in str(error)
        there.rmdir() if place == "lock" else there.unlink()
        Path("aside").rename(there)
    Path("study/study.json").write_text("[]")
    assert "study/study.json" in str(run("--trials", "2", "--out", "study").exception)


def test_without_optuna_one_line_says_how_to_install_it(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    hidden = """
import sys
class Hides:
    def find_spec(self, name, *_):
        if name == "optuna":
            raise ModuleNotFoundError(name=name)
sys.meta_path.insert(0, Hides())
"""
    (tmp_path / "none" / "sitecustomize.py").write_text(hidden)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "none") + os.pathsep + os.environ["PYTHONPATH"]}
    done = subprocess.run(
        [sys.executable, "-m", "mjbench", "tune", "--task", NEAR, *SMALL, "--trials", "1", "--out", "study"],
        capture_output=True, text=True, env=environment,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "pip install" in done.stderr
    assert not Path("study").exists()


def test_a_dry_run_writes_nothing() -> None:
    result = run("--trials", "7", "--dry-run")
    assert result.exit_code == 0
    assert "7 trials of random-search in tuning/random-search-Centre-v0/, each 2 runs:" in result.output
    assert not Path("tuning").exists()


def test_help_does_not_import_optuna() -> None:
    code = "import sys, mjbench_optuna.commands; sys.exit('optuna' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_the_plan_is_kept_as_json() -> None:
    assert run("--trials", "1", "--out", "study").exit_code == 0
    kept = json.loads(Path("study/study.json").read_text())
    assert kept["space"] == {"noise": {"low": 0.01, "high": 10.0, "log": True}}
    assert kept["seeds"] == [900_000, 900_001]
