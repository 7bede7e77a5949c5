"""What a submission may not be, each refused by its check with its reason; and what it may."""

import dataclasses
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from made_up_submissions import (
    SUITE,
    TASK,
    MadeUpRegistry,
    changed,
    honest,
    rewritten,
    run_folder,
    told,
    with_run,
    with_table,
    with_training,
    write_submission,
)
from records import PROTOCOL, make_run

from mjbench.errors import StoreError
from mjbench.spec.record import RunRecord, TrainingEpisodes
from mjbench.spec.suite import EVALUATION_SEED, EvalProtocol
from mjbench.submission.run_checks import check_run
from mjbench.submission.validate import validate

Harm = Callable[[Path], object]


def test_an_honest_submission_is_checked(tmp_path: Path) -> None:
    report = validate(write_submission(tmp_path / "s"), MadeUpRegistry())
    assert [f for f in report.findings if f.level != "note"] == []
    assert report.tier == "checked"
    assert len(report.found) == 3
    assert json.loads(json.dumps(report.as_json()))["accepted"] is True


def copy_of(source: int, target: int) -> Harm:
    """One seed's policy and training under the name of another."""

    def harm(root: Path) -> None:
        for name in ("policy.json", "policy.safetensors"):
            shutil.copy(run_folder(root, source) / name, run_folder(root, target) / name)
        sums = json.loads((run_folder(root, source) / "record.json").read_text())["policy_sha256"]
        rewritten(lambda record: dataclasses.replace(record, policy_sha256=sums), target)(root)

    return harm


def replaced_by_link(root: Path) -> None:
    path = run_folder(root) / "policy.safetensors"
    path.rename(root.parent / "elsewhere")
    path.symlink_to(root.parent / "elsewhere")


def folder_link(root: Path) -> None:
    folder = run_folder(root)
    folder.rename(root.parent / "elsewhere")
    folder.symlink_to(root.parent / "elsewhere")


def pickled_policy(root: Path) -> None:
    data = pickle.dumps(os.getcwd)
    (run_folder(root) / "policy.pkl").write_bytes(data)
    import hashlib

    sums = {"policy.pkl": hashlib.sha256(data).hexdigest()}
    (run_folder(root) / "policy.json").unlink()
    (run_folder(root) / "policy.safetensors").unlink()
    rewritten(lambda record: dataclasses.replace(record, policy_sha256=sums))(root)


def moved(name: str) -> Harm:
    return lambda root: run_folder(root).rename(run_folder(root).with_name(name))


def put(path: str, data: bytes = b"x") -> Harm:
    """A file more, ``RUN`` standing for a run's folder."""

    def harm(root: Path) -> None:
        target = Path(path.replace("RUN", str(run_folder(root)))) if "RUN" in path else root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)

    return harm


