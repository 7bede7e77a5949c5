"""An entry without changes in its name has a published preset; one with changes has no others than those."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest
from made_up_submissions import TASK, MadeUpRegistry, honest
from records import make_run

from mjbench.errors import RecordError
from mjbench.spec.run import RunSpec
from mjbench.spec.task import TaskSpec
from mjbench.store.codec import dump_run, load_run
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
