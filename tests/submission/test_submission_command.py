"""From a results folder to a verdict, as a user meets it: real runs, real replays, real retraining."""

import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mjbench.policies.mlp import MlpPolicy
from mjbench.store.store import ResultStore

COMMAND = [sys.executable, "-m", "mjbench.cli.main"]
WHO = ["--name", "A team", "--contact", "https://example.org/me", "--code", "https://example.org/code"]
WHO += ["--description", "Random search, as installed."]


def mjbench(*arguments: str, cwd: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*COMMAND, *arguments], cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def verdict(*arguments: str, cwd: Path, code: int = 0) -> dict:
    return json.loads(mjbench("submission", "validate", "packed", "--json", *arguments, cwd=cwd, code=code).stdout)


def edit(cwd: Path, change: Callable[[dict], object]) -> None:
    """Change one record of the submission."""
    path = sorted((cwd / "packed").rglob("record.json"))[0]
    body = json.loads(path.read_text())
    change(body)
    path.write_text(json.dumps(body))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results that the first test makes and the others share."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def packed(kept: Path, pointmass: None, tmp_path: Path) -> Path:
    """A folder with results and the submission packed from them."""
    if not (kept / "packed").exists():
        mjbench("run", "--suite", "pointmass", cwd=kept)
        done = mjbench("submission", "pack", "results", "--suite", "pointmass", "--out", "packed", *WHO, cwd=kept)
        assert "packed 5 runs of random-search" in done.stdout
    work = tmp_path / "work"
    shutil.copytree(kept, work)
    return work


def test_every_tier_can_be_reached(packed: Path) -> None:
    assert verdict(cwd=packed)["tier"] == "checked"
    few = verdict("--replay", "2", cwd=packed)
    assert few["findings"] == []
    covered = {"replayed_episodes": 2, "final_episodes": 5, "retrained_tasks": 0, "tasks": 1}
    self_reported = "the other episodes, evaluation points, training curves and cost"
    assert few["entries"] == {"random-search": {"tier": "spot-checked", **covered, "self_reported": self_reported}}
    assert {(run["tier"], run["replayed_episodes"]) for run in few["runs"].values()} == {("spot-checked", 2)}
    assert verdict("--replay", "5", cwd=packed)["tier"] == "re-evaluated"
    whole = verdict("--retrain", cwd=packed)
    covered = {"replayed_episodes": 5, "final_episodes": 5, "retrained_tasks": 1, "tasks": 1}
    assert whole["entries"] == {"random-search": {"tier": "re-trained", **covered, "self_reported": "cost"}}
    assert [run["retrained"] for run in whole["runs"].values()].count(True) == 1
    assert {run["tier"] for run in whole["runs"].values()} == {"re-trained"}


def test_what_a_tier_covers_and_what_it_costs_is_said(packed: Path) -> None:
    done = mjbench("submission", "validate", "packed", "--replay", "1", cwd=packed)
    assert "replaying 5 policies, 5 episodes; at most 30 minutes and 8 GiB each" in done.stderr
    assert "random-search: spot-checked (1 of 5 episodes); self-reported: the other episodes" in done.stdout
    done = mjbench("submission", "validate", "packed", "--retrain", "--hours", "2", cwd=packed)
    assert "training 1 of 5 runs again, one of every entry on every task" in done.stderr
    assert "at most 2 hours and 8 GiB each" in done.stderr
    assert "random-search: re-trained; self-reported: cost" in done.stdout


def test_a_policy_beyond_a_limit_is_refused_by_its_name(packed: Path) -> None:
    report = verdict("--replay", "all", "--minutes", "0.0001", cwd=packed, code=1)
    assert len(report["findings"]) == 5
    assert "more than 0.0001 minutes, the limit of one policy (--minutes changes it)" in report["findings"][0]["text"]
    report = verdict("--replay", "all", "--memory", "0.01", cwd=packed, code=1)
    assert {finding["check"] for finding in report["findings"]} == {"replay"}
    assert report["entries"]["random-search"]["tier"] == "refused"


