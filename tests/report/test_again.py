"""The command on a report plans the very run."""

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from committed import committed_results

from mjbench.cli.run import run_command
from mjbench.envs.find import find_task
from mjbench.plan.selection import select
from mjbench.registry.lookup import Registry
from mjbench.report.again import command_again
from mjbench.spec.record import failure
from mjbench.store.found import Found
from mjbench.store.presets import keep_preset
from mjbench.store.store import ResultStore

RESULTS = committed_results()


def committed(*parts: str) -> Found:
    folder = min(RESULTS.joinpath(*parts).iterdir())
    return Found(folder, ResultStore(folder).read(folder))


def again(found: Found, **changes: Any) -> str:
    """The command of a run that is as ``found``, but for ``changes`` of its spec."""
    record = replace(found.record, run=replace(found.record.run, **changes))
    return command_again(Found(found.path, record), Registry())


def dry_run(command: str, tmp_path: Path) -> str:
    """What a command prints before it would train."""
    assert command.startswith("mjbench run ")
    words = [*shlex.split(command)[2:], "--dry-run", "--results", str(tmp_path / "empty")]
    done = CliRunner().invoke(run_command, words, catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (("gymnasium", "Hopper-v5", "fast-ppo"), "--task gymnasium/Hopper-v5 --algo fast-ppo"),
        (("gymnasium", "Reacher-v5", "fast-sac"), "--suite parity"),
        (("quadruped", "AnymalStep-v0", "ppo"), "--task quadruped/AnymalStep-v0"),
        (("quadruped", "AnymalRough-v1", "fast-ppo"), "--task quadruped/AnymalRough-v1 --algo fast-ppo --seeds 0,"),
    ],
)
def test_a_committed_run_is_planned_by_its_command(parts: tuple[str, ...], words: str, tmp_path: Path) -> None:
    found = committed(*parts)
    command = again(found)
    assert words in command
    assert found.record.run.task in dry_run(command, tmp_path)


def test_changes_of_hyperparameters_are_in_the_command() -> None:
    found = committed("gymnasium", "Hopper-v5", "fast-ppo")
    changed = {**found.record.run.hyperparameters, "gamma": 0.9}
    assert "--set gamma=0.9" in again(found, variant="gamma=0.9", hyperparameters=changed)


def test_a_threshold_is_in_the_command(tmp_path: Path) -> None:
    command = again(committed("gymnasium", "Hopper-v5", "fast-ppo"), stop_at="return=300")
    assert "--stop-at return=300" in command
    assert "return=300" in dry_run(command, tmp_path)


def test_a_preset_from_a_file_is_the_copy_beside_the_record(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('["gymnasium/Hopper-v5"]\ngamma = 0.9\n')
    selection = select(
        Registry(), suite=None, tasks=["gymnasium/Hopper-v5"], algorithms=["fast-ppo"], seeds="1", steps=10_000,
        preset=str(file), find_task=find_task,
    )  # fmt: skip
    run, results = selection.runs[0], tmp_path / "results"
    found = Found(results / run.task / run.algorithm / f"0-{run.run_id}", failure(run, "not trained"))
    assert command_again(found, Registry()) == "", "no package has the preset, and its file is not there"
    assert selection.preset is not None
    path = keep_preset(results, run.preset, selection.preset.text)
    file.unlink()
    command = command_again(found, Registry())
    assert f"--preset {path}" in command
    assert run.entry in dry_run(command, tmp_path)


def test_a_tuned_preset_that_a_package_ships_is_named(tmp_path: Path) -> None:
    folders = (RESULTS / "gymnasium" / "Reacher-v5" / "fast-ppo").iterdir()
    found = next(
        item for item in (Found(each, ResultStore(each).read(each)) for each in folders)
        if item.record.run.preset.startswith("tuned-")
    )  # fmt: skip
    command = again(found)
    assert f"--preset {found.record.run.preset}" in command
    assert found.record.run.entry in dry_run(command, tmp_path)


def test_a_run_that_nothing_plans_has_no_command() -> None:
    found = committed("gymnasium", "Hopper-v5", "fast-ppo")
    assert again(found, hyperparameters={"gamma": 0.5}) == ""
    assert again(found, task="nowhere/Gone-v0") == ""
