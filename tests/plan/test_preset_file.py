"""Presets from files: what they may hold, which runs they give, and that those have a name of their own."""

from pathlib import Path
from typing import Any

import pytest

from mjbench.envs.find import find_task
from mjbench.errors import MjbenchError
from mjbench.plan.preset_file import parse_preset, read_preset_file
from mjbench.plan.selection import select
from mjbench.registry.lookup import Registry
from mjbench.spec.record import failure
from mjbench.store.codec import dump_record, load_record

HOPPER, REACHER = "gymnasium/Hopper-v5", "gymnasium/Reacher-v5"
LEDGER = """
[tuning]
algorithm = "td3"
tasks = ["gymnasium/Hopper-v5"]
trials = 3
runs = 6
steps = 600
cpu_s = 7.5
seeds = [900000]
"""
SMALL = f'algorithm = "td3"\nextends = "1"\n["gymnasium/Hopper-v*"]\nsource = "made up"\ngamma = 0.9\n{LEDGER}'


def planned(file: Path, task: str = HOPPER, algorithm: str = "td3", seeds: str = "2", **more: Any) -> Any:
    return select(
        Registry(), suite=None, tasks=[task], algorithms=[algorithm], seeds=seeds, steps=1000, preset=str(file),
        find_task=find_task, **more,
    )  # fmt: skip


def written(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_runs_have_the_values_of_the_file_above_those_of_the_preset_that_it_extends(tmp_path: Path) -> None:
    selection = planned(written(tmp_path, SMALL))
    algorithm, task = Registry().algorithm("td3"), Registry().task(HOPPER)
    one = algorithm.presets(task)["1"]  # pyright: ignore[reportAttributeAccessIssue]
    assert one != algorithm.hyperparameters(task), "preset 1 is not the default one"
    run = selection.runs[0]
    assert run.hyperparameters == {**one, "gamma": 0.9}
    assert selection.preset is not None
    assert run.preset == selection.preset.name
    assert run.entry == f"td3 ({run.preset})"
    record = load_record(dump_record(failure(run, "not trained")))
    assert record.run.run_id == run.run_id, "records keep the name"


def test_a_copy_under_its_own_name_is_the_same_preset(tmp_path: Path) -> None:
    preset = read_preset_file(written(tmp_path, SMALL))
    copy = read_preset_file(written(tmp_path, SMALL, f"{preset.name}.toml"))
    assert (copy.label, copy.name) == ("mine", preset.name)
    assert read_preset_file(written(tmp_path, SMALL, "mine-00000000.toml")).label == "mine-00000000"


def test_the_name_is_of_the_values_and_not_of_their_source_or_ledger() -> None:
    name = parse_preset(SMALL, "mine").name
    assert name.startswith("mine-")
    assert parse_preset(SMALL.replace("made up", "measured").replace(LEDGER, ""), "mine").name == name
    for changed in (SMALL.replace("0.9", "0.95"), SMALL.replace('"1"', '"2"'), SMALL.replace("Hopper-v*", "*")):
        assert parse_preset(changed, "mine").name != name
    assert parse_preset(f'name = "tuned"\n{SMALL}', "mine").name.startswith("tuned-")


def test_a_shipped_file_gives_the_runs_that_it_gives_as_a_file() -> None:
    root = Path(__file__).parents[2] / "plugins/mjbench-sb3/mjbench_sb3/presets/ppo"
    files = sorted(root.glob("*-????????.toml"))
    assert files
    for file in files:
        mine = planned(file, REACHER, "fast-ppo").runs
        shipped = planned(Path(file.stem), REACHER, "fast-ppo").runs
        assert [run.run_id for run in mine] == [run.run_id for run in shipped]
        assert mine[0].preset == file.stem


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no hyperparameters"),
        ("learning_rate = 1e-3\n", "unknown key 'learning_rate'; put hyperparameters below"),
        ('algoritm = "td3"\n[default]\ngamma = 0.9\n', "did you mean algorithm"),
        ("extends = 1\n[default]\ngamma = 0.9\n", "extends must be text"),
        ('name = "../x"\n[default]\ngamma = 0.9\n', "its name '../x'"),
        ("[default\n", "mine.toml"),
        ("[default]\ngama = 0.9\n", "did you mean gamma"),
        ("[default]\ngamma = 9.0\n", "gamma must be a number from 0 to 1"),
        ('extends = "zo"\n[default]\ngamma = 0.9\n', "unknown preset 'zo'"),
        ('algorithm = "sac"\n[default]\ngamma = 0.9\n', "is for sac, not for td3; use --algo sac"),
        ('["gymnasium/Ant-v5"]\ngamma = 0.9\n', "no block for gymnasium/Hopper-v5; it has: gymnasium/Ant-v5"),
        (SMALL.replace("trials = 3\n", ""), "tuning: trials"),
        (SMALL.replace("trials = 3", "trails = 3"), "did you mean trials"),
        (SMALL.replace("trials = 3", 'trials = "3"'), "tuning: trials"),
        (SMALL.replace("trials = 3", "trials = -3"), "trials must be from 0"),
        (SMALL.replace("seeds = [900000]", "seeds = [3]"), "seed 3 cannot be used for tuning"),
        (SMALL.replace("cpu_s = 7.5", "cpu_s = nan"), "cpu_s"),
        ("[default]\ngamma = nan\n", "default.gamma: a number that is not finite"),
        ("[default]\ngamma = 2026-01-02\n", "default.gamma is a date or a time"),
        ("[default]\npolicy_delay = " + "9" * 400 + "\n", "default.policy_delay: an integer beyond 2**53"),
        ("[default]\nnet_arch = " + "[" * 20_000, "nested deeper than"),
        ('["a\\nb"]\ngamma = 0.9\n', "characters that cannot be seen"),
    ],
)
def test_what_a_file_may_not_hold_is_named_on_one_line(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(MjbenchError) as caught:
        planned(written(tmp_path, text))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(MjbenchError, match=r"cannot read the preset file .*gone\.toml"):
        planned(tmp_path / "gone.toml")
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(MjbenchError, match="not UTF-8"):
        read_preset_file(tmp_path / "odd.toml")
    with pytest.raises(MjbenchError, match="File name too long"):
        read_preset_file(tmp_path / f"{'x' * 300}.toml")


def test_no_result_is_planned_with_a_seed_that_the_preset_was_tuned_with(tmp_path: Path) -> None:
    file = written(tmp_path, SMALL)
    with pytest.raises(MjbenchError, match="seed 900,000 was used to tune mine-"):
        planned(file, seeds="0,900000")
    assert [run.seed for run in planned(file, seeds="0,900001").runs] == [0, 900_001]
