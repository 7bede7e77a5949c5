"""The command on a report plans the very run."""

import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from committed import committed_results
from records import make_run

from mjbench.cli.run import run_command
from mjbench.registry.lookup import Registry
from mjbench.report.again import command_again
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore

RESULTS = committed_results()


def committed(*parts: str) -> RunSpec:
    folder = min(RESULTS.joinpath(*parts).iterdir())
    return ResultStore(folder).read(folder).run


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (("gymnasium", "Hopper-v5", "fast-ppo"), "--task gymnasium/Hopper-v5 --algo fast-ppo"),
        (("gymnasium", "Reacher-v5", "fast-sac"), "--suite parity"),
        (("quadruped", "AnymalStep-v0", "ppo"), "--task quadruped/AnymalStep-v0"),
    ],
)
def test_a_committed_run_is_planned_by_its_command(parts: tuple[str, ...], words: str, tmp_path: Path) -> None:
    run = committed(*parts)
    command = command_again(run, Registry())
    assert command.startswith("mjbench run ")
    assert words in command
    done = CliRunner().invoke(
        run_command, [*shlex.split(command)[2:], "--dry-run", "--results", str(tmp_path)], catch_exceptions=False
    )
    assert done.exit_code == 0
    assert run.task in done.output


def test_changes_of_hyperparameters_are_in_the_command() -> None:
    run = committed("gymnasium", "Hopper-v5", "fast-ppo")
    changed = replace(run, variant="gamma=0.9", hyperparameters={**run.hyperparameters, "gamma": 0.9})
    assert "--set gamma=0.9" in command_again(changed, Registry())


def test_a_run_that_nothing_plans_has_no_command() -> None:
    run = committed("gymnasium", "Hopper-v5", "fast-ppo")
    assert command_again(replace(run, hyperparameters={"gamma": 0.5}), Registry()) == ""
    assert command_again(make_run("nowhere/Gone-v0"), Registry()) == ""
