"""A verdict that was kept says the tier of the records that it saw, and of no other bytes."""

import json
from pathlib import Path

import pytest
from made_up_submissions import MadeUpRegistry, run_folder, with_table, write_submission

from mjbench.store.store import ResultStore
from mjbench.submission.validate import validate, with_findings
from mjbench.submission.verdicts import read_verdicts


def kept(tmp_path: Path, name: str = "one", **more) -> Path:
    """The submission, with its verdict kept."""
    root = tmp_path / "s" if (tmp_path / "s").exists() else write_submission(tmp_path / "s")
    report = with_findings(validate(root, MadeUpRegistry()), **more)
    (tmp_path / "verdicts").mkdir(exist_ok=True)
    (tmp_path / "verdicts" / f"{name}.json").write_text(json.dumps(report.as_json()))
    return root


def test_records_have_the_best_tier_that_a_verdict_gives(tmp_path: Path) -> None:
    root = kept(tmp_path)
    found = ResultStore(root / "results").scan()[0]
    assert read_verdicts(tmp_path / "verdicts")[0].lowest(found) == "checked"
    kept(tmp_path, "two", replayed=3)
    kept(tmp_path, "three")
    assert {read_verdicts(tmp_path / "verdicts")[0].tier(item) for item in found} == {"re-evaluated"}


def test_a_record_that_was_changed_afterwards_is_self_reported(tmp_path: Path) -> None:
    root = kept(tmp_path, replayed=3)
    with_table(episode_return=[9.0] * 5)(root)
    found = ResultStore(root / "results").scan()[0]
    verdicts, problems = read_verdicts(tmp_path / "verdicts")
    assert problems == []
    assert [verdicts.tier(item) for item in found] == ["self-reported", "re-evaluated", "re-evaluated"]
    assert verdicts.lowest(found) == "self-reported"


def test_a_record_that_is_gone_is_self_reported(tmp_path: Path) -> None:
    root = kept(tmp_path)
    found = ResultStore(root / "results").scan()[0]
    (run_folder(root) / "record.json").unlink()
    assert read_verdicts(tmp_path / "verdicts")[0].lowest(found) == "self-reported"


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"tier":"best","runs":{}}', '{"tier":[],"runs":{}}', '{"tier":"checked","runs":{"a":1}}']
)
def test_what_is_no_verdict_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.json").write_text(text)
    verdicts, problems = read_verdicts(tmp_path)
    assert verdicts.tiers == {}
    assert "bad.json" in problems[0]


def test_without_verdicts_all_is_self_reported(tmp_path: Path) -> None:
    verdicts, problems = read_verdicts(tmp_path / "nowhere")
    assert problems == []
    assert verdicts.lowest([]) == "self-reported"
