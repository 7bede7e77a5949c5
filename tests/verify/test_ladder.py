"""Runs that differ by chance are also held together: all of them, those of an entry, those of an entry on a task."""

from pathlib import Path

import pytest
from made_up_submissions import TASK
from records import make_record, make_run

from mjbench.store.store import Found
from mjbench.submission.report import Report
from mjbench.verify.episodes import Replay
from mjbench.verify.ladder import _by_chance

PLACE = Path("s")


def level(excesses: dict[tuple[str, str], list[float]]) -> tuple[str, str]:
    """Of runs with these excesses by algorithm and task: the level and the text of the finding."""
    found, outcomes = [], []
    for (algorithm, task), values in excesses.items():
        for seed, value in enumerate(values):
            run = make_run(task, algorithm, seed)
            found.append(Found(PLACE / run.run_id, make_record(run)))
            outcomes.append(Replay(run.run_id, 50, 10, 10, excess=value))
    (finding,) = _by_chance(outcomes, Report(str(PLACE), None, tuple(found)))
    return finding.level, finding.text


def test_what_chance_explains_is_a_note() -> None:
    kind, text = level({("sac", TASK.id): [1.0, -1.0, 0.5], ("td3", TASK.id): [-2.0, 1.0, 2.0]})
    assert kind == "note"
    assert "the recorded returns are +0.6 standard errors from those replayed" in text


@pytest.mark.parametrize(
    ("up", "down", "named"),
    [
        (("sac", TASK.id), ("td3", TASK.id), "returns of sac"),
        (("sac", TASK.id), ("sac", "pointmass/Base-v0"), f"returns of sac on {TASK.id}"),
    ],
)
def test_one_entry_that_tells_less_makes_up_for_no_other(
    up: tuple[str, str], down: tuple[str, str], named: str
) -> None:
    assert level({down: [-3.9] * 10})[0] == "note"
    kind, text = level({up: [3.9] * 10, down: [-3.9] * 10})
    assert kind == "error"
    assert f"the recorded {named}" in text
