"""A run that starts from another's policy starts from the one that a plan makes, not from one trained for longer."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from made_up_submissions import TASK, honest

from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol, Suite
from mjbench.store.store import Found
from mjbench.submission.source_checks import check_sources

BASE = dataclasses.replace(TASK, id="pointmass/Base-v0", budget=500)
TASKS = {BASE.id: BASE, TASK.id: dataclasses.replace(TASK, warm_start=BASE.id)}


def found(run: RunSpec) -> Found:
    return Found(Path(run.task), dataclasses.replace(honest(run.seed), run=run))


def findings(suite_steps: int | None = None, existing: bool = False, **source: Any) -> list[str]:
    suite = Suite("points", tuple(TASKS), steps=suite_steps)
    own = honest(0).run
    first = found(dataclasses.replace(own, **{"task": BASE.id, "steps": BASE.budget, **source}))
    second = found(dataclasses.replace(own, source=first.record.run.run_id))
    mine, others = ([second], [first]) if existing else ([first, second], [])
    return [each.text for each in check_sources(mine, ["x"] * len(mine), others, TASKS, suite)]


def test_the_planned_run_is_taken() -> None:
    assert findings() == []
    assert findings(existing=True) == []


@pytest.mark.parametrize("existing", [False, True])
@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"steps": 50_000}, "was trained for 50,000 steps, it must be 500"),
        ({"variant": "learning_rate=0.1"}, "other changed hyperparameters: none and learning_rate=0.1"),
        ({"preset": "zoo"}, "other preset: none and zoo"),
        ({"threads": 8}, "other threads: 1 and 8"),
        ({"protocol": EvalProtocol()}, "other protocol"),
        ({"algorithm": "td3"}, "with the same algorithm and seed"),
        ({"seed": 3}, "with the same algorithm and seed"),
    ],
)
def test_another_one_is_refused(source: dict, words: str, existing: bool) -> None:
    (text,) = findings(existing=existing, **source)
    assert words in text


def test_a_suite_with_one_budget_gives_it_to_the_first_run_too() -> None:
    (text,) = findings(suite_steps=100)
    assert "was trained for 500 steps, it must be 100" in text