def test_training_beyond_a_limit_says_nothing_against_a_run(packed: Path) -> None:
    report = verdict("--retrain", "--hours", "0.000001", cwd=packed)
    assert report["tier"] == "re-evaluated"
    (finding,) = report["findings"]
    assert (finding["level"], finding["check"]) == ("note", "retrain")
    assert "the limit of one run (--hours changes it)" in finding["text"]


def test_metrics_that_the_policy_does_not_give_are_found(packed: Path) -> None:
    edit(packed, lambda body: body["evaluations"]["metrics"]["distance_m"].__setitem__(-1, 0.0))
    report = verdict("--replay", "all", cwd=packed, code=1)
    (finding,) = report["findings"]
    assert "1 of 5 replayed episodes have other metrics" in finding["text"]


def test_the_verdict_in_words(packed: Path) -> None:
    done = mjbench("submission", "validate", "packed", "--against", "results", cwd=packed, code=1)
    assert done.stdout.count("[duplicate]") == 5
    assert "5 runs of A team for pointmass: refused" in done.stdout


def test_returns_that_the_policy_does_not_give_are_found(packed: Path) -> None:
    def polish(body: dict) -> None:
        body["evaluations"]["episode_return"][-1] += 1.0

    edit(packed, polish)
    assert verdict(cwd=packed)["tier"] == "checked"  # nothing but playing it shows
    report = verdict("--replay", "all", cwd=packed, code=1)
    assert report["tier"] == "refused"
    (finding,) = report["findings"]
    assert finding["check"] == "replay"
    assert "1 of 5 replayed episodes differ, returns by up to 1" in finding["text"]


def made_elsewhere(cwd: Path, spreads: list[float], instructions: str | None = None) -> None:
    """As if each record came from another processor, where the returns were higher by so many standard deviations;
    with ``instructions`` from one of the same name."""
    for path, spread in zip(sorted((cwd / "packed").rglob("record.json")), spreads, strict=True):
        body = json.loads(path.read_text())
        body["provenance"] |= {"instructions": instructions} if instructions else {"processor": "Another One"}
        last = [i for i, step in enumerate(body["evaluations"]["step"]) if step == body["run"]["steps"]]
        returns = body["evaluations"]["episode_return"]
        above = spread * statistics.stdev(returns[i] for i in last)
        for i in last:
            returns[i] += above
        path.write_text(json.dumps(body))


@pytest.mark.parametrize("episodes", ["2", "all"])
def test_on_another_processor_episodes_may_differ_by_chance(packed: Path, episodes: str) -> None:
    made_elsewhere(packed, [0.3, -0.4, 0.2, 0.0, -1.0])
    report = verdict("--replay", episodes, cwd=packed)
    assert report["tier"] == ("re-evaluated" if episodes == "all" else "spot-checked")  # one run is the same in both
    texts = [finding["text"] for finding in report["findings"]]
    assert len(texts) == 1
    assert texts[0].startswith("20 of ")
    assert "4 of 5 runs; the recorded returns are -0.7 standard errors from those replayed" in texts[0]


def test_on_another_processor_no_run_tells_more_than_chance_explains(packed: Path) -> None:
    made_elsewhere(packed, [0.0, 3.0, 0.0, 0.0, 0.0])
    report = verdict("--replay", "all", cwd=packed, code=1)
    (finding,) = (found for found in report["findings"] if found["check"] == "replay")
    assert "5 of 5 replayed episodes differ" in finding["text"]
    assert "more than chance explains; replay it where it was made (processor Another One, here " in finding["text"]


def test_a_processor_of_the_same_name_may_be_another(packed: Path) -> None:
    made_elsewhere(packed, [0.3, -0.4, 0.2, 0.0, -1.0], "sse9")
    assert verdict("--replay", "all", cwd=packed)["tier"] == "re-evaluated"


def test_on_another_processor_runs_do_not_tell_more_together(packed: Path) -> None:
    made_elsewhere(packed, [1.5] * 5)
    report = verdict("--replay", "all", cwd=packed, code=1)
    (finding,) = (found for found in report["findings"] if found["check"] == "replay")
    assert "+5.3 standard errors" in finding["text"]


