"""The name of an entry tells the values that its runs used, and no others."""

import dataclasses
from pathlib import Path

import pytest
from made_up_submissions import TASK, MadeUpRegistry, honest, write_submission
from records import make_run

from mjbench.spec.run import RunSpec
from mjbench.submission.validate import validate
from mjbench.submission.variant_checks import changed_names, check_variants

HYPERPARAMETERS = {"gamma": 0.99, "learning_rate": 0.0003, "net_arch": [64, 64], "activation": "relu", "clip": True}


def run(variant: str, **more) -> RunSpec:
    return dataclasses.replace(make_run(), hyperparameters=HYPERPARAMETERS, variant=variant, **more)


def findings(spec: RunSpec, **task) -> list[str]:
    record = dataclasses.replace(honest(0), run=spec)
    tasks = {TASK.id: dataclasses.replace(TASK, id=spec.task, **task)}
    item = type("Item", (), {"record": record})
    return [finding.text for finding in check_variants([item], ["x"], {spec.task: tasks[TASK.id]})]  # pyright: ignore


@pytest.mark.parametrize(
    "variant",
    [
        "",
        "gamma=0.99",
        "gamma=0.99,learning_rate=0.0003",
        'activation="relu",net_arch=[64, 64]',
        "clip=true",
    ],
)
def test_what_the_plan_writes_is_taken(variant: str) -> None:
    assert findings(run(variant)) == []


@pytest.mark.parametrize(
    ("variant", "reason"),
    [
        ("gamma=0.9", "it must be 'gamma=0.99'"),
        ("learning_rate=3e-4", "it must be 'learning_rate=0.0003'"),  # one value, one name
        ("learning_rate=0.0003,gamma=0.99", "it must be 'gamma=0.99,learning_rate=0.0003'"),
        ("gamma=0.99,gamma=0.99", "it must be 'gamma=0.99'"),
        ("gamma=0.99,", "form"),
        (",gamma=0.99", "form"),
        ("gamma=0.99 ", "form"),
        ("gamma=0.99,the best of all", "form"),
        ("gamma=0.99;=HYPERLINK(A1)", "form"),
        ("gamma=0.99\u200b", "form"),
        ("clip=1", "it must be 'clip=true'"),
        ("clip=True", "form"),
        ("net_arch=[64,64]", "it must be 'net_arch"),
        ("better=1", "no hyperparameter better"),
        ("v2", "form"),
        ("net_arch=" + "[" * 5000, "form"),
        ("from_scratch", "could not have one"),
        ("from_scratchy", "form"),
    ],
)
def test_a_name_that_tells_anything_else_is_refused(variant: str, reason: str) -> None:
    (text,) = findings(run(variant))
    assert reason in text


def test_from_scratch_is_said_where_it_is_a_choice() -> None:
    scratch = run("from_scratch,gamma=0.99")
    assert findings(scratch, warm_start="pointmass/Near-v0") == []
    (text,) = findings(dataclasses.replace(scratch, source="0" * 12), warm_start="pointmass/Near-v0")
    assert "has a warm start" in text


def test_names_with_commas_inside_of_their_values() -> None:
    assert changed_names('a="x,y=1",b={"c": [1, 2]}') == ["a", "b"]


def test_a_submission_whose_name_lies_is_refused(tmp_path: Path) -> None:
    lies = [dataclasses.replace(honest(s), run=dataclasses.replace(honest(s).run, variant="n=1")) for s in range(3)]
    report = validate(write_submission(tmp_path / "s", lies), MadeUpRegistry())
    assert report.tier == "refused"
    assert any("the entry's name has 'n=1'" in finding.text for finding in report.findings)
