"""Every clause of the contract is held by a sound environment, and caught by that very clause where it is broken."""

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from distributions import write_distribution

from mjbench.errors import SpecError
from mjbench.registry.lookup import Registry
from mjbench.spec.task import Metric, Reference, TaskSpec
from mjbench.testing import CHECKS, Outcome, check_task, returns

SOUND = TaskSpec(
    id="drift/Drift-v0",
    entry_point="faulty_envs:DriftEnv",
    episode_limit=20,
    budget=100,
    random_return=Reference(-16.0, "a guess", 0.5),
    reference_return=Reference(-2.0, "a guess"),
    success="is_success",
    metrics=(Metric("distance_m", "distance"),),
)
SOURCE = """
{first}
from mjbench.spec.task import TaskSpec
TASKS = [TaskSpec(id="drift/Drift-v0", entry_point="faulty_envs:DriftEnv", episode_limit=20, budget=100)]
"""


def install(site: Path, first: str = "") -> None:
    modules = {"drift_specs": SOURCE.format(first=first)}
    write_distribution(site, "mjbench-drift", "0.1", {"mjbench.tasks": {"drift": "drift_specs:TASKS"}}, modules)


def outcome(check: str, task: TaskSpec = SOUND, **kwargs: Any) -> Outcome:
    if kwargs:
        task = replace(task, kwargs=kwargs)
    return next(iter(check_task(task, Registry(), quick=True, only=[check])))


def test_a_sound_task_keeps_every_clause(site: Path) -> None:
    install(site)
    outcomes = {found.check: found for found in check_task(SOUND, Registry())}
    assert list(outcomes) == list(CHECKS)
    assert {found.status for found in outcomes.values()} <= {"passed", "skipped"}, outcomes
    skipped = {name for name, found in outcomes.items() if found.status == "skipped"}
    assert skipped - {"sb3-checker"} == {"batch", "batch-state", "curriculum", "warm-start"}  # it has none of these


FAULTS = [
    ("spaces", "double", "returns float64, the observation space declares float32"),
    ("spaces", "list", "a list as observation"),
    ("spaces", "shape", r"the shape \(3,\), the space declares \(2,\)"),
    ("spaces", "tight bounds", r"outside its bounds \[-0.5, 0.5\]"),
    ("spaces", "unbounded actions", "needs finite bounds"),
    ("spaces", "spaces differ", "differ in action_space"),
    ("spaces", "writes action", "writes into the action"),
    ("same-seed", "global random", "second reset"),
    ("same-seed", "leftover", "second reset"),
    ("different-seeds", "one start", "5 seeds give one and the same"),
    ("observations", "nan", r"step 2: observation\[0\] is nan"),
    ("observations", "nan at reset", r"reset\(\) returns an observation that is not finite"),
    ("observations", "constant", "constant over"),
    ("observations", "view", "share memory"),
    ("observations", "two buffers", "changed since it was returned"),
    ("observations", "reads observation back", "writing into an observation"),
    ("reward-and-end", "reward nan", "the reward is nan"),
    ("reward-and-end", "reward array", "a ndarray; return a float"),
    ("reward-and-end", "reward text", "'good', a str"),
    ("reward-and-end", "end number", "terminated is 0, a int"),
    ("info", "no metric", "lacks 'distance'.*metric distance_m"),
    ("info", "no success", "lacks 'is_success'.*success"),
    ("info", "metric text", "is not a number"),
    ("limit", "early", "truncates at step 10, before the task's limit of 20"),
    ("limit", "time is termination", "all terminated at step 20"),
    ("limit", "early termination", "all terminated at step 10"),
    ("state", "foreign state", "continues differently"),
    ("state", "threads", "continues differently"),
    ("state", "unsaveable", "cannot be saved.*stateless_reason"),
    ("rendering", "modes", "rgb_array"),
    ("rendering", "floats", "uint8 pixels"),
    ("rendering", "no light", "blank"),
    ("gymnasium-checker", "closes once", "closed twice"),
    ("spaces", "raises", r"RuntimeError: the motor burns \(.*faulty_envs.py:\d+\)"),
    ("same-seed", "exits", "SystemExit: 3"),
]


@pytest.mark.parametrize(("check", "fault", "reason"), FAULTS, ids=[f"{check}-{fault}" for check, fault, _ in FAULTS])
def test_a_fault_is_caught_by_its_clause(check: str, fault: str, reason: str) -> None:
    found = outcome(check, fault=fault)
    assert found.status == "failed"
    assert re.search(reason, found.reason), found.reason


@pytest.mark.parametrize(("check", "kind"), [("limit", "leaves the arena"), ("different-seeds", "hidden goal")])
def test_what_only_looks_like_a_fault_passes(check: str, kind: str) -> None:
    assert outcome(check, fault=kind).status == "passed"


