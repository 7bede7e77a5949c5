"""An entry without changes in its name has a published preset; one with changes has no others than those."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from made_up_submissions import TASK, MadeUpRegistry, honest
from records import make_run

from mjbench.errors import RecordError
from mjbench.plan.preset_file import parse_preset
from mjbench.spec.run import RunSpec
from mjbench.spec.task import TaskSpec
from mjbench.store.codec import dump_run, load_run
from mjbench.submission.folder import look
from mjbench.submission.preset_files import read_presets
from mjbench.submission.report import Finding
from mjbench.submission.whole_checks import check_presets

PRESET: Mapping[str, Any] = {"gamma": 0.99, "net_arch": [64, 64], "activation": "relu", "table": {"a": 1}, "clip": True}


class Learner:
    """An algorithm with two default presets and one that has a name."""

    def hyperparameters(self, task: TaskSpec) -> Mapping[str, Any]:
        return PRESET

    def presets(self, task: TaskSpec) -> Mapping[str, Mapping[str, Any]]:
        return {"1": {**PRESET, "gamma": 0.9}, "2": PRESET, "zoo": {**PRESET, "gamma": 0.5}}


class WithLearner(MadeUpRegistry):
    def algorithm(self, name: str) -> Any:
        return Learner()


def findings(preset: str = "", variant: str = "", **changes: Any) -> list[str]:
    run = dataclasses.replace(
        make_run(), task=TASK.id, hyperparameters={**PRESET, **changes}, variant=variant, preset=preset
    )
    item = type("Item", (), {"record": dataclasses.replace(honest(0), run=run)})
    return [f"{found.level}: {found.text}" for found in check_presets([item], ["x"], WithLearner())]  # pyright: ignore


def test_published_presets_and_changes_that_show_are_taken() -> None:
    assert findings() == findings(gamma=0.9) == findings("zoo", gamma=0.5) == []
    assert findings(variant="gamma=0.7", gamma=0.7) == []
    assert findings("zoo", 'activation="tanh"', gamma=0.5, activation="tanh") == []


@pytest.mark.parametrize(
    ("preset", "variant", "changes", "reason"),
    [
        ("", "", {"gamma": 0.7}, "error: gamma differ from the preset"),
        ("zoo", "", {}, "error: gamma differ from the preset"),
        ("tuned", "", {"gamma": 0.7}, "error: sac has no preset 'tuned' for pointmass/Centre-v0"),
        ("", 'activation="relu,gamma="', {"activation": "relu,gamma=", "gamma": 0.7}, "error: gamma differ"),
        ("", 'table={",gamma=": 0}', {"table": {",gamma=": 0}, "gamma": 0.7}, "error: gamma differ"),
        ("", "", {"clip": 1}, "error: clip differ"),
        ("", 'nothing="re-trained"', {"nothing": "re-trained"}, "error: unknown hyperparameter 'nothing'"),
        ("", 'gamma="0.99 (best)"', {"gamma": "0.99 (best)"}, "error: sac: gamma must be a number"),
    ],
)
def test_no_name_hides_another_hyperparameter(preset: str, variant: str, changes: dict, reason: str) -> None:
    (found,) = findings(preset, variant, **changes)
    assert found.startswith(reason), found


@pytest.mark.parametrize(
    "preset", ["preset 1", "1", "imported", "zoo\u202e", "z\x1b[2J", "zo\u043e", "", "x" * 101, "a[b=1]"]
)
def test_a_preset_has_a_plain_name(preset: str) -> None:
    run: RunSpec = dataclasses.replace(make_run(), preset=preset)
    if not preset:
        assert load_run(dump_run(run)) == run
        return
    with pytest.raises(RecordError, match="cannot be the name of a preset"):
        dump_run(run)


FILE = 'name = "mine"\n[default]\ngamma = 0.7\n'


def checked(preset: str, gamma: float, text: str = FILE) -> list[str]:
    """Findings of a run whose preset comes from a file of the submission."""
    file = parse_preset(text, "x")
    run = dataclasses.replace(make_run(), task=TASK.id, hyperparameters={**PRESET, "gamma": gamma}, preset=preset)
    item = type("Item", (), {"record": dataclasses.replace(honest(0), run=run)})
    return [each.text for each in check_presets([item], ["x"], WithLearner(), {file.name: file})]  # pyright: ignore


def test_a_preset_from_a_file_of_the_submission_is_held_to_its_values() -> None:
    name = parse_preset(FILE, "x").name
    assert checked(name, 0.7) == []
    assert checked(name, 0.8)[0].startswith("gamma differ from the preset")
    assert "results/presets/ has no such file" in checked("mine-00000000", 0.7)[0]
    wrong = FILE.replace("gamma", "gama")
    assert "no such file" in checked(parse_preset(wrong, "x").name, 0.7, wrong)[0]


LEDGER = """
[tuning]
algorithm = "sac"
tasks = ["pointmass/Centre-v0"]
trials = 1
runs = 1
steps = 1
cpu_s = 1.0
seeds = [900000]
"""


def test_preset_files_of_a_submission_are_read_by_name(tmp_path: Path) -> None:
    good, tuned = parse_preset(FILE, "x"), parse_preset(FILE.replace("mine", "tuned") + LEDGER, "x")
    folder = tmp_path / "results" / "presets"
    folder.mkdir(parents=True)
    for name, text in {
        good.name: good.text, tuned.name: tuned.text, "mine-00000000": good.text, "odd": "[", "lonely": FILE
    }.items():  # fmt: skip
        (folder / f"{name}.toml").write_text(text)
    runs = [
        dataclasses.replace(make_run(), preset=good.name),
        dataclasses.replace(make_run(), preset=tuned.name, seed=900_000),
    ]
    found = [type("Item", (), {"record": dataclasses.replace(honest(0), run=run)}) for run in runs]
    findings: list[Finding] = []
    contents = look(tmp_path)
    assert contents.findings == []
    presets = read_presets(tmp_path, contents.presets, found, findings)  # pyright: ignore[reportArgumentType]
    assert set(presets) == {good.name, tuned.name}
    texts = {Path(each.place).stem: each.text for each in findings}
    assert texts.keys() == {"mine-00000000", "odd", "lonely", tuned.name}
    assert texts[tuned.name] == f"the preset {tuned.name} was tuned with seed 900000 of its own runs"
    assert "rename it to" in texts["mine-00000000"]
    assert str(tmp_path) not in texts["odd"]