STEPS, SEEDS = [50, 50, 100, 100, 100], [EVALUATION_SEED + i for i in (0, 1, 0, 1, 2)]
HARMS: list[tuple[str, Harm, str, str]] = [
    # files
    ("a file too many", put("README.md"), "files", "does not belong"),
    ("a script beside a record", put("RUN/setup.py"), "files", "does not name this file"),
    ("a hidden file", put("RUN/.pth"), "files", "odd name"),
    ("a hidden folder", put(".git/hooks/post-checkout"), "files", "odd name"),
    ("a name with a new line", put("RUN/a\nb"), "files", "odd name"),
    ("a name that turns round", put("RUN/a\u202egnp"), "files", "odd name"),
    ("a name like an option", put("RUN/--help"), "files", "odd name"),
    ("a folder inside a run", put("RUN/more/record.json"), "files", "folder inside a run"),
    ("a record in the wrong depth", put("results/record.json"), "files", "does not belong"),
    ("an empty folder", lambda root: (root / "results" / "a").mkdir(), "files", "empty folder"),
    ("a link in place of a file", replaced_by_link, "files", "a link"),
    ("a link in place of a folder", folder_link, "files", "a link"),
    ("a pipe", lambda root: os.mkfifo(root / "pipe"), "files", "neither a file"),
    ("a run in another's folder", moved("7-abcabcabcabc"), "files", "belongs in"),
    ("a failure without a number", moved("0-abcabcabcabc-failed-abc"), "files", "belongs in"),
    ("a success called a failure", lambda root: moved(run_folder(root).name + "-failed-1")(root), "files", "belongs"),
    ("a run without a record", lambda root: (run_folder(root) / "record.json").unlink(), "files", "without a record"),
    # submission.toml
    ("no submission.toml", lambda root: (root / "submission.toml").unlink(), "about", "No such file"),
    ("no TOML", put("submission.toml", b"name = "), "about", "not TOML"),
    ("TOML without end", put("submission.toml", b"a = " + b"[" * 15_000), "about", "not TOML"),
    ("TOML of another coding", put("submission.toml", b'name = "\xff"'), "about", "not TOML"),
    ("TOML of 1 GB", lambda root: os.truncate(root / "submission.toml", 10**9), "about", "too large"),
    ("an unknown key", told(password="x"), "about", "unknown key 'password'"),
    ("a name that ends invisibly", told(name="A team\u3164"), "about", "cannot be printed"),
    ("a name of two alphabets", told(name="A te\u0430m"), "about", "several scripts"),
    ("a name of full-width letters", told(name="\uff21 team"), "about", "look like others"),
    ("a name that is a number", told(name=1), "about", "name is missing"),
    ("an empty name", told(name=" "), "about", "name is missing"),
    ("a name without end", told(name="a" * 1000), "about", "characters, the limit is 80"),
    ("a name with terminal codes", told(name="\x1b[2J"), "about", "cannot be printed"),
    ("a contact that runs code", told(contact="javascript:alert(1)"), "about", "not an address"),
    ("a contact with a quote", told(contact='https://a.org/"onclick='), "about", "not an address"),
    ("code that is a path", told(code="file:///etc/passwd"), "about", "not an address"),
    ("another version of the suite", told(suite_version=2), "suite", "version 2"),
    ("a true version", told(suite_version=True), "about", "must be a whole number"),
    # the suite
    ("another task", with_run(task="pointmass/Other-v0"), "suite", "not in the suite"),
    ("another budget", rewritten(lambda r: dataclasses.replace(r, run=changed(r.run, steps=80), evaluations=
     dataclasses.replace(r.evaluations, step=[40, 40, 80, 80, 80]))), "suite", "80 steps"),
    ("another protocol", with_run(protocol=EvalProtocol(2, 2, 2)), "protocol", "its protocol is"),
    ("more threads", with_run(threads=8), "protocol", "8 threads"),
    ("a seed that is not asked for", with_run(seed=3), "seeds", "seed 3"),
    ("a seed left out", lambda root: shutil.rmtree(run_folder(root, 1)), "seeds", "lacks the seeds 1"),
    # the evaluation
    ("too few episodes", with_table(step=STEPS[1:], seed=SEEDS[1:], episode_return=[0.0] * 4, episode_length=[1] * 4,
                                    metrics={"distance_m": [0.0] * 4}), "protocol", "episode 0 is"),
    ("an episode played twice", with_table(seed=[*SEEDS[:4], SEEDS[3]]), "protocol", "episode 4 is"),
    ("steps that do not ascend", with_table(step=[100, 100, 50, 50, 100]), "protocol", "evaluation episode"),
    ("a return that is not finite", with_table(episode_return=[None, 0.0, 1.0, 1.0, 1.0]), "protocol", "not finite"),
    ("a return of 1e300", with_table(episode_return=[0.0, 0.0, 1.0, 1e300, 1.0]), "record", "without the returns"),
    ("an episode past its limit", with_table(episode_length=[10, 10, 10, 10, 101]), "task", "101 steps"),
    ("an episode of no step", with_table(episode_length=[0, 10, 10, 10, 10]), "task", "0 steps"),
    ("a metric left out", with_table(metrics={}), "task", "its metrics are none"),
    ("a metric made up", with_table(metrics={"distance_m": [0.0] * 5, "x": [0.0] * 5}), "task", "x"),
    ("a success that is not defined", with_table(success=[True] * 5), "task", "successes are recorded"),
    # the training
    ("training backwards", with_training([20, 10], [0.0, 0.5], [10, 10]), "protocol", "must ascend"),
    ("training past the budget", with_training([10, 101], [0.0, 0.5], [10, 10]), "protocol", "101 steps"),
    ("more steps than the budget", with_training([10, 20], [0.0, 0.5], [90, 90]), "protocol", "180 steps"),
    ("training past the limit", with_training([10], [0.0], [101]), "task", "101 steps"),
    ("training that is not finite", with_training([10], [None], [10]), "protocol", "training return is not finite"),
    ("a task of its own making", rewritten(lambda r: dataclasses.replace(r, provenance={"task": {
        "entry_point": "mine:Easy", "kwargs": {}, "episode_limit": 100}})), "task", "mine:Easy"),
    ("a task untold", rewritten(lambda r: dataclasses.replace(r, provenance={})), "task", "its task was null"),
    # the policy
    ("another policy", lambda root: shutil.copy(run_folder(root, 1) / "policy.safetensors", run_folder(root, 0)),
     "policy", "checksum"),
    ("no policy", lambda root: (run_folder(root) / "policy.json").unlink(), "policy", "missing"),
    ("no policy named", rewritten(lambda r: dataclasses.replace(r, policy_sha256={})), "policy", "no policy"),
    ("a pickled policy", pickled_policy, "policy", "saved as .safetensors"),
    ("a policy of 10 GB", lambda root: os.truncate(run_folder(root) / "policy.safetensors", 10**10), "policy", "large"),
    # twice
    ("the policy of another seed", copy_of(0, 1), "duplicate", "the same policy"),
    # the record itself
    ("a damaged record", put("RUN/record.json", b"{"), "record", "not JSON"),
    ("a record of 10 GB", lambda root: os.truncate(run_folder(root) / "record.json", 10**10), "record", "too large"),
]  # fmt: skip


