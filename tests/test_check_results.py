"""What continuous integration says of a pull request with results."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from check_results import BASES, merge_base, problems, verify
from committed import committed_results

from mjbench.errors import MjbenchError

RESULTS = committed_results()
REACHER = "gymnasium/Reacher-v5"


def quickstart(task: str, algorithm: str) -> list[Path]:
    """The committed records of that suite, by seed: other suites have the task too."""
    folders = sorted((RESULTS / task / algorithm).iterdir())
    return [each for each in folders if json.loads((each / "record.json").read_bytes())["run"]["steps"] == 8_000]


def copy(root: Path, folders: list[Path]) -> None:
    for folder in folders:
        shutil.copytree(folder, root / "results" / folder.relative_to(RESULTS))


def git(root: Path, *arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-m", "change")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A branch of a repository whose main has the committed records of sac."""
    root = tmp_path / "checkout"
    for task in (REACHER, "gymnasium/InvertedPendulum-v5"):
        copy(root, quickstart(task, "sac"))
    git(tmp_path, "init", "-b", "main", str(root))
    commit(root)
    git(root, "checkout", "-b", "more")
    return root


def wrong(root: Path) -> list[str]:
    return list(problems(root, merge_base(root, BASES)))


def test_a_run_may_belong_to_two_suites_with_different_numbers_of_seeds(checkout: Path, capsys) -> None:
    runs = {}
    for folder in (RESULTS / "gymnasium/HalfCheetah-v5/fast-ppo").iterdir():
        run = json.loads((folder / "record.json").read_bytes())["run"]
        if run["steps"] == 1_000_000 and not run["variant"] and not run.get("preset"):
            runs[run["seed"]] = folder
    copy(checkout, [runs[seed] for seed in range(7)])  # upc-study has five seeds, gymnasium-mujoco ten
    assert wrong(checkout) == []
    said = capsys.readouterr().out
    assert "upc-study: fast-ppo\n" in said
    assert "gymnasium-mujoco: fast-ppo\n" in said


def test_honest_results_pass_alone_and_beside_others(checkout: Path, capsys) -> None:
    assert merge_base(checkout, BASES) is None
    assert wrong(checkout) == []
    assert capsys.readouterr().out == "quickstart: sac\n"
    copy(checkout, quickstart(REACHER, "td3"))
    assert wrong(checkout) == []
    commit(checkout)
    assert merge_base(checkout, BASES) is not None
    capsys.readouterr()
    assert wrong(checkout) == []
    assert capsys.readouterr().out == "quickstart: td3\n"


def test_a_seed_left_out_and_a_policy_twice_are_wrong(checkout: Path) -> None:
    copy(checkout, quickstart(REACHER, "td3")[1:])
    commit(checkout)
    (line,) = wrong(checkout)
    assert "td3 on gymnasium/Reacher-v5 lacks the seeds 0" in line


def test_seeds_to_come_are_said_where_the_first_ones_are_there(checkout: Path, capsys) -> None:
    copy(checkout, quickstart(REACHER, "td3")[:2])
    commit(checkout)
    assert wrong(checkout) == []
    assert "to come: td3 on gymnasium/Reacher-v5 lacks the seeds 2" in capsys.readouterr().out


def test_an_edited_record_and_a_removed_one_are_wrong(checkout: Path) -> None:
    first, second, _ = sorted((checkout / "results" / REACHER / "sac").iterdir())
    (first / "policy.json").write_text("{}")
    shutil.rmtree(second)
    commit(checkout)
    lines = wrong(checkout)
    assert [line for line in lines if "never edited" in line and first.name in line]
    assert [line for line in lines if "never edited" in line and f"{second.name}/record.json" in line]
    assert [line for line in lines if "checksum" in line or "SHA-256" in line]