def test_a_policy_that_does_not_fit_the_task_is_an_outcome_and_no_crash(packed: Path) -> None:
    import numpy as np

    folder = sorted((packed / "packed").rglob("record.json"))[0].parent
    MlpPolicy((np.ones((2, 9), np.float32),), (np.zeros(2, np.float32),), -np.ones(2), np.ones(2)).save(folder)
    import hashlib

    sums = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("policy.json", "policy.safetensors")
    }
    edit(packed, lambda body: body.update(policy_sha256=sums))
    report = verdict("--replay", "1", cwd=packed, code=1)
    assert [finding["check"] for finding in report["findings"]] == ["replay"]
    assert "cannot be replayed" in report["findings"][0]["text"]


def test_training_that_does_not_repeat_is_found(packed: Path) -> None:
    def invent(body: dict) -> None:
        body["training"]["episode_return"][0] -= 5.0

    for path in sorted((packed / "packed").rglob("record.json")):
        body = json.loads(path.read_text())
        invent(body)
        path.write_text(json.dumps(body))
    report = verdict("--retrain", cwd=packed, code=1)
    assert report["tier"] == "refused"
    assert "differs in its training episodes with the same packages" in report["findings"][0]["text"]


def test_changed_hyperparameters_may_not_hide_under_the_standard_name(packed: Path) -> None:
    shutil.rmtree(packed / "packed")
    mjbench("run", "--suite", "pointmass", "--set", "noise=0.1", "--results", "tuned", cwd=packed)
    mjbench("submission", "pack", "tuned", "--suite", "pointmass", "--out", "packed", *WHO, cwd=packed)
    assert verdict(cwd=packed)["tier"] == "checked"
    for folder in sorted((packed / "packed" / "results").glob("*/*/*/*")):
        body = json.loads((folder / "record.json").read_text())
        body["run"]["variant"] = ""
        from mjbench.spec.run import digest

        body["run_id"] = digest(body["run"])
        (folder / "record.json").write_text(json.dumps(body))
        folder.rename(folder.with_name(f"{body['run']['seed']}-{body['run_id']}"))
    report = verdict(cwd=packed, code=1)
    assert {finding["text"] for finding in report["findings"]} == {
        "noise differ from the preset of random-search, which the entry's name does not show"
    }


def test_pack_takes_what_belongs_and_nothing_else(packed: Path) -> None:
    for path in (packed / "results").rglob("record.json"):
        (path.parent / "notes.txt").write_text("private")
    mjbench("run", "--suite", "pointmass", "--seeds", "1", "--steps", "300", cwd=packed)
    done = mjbench("submission", "pack", "results", "--suite", "pointmass", "--out", "again", *WHO, cwd=packed)
    assert "packed 5 runs of random-search into again; 1 of other suites or entries left out" in done.stdout
    assert not list((packed / "again").rglob("notes.txt"))
    assert len(ResultStore(packed / "again" / "results").scan()[0]) == 5
    assert {path.relative_to(packed / "again") for path in (packed / "again").rglob("*")} == {
        path.relative_to(packed / "packed") for path in (packed / "packed").rglob("*")
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pack", "results", "--suite", "pointmass", "--out", "packed", *WHO], ["packed exists"]),
        (["pack", "nowhere", "--suite", "pointmass", "--out", "new", *WHO], ["none of the 0 records", "mjbench run"]),
        (["pack", "results", "--suite", "pointmas", "--out", "new", *WHO], ["unknown suite", "pointmass"]),
        (["pack", "results", "--suite", "pointmass", "--algo", "sac", "--out", "new", *WHO], ["none of the 5"]),
        (["pack", "results", "--suite", "pointmass", "--out", "new"], ["--name"]),
        (["pack", "results", "--suite", "pointmass", "--out", "new", *WHO, "--contact", "me"], ["contact", "address"]),
        (["validate", "nowhere"], ["not a folder", "mjbench submission pack"]),
        (["validate", "packed", "--replay", "0"], ["neither a number", "'all'"]),
        (["validate", "packed", "--against", "nowhere"], ["not a folder"]),
    ],
)
def test_bad_input_gets_a_clear_line(packed: Path, arguments: list[str], words: list[str]) -> None:
    done = mjbench("submission", *arguments, cwd=packed, code=2)
    for word in words:
        assert word in done.stderr
    assert not (packed / "new").exists()