@pytest.mark.parametrize(("harm", "check", "reason"), [h[1:] for h in HARMS], ids=[h[0] for h in HARMS])
def test_a_harmed_submission_is_refused_with_its_reason(tmp_path: Path, harm: Harm, check: str, reason: str) -> None:
    root = write_submission(tmp_path / "s")
    harm(root)
    report = validate(root, MadeUpRegistry())
    matching = [f for f in report.findings if f.check == check and f.level == "error" and re.search(reason, f.text)]
    assert matching, "\n".join(str(finding) for finding in report.findings)
    assert report.tier == "refused"
    assert all(str(finding).isprintable() for finding in report.findings)
    json.dumps(report.as_json(), allow_nan=False)


def test_failed_runs_count_as_seeds(tmp_path: Path) -> None:
    records = [honest(0), honest(1), RunRecord(make_run(seed=2), "failed", error="it broke")]
    assert validate(write_submission(tmp_path / "s", records), MadeUpRegistry()).tier == "checked"


def test_what_is_in_the_results_already_is_a_duplicate(tmp_path: Path) -> None:
    root = write_submission(tmp_path / "s")
    report = validate(root, MadeUpRegistry(), existing=root / "results")
    assert [f.check for f in report.findings if f.level == "error"] == ["duplicate"] * 3


def test_without_its_task_a_submission_stays_self_reported(tmp_path: Path) -> None:
    other = "elsewhere/Task-v0"
    records = [dataclasses.replace(honest(seed), run=make_run(other, seed=seed)) for seed in range(3)]
    suite = dataclasses.replace(SUITE, tasks=(other,))
    report = validate(write_submission(tmp_path / "s", records), MadeUpRegistry(), suite)
    assert report.tier == "self-reported"
    assert {f.check for f in report.findings if f.level == "unchecked"} == {"task"}


def test_without_its_suite_a_submission_stays_self_reported(tmp_path: Path) -> None:
    root = write_submission(tmp_path / "s")
    told(suite="another")(root)
    assert validate(root, MadeUpRegistry()).tier == "self-reported"


def test_a_strange_score_is_pointed_out(tmp_path: Path) -> None:
    root = write_submission(tmp_path / "s")
    with_table(episode_return=[0.0, 0.0, 900.0, 900.0, 900.0])(root)
    report = validate(root, MadeUpRegistry())
    assert any("90.0 times" in finding.text for finding in report.findings)
    assert report.accepted


@pytest.mark.parametrize("what", ["nothing", "file", "link"])
def test_what_is_no_folder_is_no_submission(tmp_path: Path, what: str) -> None:
    path = tmp_path / "s"
    if what == "file":
        path.write_text("")
    elif what == "link":
        path.symlink_to(write_submission(tmp_path / "other"))
    with pytest.raises(StoreError, match="not a folder"):
        validate(path, MadeUpRegistry())


def test_checking_imports_no_simulator() -> None:
    script = (
        "import sys, mjbench.submission.validate, mjbench.submission.pack\n"
        "heavy = {'torch', 'gymnasium', 'mujoco', 'dm_control', 'pandas', 'scipy'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_protocol_of_these_tests_is_the_suites() -> None:
    assert SUITE.protocol == PROTOCOL
    assert make_run().protocol == PROTOCOL


@pytest.mark.parametrize(
    ("evaluated", "trained", "wrong"),
    [
        ([0.0, 10.0, 5.0, -20.0, 10.0], [20.0, -40.0], ""),
        ([0.0, 10.0 + 1e-7, 5.0, 5.0, 5.0], [20.000002, 0.0], ""),  # rounding, of single precision in training
        ([0.0, 10.1, 5.0, 5.0, 5.0], [0.0, 0.0], "an evaluation episode of 10 steps has the return 10.1"),
        ([0.0, 1.0, 5.0, -20.1, 5.0], [0.0, 0.0], "rewards of -2 to 1 a step allow -20 to 10"),
        ([0.0] * 5, [0.0, 20.1], "a training episode of 20 steps has the return 20.1"),
    ],
)
def test_a_return_beyond_what_the_rewards_allow_is_refused(evaluated, trained, wrong) -> None:
    task = dataclasses.replace(TASK, reward_range=(-2.0, 1.0))
    record = honest(0)
    table = dataclasses.replace(record.evaluations, episode_return=evaluated, episode_length=[10] * 5)
    record = dataclasses.replace(record, evaluations=table, training=TrainingEpisodes([20, 40], trained, [20, 20]))
    errors = [found.text for found in check_run(record, "x", SUITE, task) if found.level == "error"]
    assert [wrong in text for text in errors] == ([True] if wrong else [])
    assert not [found for found in check_run(record, "x", SUITE, TASK) if found.level == "error"]
