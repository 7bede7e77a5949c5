"""Chains of a suite: runs of their own, each from the policy of the stage before it."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mjbench.cli.run import run_command
from mjbench.errors import MjbenchError, SpecError
from mjbench.plan.grid import plan
from mjbench.plan.suite_file import read_suite
from mjbench.spec.chain import Stage
from mjbench.spec.suite import EvalProtocol, Suite
from mjbench.spec.task import TaskSpec
from mjbench.store.membership import belongs, custom_name


class Plain:
    """An algorithm as far as a plan needs one."""

    def hyperparameters(self, task: TaskSpec) -> dict:
        return {"rate": 1.0}

    def train(self, session):
        raise NotImplementedError

    def load_policy(self, folder):
        raise NotImplementedError


NAMES = ("Stand", "Walk", "Climb")
TASKS = {f"a/{name}-v0": TaskSpec(f"a/{name}-v0", "m:f", 10, 700) for name in NAMES}
CHAIN = (Stage("a/Stand-v0", 100), Stage("a/Walk-v0", 200), Stage("a/Climb-v0", 300))
SUITE = Suite("stages", tuple(TASKS), chains=(CHAIN,))


def planned(*names: str, **options: Any) -> list[Any]:
    tasks = [TASKS[f"a/{name}-v0"] for name in names]
    options = {"steps": None, "chains": SUITE.chains, **options}
    return plan(tasks, {"x": Plain()}, [0, 1], protocol=EvalProtocol(), find_task=TASKS.__getitem__, **options)


def test_each_stage_starts_from_the_one_before_it() -> None:
    runs = planned("Climb", "Walk", "Stand")
    assert [(run.task, run.steps, run.seed) for run in runs[:3]] == [(each.task, each.steps, 0) for each in CHAIN]
    assert [run.source for run in runs[:3]] == ["", runs[0].run_id, runs[1].run_id]
    assert [run.after for run in runs[:3]] == ["", "a/Stand-v0@100", "a/Stand-v0@100 a/Walk-v0@200"]
    assert [run.seed for run in runs] == [0, 0, 0, 1, 1, 1]
    assert planned("Climb") == runs


def test_the_runs_are_those_of_the_suite_and_no_others_are() -> None:
    own = planned("Climb")
    assert all(belongs(run, SUITE, TASKS) for run in own)
    plain = planned("Walk", steps=200, chains=())[0]
    assert not belongs(plain, SUITE, TASKS)
    without = Suite("plain", tuple(TASKS), steps=200)
    assert belongs(plain, without, TASKS)
    assert not belongs(own[1], without, TASKS)
    scratch = planned("Walk", from_scratch=True)[0]
    assert (scratch.source, scratch.after, scratch.steps, scratch.entry) == ("", "", 200, "x[from_scratch]")
    assert belongs(scratch, SUITE, TASKS)
    assert custom_name(200, EvalProtocol(), own[1].after) != custom_name(200, EvalProtocol())


class Shaped(Plain):
    """Has other networks for one of the tasks."""

    def hyperparameters(self, task: TaskSpec) -> dict:
        return {"net_arch": [64, 64] if task.id == "a/Walk-v0" else [128, 128], "activation": "elu"}


def test_networks_of_another_form_are_refused_at_the_plan() -> None:
    options: dict[str, Any] = {"steps": None, "protocol": EvalProtocol(), "find_task": TASKS.__getitem__}
    chains = SUITE.chains
    words = r"x: a/Walk-v0 cannot start from the policy of a/Stand-v0: net_arch is \[128, 128\] there and \[64, 64\]"
    with pytest.raises(SpecError, match=words):
        plan([TASKS["a/Walk-v0"]], {"x": Shaped()}, [0], chains=chains, **options)
    same = {"net_arch": [32]}
    assert len(plan([TASKS["a/Walk-v0"]], {"x": Shaped()}, [0], chains=chains, changes=same, **options)) == 2
    assert len(plan([TASKS["a/Walk-v0"]], {"x": Shaped()}, [0], chains=chains, from_scratch=True, **options)) == 1


class Shares(Plain):
    """Says for one of the tasks what the absence of an optional hyperparameter means."""

    def hyperparameters(self, task: TaskSpec) -> dict:
        return {"gamma": 0.9, **({"shared_net_arch": []} if task.id == "a/Walk-v0" else {})}


def test_no_shared_layers_are_none_whether_they_are_named_or_not() -> None:
    options: dict[str, Any] = {"steps": None, "protocol": EvalProtocol(), "find_task": TASKS.__getitem__}
    assert len(plan([TASKS["a/Walk-v0"]], {"x": Shares()}, [0], chains=SUITE.chains, **options)) == 2


def test_a_warm_start_from_networks_of_another_form_is_refused_at_the_plan() -> None:
    after = TaskSpec("a/After-v0", "m:f", 10, 700, warm_start="a/Walk-v0")
    with pytest.raises(SpecError, match="a/After-v0 cannot start from the policy of a/Walk-v0: net_arch"):
        plan([after], {"x": Shaped()}, [0], steps=None, protocol=EvalProtocol(), find_task=TASKS.__getitem__)


def test_a_typed_budget_is_that_of_each_stage() -> None:
    runs = planned("Walk", steps=50)
    assert [(run.task, run.steps, run.after) for run in runs[:2]] == [
        ("a/Stand-v0", 50, ""),
        ("a/Walk-v0", 50, "a/Stand-v0@50"),
    ]


def test_a_chain_comes_before_the_warm_start_of_the_task() -> None:
    other = TaskSpec("a/Walk-v0", "m:f", 10, 700, warm_start="a/Other-v0")
    assert SUITE.start(other) == "a/Stand-v0"
    assert Suite("plain", ("a/Walk-v0",)).start(other) == "a/Other-v0"


@pytest.mark.parametrize(
    ("chains", "words"),
    [
        (((Stage("a/Walk-v0", 1),),), "a chain has at least two stages, not 1"),
        (((),), "a chain has at least two stages, not 0"),
        (((Stage("a/Walk-v0", 1), Stage("a/Run-v0", 1)),), "the stage a/Run-v0 is not one of the suite's tasks"),
        (((Stage("a/Walk-v0", 1), Stage("a/Walk-v0", 2)),), "a/Walk-v0 is a stage twice"),
        ((CHAIN, CHAIN[1:]), "a/Walk-v0 is a stage twice"),
    ],
)
def test_chains_that_make_no_sense_are_refused(chains: Any, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        Suite("stages", tuple(TASKS), chains=chains)


def test_a_stage_needs_a_budget() -> None:
    with pytest.raises(SpecError, match="stage a/Walk-v0: steps must be at least 1, not 0"):
        Stage("a/Walk-v0", 0)


def test_a_budget_that_no_record_can_hold_is_refused() -> None:
    assert Stage("a/Walk-v0", 2**53).steps == 2**53
    with pytest.raises(SpecError, match="stage a/Walk-v0: steps must be at most 9,007,199,254,740,992"):
        Stage("a/Walk-v0", 2**53 + 1)
    with pytest.raises(SpecError, match="suite stages: steps must be at most 9,007,199,254,740,992"):
        Suite("stages", tuple(TASKS), steps=2**53 + 1)
    arguments = ["--task", "pointmass/Centre-v0", "--steps", str(2**53 + 1), "--dry-run"]
    assert "is not in the range" in CliRunner().invoke(run_command, arguments).output


FILE = """
[[chains]]
stages = [
    { task = "a/Stand-v0", steps = 100 },
    { task = "a/Walk-v0", steps = 200 },
    { task = "a/Climb-v0", steps = 300 },
]
"""


def test_a_suite_file_has_chains(tmp_path: Path) -> None:
    path = tmp_path / "stages.toml"
    path.write_text(FILE)
    assert read_suite(path) == SUITE
    path.write_text('tasks = ["a/More-v0", "a/Climb-v0", "a/Walk-v0", "a/Stand-v0"]\n' + FILE)
    assert read_suite(path).tasks[0] == "a/More-v0"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("chains = 3", r"chains must be written as \[\[chains\]\] with stages = "),
        ("chains = true", "chains must be tables, not True"),
        ("[[chains]]\nstage = []", r"chains must be written as \[\[chains\]\] with stages = "),
        ('[[chains]]\nstages = ["a/Walk-v0"]', "line 1: chains: a stage has a task and steps"),
        ('[[chains]]\nstages = [{ task = "a/Walk-v0", steps = "1" }]', "its steps a whole number"),
        ('[[chains]]\nstages = [{ task = "a/Walk-v0", steps = true }]', "its steps a whole number"),
        ('[[chains]]\nstages = [{ task = "a/Walk-v0", steps = 0 }]', "steps must be at least 1, not 0"),
        ('[[chains]]\nstages = [{ task = "a/Walk-v0", steps = 5 }]', "a chain has at least two stages, not 1"),
    ],
)
def test_malformed_chains_are_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "stages.toml"
    path.write_text(text)
    with pytest.raises(MjbenchError, match=words):
        read_suite(path)