def test_gymnasiums_checker_sees_what_is_its_own() -> None:
    found = outcome("gymnasium-checker", replace(SOUND, entry_point="faulty_envs:NoOptionsEnv"))
    assert found.status == "failed"
    assert "options" in found.reason


def test_rewards_keep_the_range_that_the_task_declares() -> None:
    assert outcome("reward-and-end", replace(SOUND, reward_range=(-99.0, 0.0))).status == "passed"
    narrow = outcome("reward-and-end", replace(SOUND, reward_range=(0.0, 1.0)))
    assert "outside the declared reward_range 0.0 to 1.0" in narrow.reason


def test_stable_baselines3s_checker_sees_what_is_its_own() -> None:
    pytest.importorskip("stable_baselines3")
    assert outcome("reward-and-end", fault="reward single").status == "passed"
    found = outcome("sb3-checker", fault="reward single")
    assert found.status == "failed"
    assert "must be a float" in found.reason


def test_stable_baselines3_may_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "stable_baselines3", None)
    monkeypatch.setitem(sys.modules, "stable_baselines3.common.env_checker", None)
    found = outcome("sb3-checker")
    assert (found.status, "not installed" in found.reason) == ("skipped", True)


@pytest.mark.parametrize(("value", "status"), [(-16.0, "passed"), (-1.0, "failed"), (-40.0, "failed")])
def test_the_declared_random_return_is_held(value: float, status: str) -> None:
    task = replace(SOUND, random_return=Reference(value, "a guess", 0.1))
    found = next(iter(check_task(task, Registry(), only=["random-return"])))
    assert found.status == status, found


def test_few_episodes_do_not_condemn_a_task_of_rare_rewards(monkeypatch: pytest.MonkeyPatch) -> None:
    task = replace(SOUND, kwargs={"fault": "rare reward"}, random_return=Reference(40.0, "by design", 4.0))
    assert next(iter(check_task(task, Registry(), only=["random-return"]))).status == "passed"
    monkeypatch.setattr(returns, "EPISODES", (9,))
    assert next(iter(check_task(task, Registry(), only=["random-return"]))).status == "failed"


def test_a_task_without_a_random_return_is_not_held_to_one() -> None:
    assert outcome("random-return", replace(SOUND, random_return=None)).status == "skipped"


def test_a_task_may_say_that_its_state_cannot_be_saved() -> None:
    found = outcome("state", replace(SOUND, kwargs={"fault": "unsaveable"}, stateless_reason="it runs on a generator"))
    assert (found.status, found.reason) == ("skipped", "runs restart instead of resuming: it runs on a generator")


@pytest.mark.parametrize(("cause", "status"), [("", "failed"), ("no driver", "skipped")])
def test_a_missing_driver_is_not_the_tasks_fault(monkeypatch: pytest.MonkeyPatch, cause: str, status: str) -> None:
    monkeypatch.setattr("mjbench.envs.rendering.no_rendering", lambda *backend: cause)
    found = outcome("rendering", fault="no picture")
    assert found.status == status
    assert (cause or "no camera") in found.reason


@pytest.mark.parametrize("heavy", ["brax", "envpool"])
def test_specifications_that_import_a_simulator_are_caught(site: Path, heavy: str) -> None:
    (site / f"{heavy}.py").write_text("")
    install(site, f"import {heavy}")
    found = outcome("metadata")
    assert found.status == "failed"
    assert f"importing drift_specs:TASKS imports {heavy}" in found.reason


def test_a_task_that_no_installed_plugin_offers_is_caught() -> None:
    found = outcome("metadata")
    assert found.status == "failed"
    assert "unknown task 'drift/Drift-v0'" in found.reason


def test_arguments_that_json_cannot_hold_are_caught(site: Path) -> None:
    install(site)
    with pytest.raises(SpecError, match="kwargs must hold JSON values only"):
        outcome("metadata", fault={1, 2})
    assert "JSON values only" in outcome("metadata", fault=(1, 2)).reason


def test_references_the_wrong_way_round_are_caught(site: Path) -> None:
    install(site)
    task = replace(SOUND, reference_return=Reference(-17.0, "a guess"))
    assert "must be above the random one" in outcome("metadata", task).reason


def test_a_quick_check_leaves_out_long_episodes() -> None:
    task = replace(SOUND, episode_limit=5000)
    assert outcome("limit", task).status == "skipped"
    assert outcome("random-return", task).status == "skipped"


def test_an_entry_point_to_nothing_fails_what_builds_it() -> None:
    found = outcome("spaces", replace(SOUND, entry_point="faulty_envs:NoSuchEnv"))
    assert found.status == "failed"
    assert "faulty_envs:NoSuchEnv does not load" in found.reason