def test_strange_files_beside_a_new_submission_are_wrong(checkout: Path) -> None:
    (checkout / "submissions").mkdir()
    (checkout / "submissions/mine.toml").write_text('name = "x"\n')
    (checkout / "submissions/mine.json").write_text("[]")
    copy(checkout, quickstart(REACHER, "td3"))
    folder = min((checkout / "results" / REACHER / "td3").iterdir())
    (folder / "notes.txt").write_text("hello")
    (checkout / "results" / "imported").mkdir()
    (checkout / "results" / "imported" / "log.json").write_text("{}")
    commit(checkout)
    brought, toml, verdict, extra, stray = wrong(checkout)
    assert brought.startswith("submissions/mine.json: a verdict is kept by the maintainers")
    assert toml.startswith("submissions/mine.toml: ")
    assert verdict.startswith("submissions/mine.json: not the JSON of")
    assert "notes.txt" in extra
    assert stray == "results/imported/log.json: belongs to no run"


@pytest.mark.parametrize("how", ["new", "committed", "edited", "removed", "renamed"])
def test_a_change_brings_no_verdict_on_itself(checkout: Path, how: str) -> None:
    kept = checkout / "submissions" / "quickstart.json"
    kept.parent.mkdir()
    if how == "new":  # not yet added, beside a change that is
        copy(checkout, quickstart(REACHER, "td3"))
        commit(checkout)
    if how in ("edited", "removed", "renamed"):
        git(checkout, "checkout", "main")
        kept.write_text('{"tier": "checked", "runs": {}}')
        commit(checkout)
        assert wrong(checkout) == []  # on the main branch it may lie
        git(checkout, "checkout", "more")
        git(checkout, "merge", "main")
        (checkout / "results" / "more").mkdir()
        (checkout / "results" / "more" / "x").write_text("")
        commit(checkout)
    if how == "removed":
        kept.unlink()
    elif how == "renamed":
        kept.rename(kept.with_name("mine.json"))
    else:
        kept.write_text('{"tier": "re-trained", "retrained_run": null, "replayed_episodes": 99, "runs": {}}')
    if how != "new":
        commit(checkout)
    lines = [line for line in wrong(checkout) if "a verdict is kept by the maintainers" in line]
    assert len(lines) == (2 if how == "renamed" else 1)


def test_a_suite_is_played_again_and_the_verdict_kept(tmp_path: Path) -> None:
    for task in (REACHER, "gymnasium/InvertedPendulum-v5"):
        copy(tmp_path, quickstart(task, "ppo"))
    copy(tmp_path, quickstart(REACHER, "sac")[1:])
    assert verify(tmp_path, "quickstart@1", False) == 0
    kept = tmp_path / "submissions" / "quickstart.json"
    verdict = json.loads(kept.read_text())
    assert (verdict["tier"], verdict["path"], verdict["about"]) == ("re-evaluated", "results", None)
    assert list(verdict["entries"]) == ["ppo"]
    assert {run["label"].split()[0] for run in verdict["runs"].values()} == {"ppo"}  # sac lacks runs
    with pytest.raises(MjbenchError, match="verdicts on 4 other runs, which would be lost"):
        verify(tmp_path, "quickstart@1", False, seeds=1)
    kept.unlink()
    assert verify(tmp_path, "quickstart@1", False, seeds=1) == 0
    labels = [run["label"] for run in json.loads(kept.read_text())["runs"].values()]
    assert len(labels) == 2
    assert all(label.endswith("seed 0") for label in labels), "the first seeds alone"
    kept.unlink()
    path = next((tmp_path / "results").rglob("ppo/*/record.json"))
    body = json.loads(path.read_text())
    body["evaluations"]["episode_return"][-20:] = [999.0] * 20
    path.write_text(json.dumps(body))
    assert verify(tmp_path, "quickstart@1", False) == 1
    assert not kept.exists()


def test_a_suite_without_a_whole_entry_has_no_verdict(tmp_path: Path, capsys) -> None:
    copy(tmp_path, quickstart(REACHER, "ppo"))
    assert verify(tmp_path, "quickstart@1", False) == 1
    assert "no entry has all runs" in capsys.readouterr().out
    assert not (tmp_path / "submissions").exists()
    with pytest.raises(MjbenchError, match="quickstart has 3 seeds"):
        verify(tmp_path, "quickstart@1", False, seeds=4)
