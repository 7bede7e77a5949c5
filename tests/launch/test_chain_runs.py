"""A suite's chain as users run it: planned, refused where stages do not fit, killed in the middle."""

import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from killing import PROTOCOL, SMALL, content, killed_and_resumed, resumed, undisturbed

from mjbench.cli.run import run_command
from mjbench.envs.find import find_task
from mjbench.envs.stages import check_chain
from mjbench.errors import SpecError
from mjbench.plan.selection import select
from mjbench.registry.lookup import Registry
from mjbench.spec.chain import Stage
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore

SUITE = """
algorithms = ["ppo"]
seeds = 1

[protocol]
checkpoints = 4
episodes = 2
final_episodes = 3

[[chains]]
stages = [
    { task = "pendulum/Swing-v0", steps = 640 },
    { task = "pendulum/Batch-v0", steps = 768 },
    { task = "pendulum/Strong-v0", steps = 1280 },
]
"""


def planned(tmp_path: Path) -> list[RunSpec]:
    (tmp_path / "stages.toml").write_text(SUITE)
    changes = [f"{name}={value}" for name, value in SMALL["ppo"].items()]
    return select(
        Registry(),
        suite=str(tmp_path / "stages.toml"),
        tasks=(),
        algorithms=(),
        seeds=None,
        steps=None,
        changes=changes,
        find_task=find_task,
        check_chain=check_chain,
    ).runs


@pytest.mark.slow
@pytest.mark.usefixtures("pendulums")
def test_a_chain_that_is_killed_ends_in_the_same_bytes(tmp_path: Path) -> None:
    runs = planned(tmp_path)
    assert [run.steps for run in runs] == [640, 768, 1280]
    assert {run.protocol for run in runs} == {PROTOCOL}
    whole = ResultStore(tmp_path / "whole")
    for run in runs:
        undisturbed(run, tmp_path / "whole")
        store = killed_and_resumed(run, tmp_path / "killed", 1, random.Random(run.steps), every_s=0.1)
        assert resumed(store, run) >= 1
        assert content(store, run) == content(whole, run)
    last = content(ResultStore(tmp_path / "whole"), runs[-1])["run"]
    assert last["after"] == "pendulum/Swing-v0@640 pendulum/Batch-v0@768"
    assert last["source"] == runs[1].run_id


def refused(tmp_path: Path, *stages: str) -> str:
    path = tmp_path / "stages.toml"
    tables = ", ".join(f'{{ task = "{task}", steps = 640 }}' for task in stages)
    path.write_text(f'algorithms = ["ppo"]\n[[chains]]\nstages = [{tables}]\n')
    done = CliRunner().invoke(run_command, ["--suite", str(path), "--dry-run", "--results", str(tmp_path / "results")])
    assert done.exception is not None
    return str(done.exception)


@pytest.mark.usefixtures("pendulums")
def test_the_plan_shows_which_stage_waits_for_which(tmp_path: Path) -> None:
    path = tmp_path / "stages.toml"
    stages = ('{ task = "pendulum/Batch-v0", steps = 640 }', '{ task = "pendulum/Strong-v0", steps = 1280 }')
    path.write_text(f'algorithms = ["ppo"]\n[[chains]]\nstages = [{", ".join(stages)}]\n')
    done = CliRunner().invoke(run_command, ["--suite", str(path), "--dry-run", "--results", str(tmp_path / "results")])
    rows = {line.split()[0]: line.split() for line in done.output.splitlines() if line}
    (header,) = (line for line in done.output.splitlines() if line.startswith("task "))
    assert header.endswith("starts after")
    assert rows["pendulum/Batch-v0"][-1] == "0"
    assert rows["pendulum/Strong-v0"][-1] == "pendulum/Batch-v0"


@pytest.mark.usefixtures("pendulums")
def test_a_change_of_spaces_is_refused_at_the_plan(tmp_path: Path) -> None:
    assert refused(tmp_path, "pendulum/Batch-v0", "gymnasium/Reacher-v5").endswith(
        "suite stages: gymnasium/Reacher-v5 cannot start from the policy of pendulum/Batch-v0: "
        "observations have the shapes (10,) and (3,)"
    )
    assert "gymnasium/Hoper-v5" in refused(tmp_path, "pendulum/Batch-v0", "gymnasium/Hoper-v5")


@pytest.mark.usefixtures("pendulums")
def test_another_number_of_actions_is_refused() -> None:
    chain = (Stage("gymnasium/Ant-v4", 1), Stage("gymnasium/Ant-v5", 1))
    with pytest.raises(SpecError, match="observations have the shapes"):
        check_chain(Registry(), chain)
    check_chain(Registry(), (Stage("pendulum/Batch-v0", 1), Stage("pendulum/Strong-v0", 1)))
