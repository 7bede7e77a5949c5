"""The command on a report, or on a model card, plans the very runs."""

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from committed import committed_results

from mjbench.cli.run import run_command
from mjbench.envs.find import find_task
from mjbench.plan.selection import select, split
from mjbench.registry.lookup import Registry
from mjbench.report.again import command_again
from mjbench.spec.record import failure
from mjbench.spec.run import RunSpec
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
    return command_again([Found(found.path, record)], Registry())


def planned(command: str, registry: Registry) -> list[RunSpec]:
    """The runs that a command plans."""
    words = shlex.split(command)
    assert words[:2] == ["mjbench", "run"]
    given = run_command.make_context("run", words[2:]).params
    return select(
        registry,
        suite=given["suite"],
        tasks=split(given["tasks"]),
        algorithms=split(given["algorithms"]),
        seeds=given["seeds"],
        steps=given["steps"],
        changes=list(given["changes"]),
        partial=False,
        from_scratch=given["from_scratch"],
        preset=given["preset"],
        stop_at=given["stop_at"],
        find_task=find_task,
    ).runs


@pytest.mark.parametrize(
    "words",
    [
        "--task gymnasium/Hopper-v5 --algo sac --steps 5000 --seeds 3,",
        "--task gymnasium/Hopper-v5 --algo sac --preset zoo --seeds 2 --steps 5000",
        "--task gymnasium/Hopper-v5 --algo sac --preset 1 --seeds 2 --steps 5000",
        "--task gymnasium/Hopper-v5 --algo fast-ppo --set gamma=0.9 --set net_arch=[8,8] --seeds 0,4 --steps 5000",
        "--task gymnasium/Hopper-v5 --algo fast-ppo --stop-at return=300 --seeds 2 --steps 50000",
        "--task gymnasium:Hopper-v5 --algo ppo --seeds 2 --steps 5000",
        "--suite quickstart@1 --task gymnasium/Reacher-v5 --algo td3 --seeds 3",
        "--task quadruped/AnymalRough-v1 --algo fast-ppo --seeds 7,",
        "--task quadruped/AnymalRough-v1 --algo fast-ppo --seeds 0, --steps 8000000",
        "--task quadruped/AnymalStep-v0 --algo ppo --seeds 2 --from-scratch",
    ],
)
def test_the_command_of_any_plan_gives_it_again(words: str) -> None:
    registry = Registry()
    runs = planned(f"mjbench run {words}", registry)
    own = [run for run in runs if run.task.removeprefix("adhoc/") in words]
    again = planned(command_again([Found(Path("none"), failure(run, "")) for run in own], registry), registry)
    assert [run.run_id for run in again] == [run.run_id for run in runs]


@pytest.mark.parametrize(
    "pattern",
    [
        "gymnasium/Hopper-v5/ppo",
        "gymnasium/Reacher-v5/fast-sac",
        "quadruped/AnymalStep-v0/ppo",
        "quadruped/AnymalRough-v1/fast-ppo",
        "dm_control/cheetah-run-v0/fast-ppo",
    ],
)
def test_one_command_gives_all_seeds_of_committed_runs(pattern: str) -> None:
    registry = Registry()
    entries: dict[tuple[object, ...], list[Found]] = {}
    for path in sorted((RESULTS / pattern).iterdir(), key=lambda each: int(each.name.split("-")[0])):
        item = Found(path, ResultStore(path).read(path))
        run = item.record.run
        entries.setdefault((run.entry, run.steps, run.protocol, run.preset_id), []).append(item)
    for found in entries.values():
        ids = {run.run_id for run in planned(command_again(found, registry), registry)}
        assert {item.record.run.run_id for item in found} <= ids


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
    assert command_again([found], Registry()) == "", "no package has the preset, and its file is not there"
    assert selection.preset is not None
    path = keep_preset(results, run.preset, selection.preset.text)
    file.unlink()
    command = command_again([found], Registry())
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
