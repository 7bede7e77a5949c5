"""``mjbench compare``, ``power`` and ``check``, on records in folders."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from committed import committed_results
from records import make_record, make_run

from mjbench.cli.check import check_command
from mjbench.cli.compare import compare_command
from mjbench.cli.power import power_command
from mjbench.envs.find import find_task
from mjbench.errors import MjbenchError
from mjbench.plan.selection import select
from mjbench.registry.lookup import Registry
from mjbench.spec.record import Evaluations, RunRecord
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore

COMMITTED = committed_results()


@pytest.fixture
def results(tmp_path, monkeypatch):
    """Two folders: sac is far above ppo on one task, equal on the other; in the second folder sac is worse."""
    monkeypatch.chdir(tmp_path)
    for folder, drop in (("one", 0.0), ("two", 50.0)):
        store = ResultStore(tmp_path / folder)
        for task, lead in (("toy/A-v0", 30.0), ("toy/B-v0", 0.0)):
            for algorithm, extra in (("sac", lead - drop), ("ppo", 0.0)):
                for seed in range(6):
                    run = make_run(task, algorithm, seed)
                    store.write(make_record(run, 100.0 + extra + seed))
    return tmp_path


def call(command, *arguments: str):
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_two_algorithms_in_one_folder(results) -> None:
    text = call(compare_command, "sac", "ppo", "--results", "one")
    assert "sac is higher on 1, ppo on 0 of 2 tested tasks; no difference shown on 1." in text
    assert "30.00 [27.59, 32.41]" in text
    assert "p is corrected by Holm's method over the 2 tested tasks of this comparison." in text
    assert "A board corrects over all pairs of its entries, so it can show fewer differences." in text
    (body,) = json.loads(call(compare_command, "ppo", "sac", "--results", "one", "--json"))
    assert [row["difference"]["value"] for row in body["tasks"]] == [-30.0, 0.0]


def test_two_folders_compare_each_algorithm_with_itself(results) -> None:
    text = call(compare_command, "one", "two")
    assert "ppo in one" in text
    assert "sac in one is higher on 2, sac in two on 0 of 2 tested tasks; no difference shown on 0." in text
    assert "ppo" not in call(compare_command, "one", "two", "--algo", "sac")


def test_runs_of_a_suite_are_named_by_it(results) -> None:
    """By the runs compared alone: others of the same budget and protocol belong to other suites."""
    for name in ("Reacher-v5/fast-ppo", "Reacher-v5/ppo", "Reacher-v5/td3"):
        shutil.copytree(COMMITTED / "gymnasium" / name, results / "committed" / "gymnasium" / name)
    shutil.copytree(COMMITTED / "quadruped/Go1Walk-v0/sac", results / "committed/quadruped/Go1Walk-v0/sac")
    groups = json.loads(call(compare_command, "committed", "committed", "--json"))
    names = {body["group"] for body in groups}
    assert {"quickstart: td3", "quadruped-off-policy: sac", "gymnasium-mujoco: fast-ppo"} <= names
    assert "quickstart" in call(compare_command, "td3", "ppo", "--results", "committed").splitlines()
    assert call(compare_command, "sac", "ppo", "--results", "one").startswith("custom-100-steps-")


def test_steps_to_a_threshold(results) -> None:
    text = call(compare_command, "sac", "ppo", "--results", "one", "--steps-to", "return=104")
    assert "Training steps to return=104, median over seeds, at the evaluation points:" in text
    rows = [line.split() for line in text.splitlines() if line.startswith("toy/A-v0")]
    assert " ".join(rows[-1]) == "toy/A-v0 100 (6 of 6 seeds) not reached (2 of 6 seeds)"
    (body,) = json.loads(call(compare_command, "sac", "ppo", "--results", "one", "--steps-to", "return=0.2", "--json"))
    (first, _) = body["steps_to"]["return=0.2"]
    assert first == {"task": "toy/A-v0", "a": {"steps": [50] * 6}, "b": {"steps": [50] * 6}}
    with pytest.raises(MjbenchError, match=r"success=0\.95"):
        call(compare_command, "sac", "ppo", "--results", "one", "--steps-to", "wins")


def test_an_unknown_algorithm_gets_the_nearest(results) -> None:
    with pytest.raises(MjbenchError, match="did you mean ppo"):
        call(compare_command, "sac", "ppoo", "--results", "one")


def test_power_from_records_and_from_a_spread(results) -> None:
    text = call(power_command, "--results", "one", "--task", "toy/A-v0", "--effect", "5")
    assert "toy/A-v0 at 100 steps" in text
    assert "toy/B-v0" not in text
    both = call(power_command, "--results", "one", "--task", "toy/A-v0,toy/B-v0", "--effect", "5")
    assert "toy/A-v0 at 100 steps" in both
    assert "toy/B-v0 at 100 steps" in both
    (row,) = json.loads(call(power_command, "--std", "1", "--effect", "0.8", "--json"))
    assert row["seeds_needed"] == 26
    with pytest.raises(MjbenchError, match="no task under nowhere has two seeds"):
        call(power_command, "--results", "nowhere")


def test_check_against_a_table(results) -> None:
    rows = [["toy/A", 0, 100, 131.0, 3.0, 10], ["toy/B", 0, 100, 900.0, 3.0, 10], ["toy/B", 3, 100, 1.0, 3.0, 10]]
    block = {"source": "a paper", "algorithm": "sac", "metric": "final", "rows": rows}
    (results / "mine.json").write_text(json.dumps({"blocks": [block]}))
    text = call(check_command, "--results", "one", "--published", "mine.json")
    assert "1 consistent, 1 differs\n" in text
    assert (
        "1 published scores cannot be compared with ours: another version of the environment (1). --all lists them.\n"
        in text
    )
    assert "[1] a paper" in text
    why = "published for v3 of the environment, ours is v0"
    assert why not in text
    text = call(check_command, "--results", "one", "--published", "mine.json", "--all")
    assert "1 consistent, 1 differs, 1 not comparable" in text
    assert why in text
    with pytest.raises(MjbenchError, match="no published score"):
        call(check_command, "--results", "one")


def test_check_drops_no_budget_silently(results) -> None:
    store = ResultStore(results / "one")
    for seed in range(6):
        store.write(make_record(replace(make_run("toy/A-v0", "sac", seed), steps=400), 500.0 + seed))
    block = {"source": "a paper", "algorithm": "sac", "metric": "final", "rows": [["toy/A", 0, 400, 502.0, 3.0, 10]]}
    (results / "mine.json").write_text(json.dumps({"blocks": [block]}))
    (row,) = json.loads(call(check_command, "--results", "one", "--published", "mine.json", "--json"))
    assert (row["ours"]["seeds"], row["ours"]["mean"]) == (6, 502.5)
    assert row["why"] == "our runs of 400 steps, the nearest budget; not used: 100"


def test_check_reads_training_episodes_where_a_score_asks_for_them(results) -> None:
    block = {"source": "a paper", "algorithm": "sac", "metric": "training", "rows": [["toy/A", 0, 100, 1.0, 3.0, 10]]}
    (results / "mine.json").write_text(json.dumps({"blocks": [block]}))
    (row,) = json.loads(call(check_command, "--results", "one", "--published", "mine.json", "--json"))
    assert row["ours"]["mean"] == -1.5
    assert row["floored"] == 0


@pytest.fixture
def two_presets(tmp_path, monkeypatch) -> None:
    """``both``: td3 on Hopper, ten seeds with its preset 1 around 100, ten with its preset of today around 900."""
    monkeypatch.chdir(tmp_path)
    for preset, centre in (("1", 100.0), ("", 900.0)):
        selection = select(
            Registry(),
            suite=None,
            tasks=("gymnasium/Hopper-v5",),
            algorithms=("td3",),
            seeds="10",
            steps=1000,
            preset=preset,
            find_task=find_task,
        )
        for run in selection.runs:
            ResultStore(tmp_path / "both").write(record_of(run, centre + run.seed))


def record_of(run: RunSpec, value: float) -> RunRecord:
    seeds = [run.protocol.seed + i for i in range(run.protocol.final_episodes)]
    count = len(seeds)
    return RunRecord(run, "completed", Evaluations([run.steps] * count, seeds, [value] * count, [5] * count))


@pytest.mark.usefixtures("two_presets")
def test_check_mixes_no_presets(tmp_path) -> None:
    rows = [["gymnasium/Hopper", 5, 1000, 904.0, 3.0, 10]]
    block = {"source": "a paper", "algorithm": "td3", "metric": "final", "rows": rows}
    Path("mine.json").write_text(json.dumps({"blocks": [block]}))
    arguments = ["--results", "both", "--published", "mine.json", "--json"]
    found = {row["entry"]: row for row in json.loads(call(check_command, *arguments))}
    assert {entry: (row["ours"]["seeds"], row["ours"]["mean"], row["verdict"]) for entry, row in found.items()} == {
        "td3": (10, 904.5, "consistent"),
        "td3 (preset 1)": (10, 104.5, "differs"),
    }
    assert not any(row["alias"] for row in found.values())
    (older,) = json.loads(call(check_command, *arguments, "--algo", "td3 (preset 1)"))
    assert older["entry"] == "td3 (preset 1)"


@pytest.mark.usefixtures("two_presets")
def test_power_mixes_no_presets(tmp_path) -> None:
    rows = {row["algorithm"]: row for row in json.loads(call(power_command, "--results", "both", "--json"))}
    assert {entry: (row["seeds"], row["mean"]) for entry, row in rows.items()} == {
        "td3": (10, 904.5),
        "td3 (preset 1)": (10, 104.5),
    }
    assert [rows[entry]["std"] for entry in sorted(rows)] == pytest.approx([3.0277, 3.0277], abs=1e-4)


def test_an_empty_folder_gets_a_command_that_fills_it(tmp_path: Path) -> None:
    for command, arguments in ((compare_command, ["sac", "td3"]), (check_command, [])):
        result = CliRunner().invoke(command, [*arguments, "--results", str(tmp_path)])
        assert isinstance(result.exception, MjbenchError)
        assert str(tmp_path) in str(result.exception)
        assert "create some with: mjbench run --suite " in str(result.exception)
