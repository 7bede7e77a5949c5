"""Every clause of the algorithm's contract is kept by sound algorithms, and broken ones are caught by that clause."""

import os
import re
from pathlib import Path

import pytest
from distributions import write_distribution
from faulty_algorithms import NAMES

from mjbench.registry.lookup import Registry
from mjbench.testing import ALGORITHM_CHECKS, Outcome, check_algorithm

HERE = Path(__file__).parents[1]


@pytest.fixture
def faulty(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The algorithms of tests/faulty_algorithms.py, as if installed."""
    points = {
        name: f"faulty_algorithms:{(fault or 'sound').upper().replace(' ', '_')}" for fault, name in NAMES.items()
    }
    write_distribution(site, "faulty", "1.0", {"mjbench.algorithms": points}, {"brax": ""})
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), str(HERE), os.environ.get("PYTHONPATH", "")]))


def outcome(check: str, fault: str) -> Outcome:
    (found,) = check_algorithm(NAMES[fault], Registry(), quick=True, only=[check])
    return found


@pytest.mark.usefixtures("faulty")
def test_a_sound_algorithm_keeps_every_clause() -> None:
    outcomes = list(check_algorithm(NAMES[""], Registry()))
    assert [found.check for found in outcomes] == list(ALGORITHM_CHECKS)
    assert {found.status for found in outcomes} == {"passed"}, outcomes


CAUGHT = [
    ("hyperparameters", "loose kind", 'a plan accepts noise="no-such-value"; give noise a kind'),
    ("hyperparameters", "free text", 'a plan accepts mode="no-such-value"; give mode a kind'),
    ("hyperparameters", "misspelt kind", r"kinds has nois, which hyperparameters\(task\) has not"),
    ("hyperparameters", "imports", "IMPORTS imports brax before it trains"),
    ("hyperparameters", "tuple", "JSON values, lists for tuples"),
    ("hyperparameters", "older preset", r"newest numbered preset \(2\)"),
    (
        "hyperparameters",
        "refused preset",
        "a published preset is refused: .*noise=-1.0, which must be a number above 0",
    ),
    ("budget", "oversteps", "took 512 training steps, where the budget is 503.*whole_steps"),
    ("budget", "oversteps with several", "took 504 .*where the budget is 503 with n_envs=3"),
    ("budget", "stops early", "took 452 training steps, where the budget is 503"),
    ("budget", "late", "on_step was called 125 times in 502 steps"),
    ("budget", "counts wrong", "on_step was given 1 after 2 environment steps"),
    ("learns", "idle", "nothing is learned"),
    ("learns", "says so", "noise is too small.*mjbench plugins check search-says-so --set"),
    ("same-seed", "global generator", "the same run again leaves other bytes .*session.run.seed"),
    ("same-seed", "module state", "the same run again leaves other bytes .*nothing in modules"),
    ("same-seed", "hash", "in another process leaves other bytes"),
    ("evaluation", "draws", "evaluating more often changes the policy and training episodes; the function given"),
    ("resume", "forgets", "killed and resumed ends with another policy"),
    ("resume", "never saves", r"ask session.snapshot_due\(\) between rollouts, and call session.save"),
    ("policy", "pickle", r"save writes policy.pkl; write .safetensors"),
    ("policy", "does not load", "load_policy does not read what save has written"),
    ("policy", "loads another", "acts otherwise than the one that was saved"),
    ("policy", "writes", "act writes into the observations"),
    ("policy", "one row", r"act gives the shape \(2,\) for 64 rows; it must be \(64, 2\)"),
    ("policy", "outside", "outside of the action space"),
    ("policy", "explores", "another action for the same observation"),
    ("policy", "whitens", "a row alone gets another action"),
    ("policy", "single precision only", "a run of 251 steps is failed: AssertionError"),
    ("policy", "another file", "loaded and saved again gives another note.json"),
    ("divergence", "overflows", r"end the run as failed \(ValueError: the loss is nan\); raise .*Diverged"),
    ("divergence", "nan when loud", "not finite, and the run completes"),
]


@pytest.mark.usefixtures("faulty")
@pytest.mark.parametrize(("check", "fault", "reason"), CAUGHT, ids=[f"{check}-{fault}" for check, fault, _ in CAUGHT])
def test_a_fault_is_caught_by_its_clause(check: str, fault: str, reason: str) -> None:
    found = outcome(check, fault)
    assert found.status == "failed", found
    assert re.search(reason, found.reason), found.reason
    assert "\n" not in found.reason


@pytest.mark.usefixtures("faulty")
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("unpicklable", "no snapshots: .*lambda"),
        ("no snapshots", "it takes no snapshots, so a killed run starts again"),
    ],
)
def test_refusing_snapshots_is_named_and_no_failure(fault: str, reason: str) -> None:
    found = outcome("resume", fault)
    assert found.status == "skipped"
    assert re.search(reason, found.reason), found.reason


@pytest.mark.usefixtures("faulty")
@pytest.mark.parametrize("check", ["evaluation", "resume"])
def test_where_equal_runs_differ_other_comparisons_say_nothing(check: str) -> None:
    found = outcome(check, "global generator")
    assert (found.status, "see same-seed" in found.reason) == ("skipped", True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "module"), [("ppo", "mjbench_sb3"), ("sac", "mjbench_sb3"), ("fast-ppo", "mjbench_fast")]
)
def test_the_baselines_keep_it(name: str, module: str) -> None:
    pytest.importorskip(module)
    outcomes = list(check_algorithm(name, Registry()))
    assert {found.status for found in outcomes} == {"passed"}, outcomes


def test_every_clause_says_what_it_holds() -> None:
    assert all((check.__doc__ or "").strip() for check in ALGORITHM_CHECKS.values())
