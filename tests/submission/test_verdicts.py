"""A verdict that was kept says the tier of the records that it saw, and of no other bytes."""

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest
from committed import committed_results
from made_up_submissions import MadeUpRegistry, honest, run_folder, with_table, write_submission

from mjbench.store.store import Found, ResultStore
from mjbench.submission.report import Finding
from mjbench.submission.validate import validate, with_findings
from mjbench.submission.verdicts import Verdicts, read_verdicts


def kept(tmp_path: Path, name: str = "one", played: int = 0, *findings: Finding) -> Path:
    """The submission, with its verdict kept, after so many episodes of each policy."""
    root = tmp_path / "s" if (tmp_path / "s").exists() else write_submission(tmp_path / "s")
    report = validate(root, MadeUpRegistry())
    report = with_findings(report, *findings, replayed={i.record.run.run_id: played for i in report.found})
    (tmp_path / "verdicts").mkdir(exist_ok=True)
    (tmp_path / "verdicts" / f"{name}.json").write_text(json.dumps(report.as_json()))
    return root


def test_records_have_the_best_tier_that_a_verdict_gives(tmp_path: Path) -> None:
    root = kept(tmp_path)
    found = ResultStore(root / "results").scan()[0]
    assert read_verdicts(tmp_path / "verdicts")[0].lowest(found).tier == "checked"
    kept(tmp_path, "two", played=3)
    kept(tmp_path, "three")
    assert {read_verdicts(tmp_path / "verdicts")[0].tier(item) for item in found} == {"re-evaluated"}


def test_refused_wins_over_any_other_verdict(tmp_path: Path) -> None:
    root = kept(tmp_path, played=3)
    kept(tmp_path, "a", 0, Finding("error", "replay", "", "wrong"))
    found = ResultStore(root / "results").scan()[0]
    assert read_verdicts(tmp_path / "verdicts")[0].lowest(found).tier == "refused"


def old(tmp_path: Path, found: list[Found], tier: str, **more) -> Verdicts:
    """A verdict as they were before tiers were given entry by entry."""
    runs = {
        item.record.run.run_id: {
            "label": item.record.run.label,
            "record_sha256": hashlib.sha256((item.path / "record.json").read_bytes()).hexdigest(),
        }
        for item in found
    }
    (tmp_path / "old").mkdir(exist_ok=True)
    (tmp_path / "old" / "s.json").write_text(json.dumps({"tier": tier, "retrained_run": None, "runs": runs, **more}))
    verdicts, problems = read_verdicts(tmp_path / "old")
    assert problems == []
    return verdicts


def test_an_old_verdict_says_no_more_than_it_covers(tmp_path: Path) -> None:
    other = [dataclasses.replace(r, run=dataclasses.replace(r.run, algorithm="x")) for r in map(honest, range(3))]
    root = write_submission(tmp_path / "s", [*map(honest, range(3)), *other])
    found = ResultStore(root / "results").scan()[0]
    sac = [item for item in found if item.record.run.algorithm == "sac"]
    x = [item for item in found if item.record.run.algorithm == "x"]
    drawn = sac[1].record.run.run_id
    verdicts = old(tmp_path, found, "re-trained", retrained_run=drawn, replayed_episodes=3)
    assert (verdicts.lowest(sac).text, verdicts.lowest(x).text) == ("re-trained", "re-evaluated")
    verdicts = old(tmp_path, found, "re-trained", replayed_episodes=3)
    assert {verdicts.tier(item) for item in found} == {"re-evaluated"}
    verdicts = old(tmp_path, found, "re-evaluated", replayed_episodes=1)
    assert verdicts.lowest(found).text == "spot-checked (1 of 3 episodes)"
    for tier in ("refused", "self-reported", "checked"):
        assert old(tmp_path, found, tier, replayed_episodes=0).lowest(found).tier == tier


def test_the_committed_verdicts_load_and_cover_their_records() -> None:
    root = Path(__file__).parent.parent.parent
    verdicts, problems = read_verdicts(root / "submissions")
    assert problems == []
    kept = {verified.tier for verified in verdicts.tiers.values()}
    assert kept == {"re-evaluated", "re-trained"}
    sums = {hashlib.sha256(path.read_bytes()).hexdigest() for path in committed_results().rglob("record.json")}
    assert set(verdicts.tiers) <= sums


def test_a_record_that_was_changed_afterwards_is_self_reported(tmp_path: Path) -> None:
    root = kept(tmp_path, played=3)
    with_table(episode_return=[9.0] * 5)(root)
    found = ResultStore(root / "results").scan()[0]
    verdicts, problems = read_verdicts(tmp_path / "verdicts")
    assert problems == []
    assert [verdicts.tier(item) for item in found] == ["self-reported", "re-evaluated", "re-evaluated"]
    assert verdicts.lowest(found).tier == "self-reported"


def test_a_record_that_is_gone_is_self_reported(tmp_path: Path) -> None:
    root = kept(tmp_path)
    found = ResultStore(root / "results").scan()[0]
    (run_folder(root) / "record.json").unlink()
    assert read_verdicts(tmp_path / "verdicts")[0].lowest(found).tier == "self-reported"


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        '{"tier":"best","runs":{}}',
        '{"tier":[],"runs":{}}',
        '{"tier":"checked","runs":{"a":1}}',
        '{"tier":"checked","entries":{},"runs":{"a":{"record_sha256":"0","tier":"best","replayed_episodes":0}}}',
        '{"tier":"checked","entries":{},"runs":{"a":{"record_sha256":"0","tier":"checked","replayed_episodes":-1}}}',
        '{"tier":"re-evaluated","replayed_episodes":"9","runs":{}}',
    ],
)
def test_what_is_no_verdict_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.json").write_text(text)
    verdicts, problems = read_verdicts(tmp_path)
    assert verdicts.tiers == {}
    assert "bad.json" in problems[0]


def test_without_verdicts_all_is_self_reported(tmp_path: Path) -> None:
    verdicts, problems = read_verdicts(tmp_path / "nowhere")
    assert problems == []
    assert verdicts.lowest([]).tier == "self-reported"
