"""Tiers entry by entry: what one entry went through says nothing of another."""

import dataclasses
from pathlib import Path

import pytest
from made_up_submissions import MadeUpRegistry, honest, write_submission

from mjbench.errors import RecordError
from mjbench.spec.record import RunRecord, TrainingEpisodes
from mjbench.store.codec import dump_record
from mjbench.store.walk import RECORD
from mjbench.submission.report import Finding, Report
from mjbench.submission.validate import validate, with_findings
from mjbench.verify.retrain import draw


def under(record: RunRecord, algorithm: str, **changes) -> RunRecord:
    """The record as another algorithm's, with another curve."""
    returns = [float(len(algorithm)), float(record.run.seed)]
    training = TrainingEpisodes([10, 20], [*returns], [10, 10])
    return dataclasses.replace(
        record, run=dataclasses.replace(record.run, algorithm=algorithm), training=training, **changes
    )


def submission(root: Path) -> Report:
    """Three seeds of each of two entries, of which nothing was played yet."""
    write_submission(root, [under(honest(seed), name) for name in ("sac", "other") for seed in range(3)])
    report = validate(root, MadeUpRegistry())
    keep = [finding for finding in report.findings if finding.check != "duplicate"]  # the made-up policies are equal
    return dataclasses.replace(report, findings=tuple(keep))


def ids(report: Report, entry: str) -> list[str]:
    return [item.record.run.run_id for item in report.found if item.record.run.entry == entry]


def tiers(report: Report) -> dict[str, str]:
    return {entry: verified.text for entry, verified in report.entries.items()}


def test_one_run_trained_again_speaks_for_its_own_entry_alone(tmp_path: Path) -> None:
    report = submission(tmp_path / "s")
    played = {item.record.run.run_id: 3 for item in report.found}
    report = with_findings(report, replayed=played, retrained=ids(report, "sac")[:1])
    assert tiers(report) == {"other": "re-evaluated", "sac": "re-trained"}
    assert report.tier == "re-evaluated"
    body = report.as_json()
    assert {body["runs"][run_id]["tier"] for run_id in ids(report, "other")} == {"re-evaluated"}
    assert sum(run["retrained"] for run in body["runs"].values()) == 1


def test_the_policy_that_was_played_least_counts(tmp_path: Path) -> None:
    report = submission(tmp_path / "s")
    played = dict.fromkeys(ids(report, "sac"), 3) | dict.fromkeys(ids(report, "other")[:2], 1)
    report = with_findings(report, replayed=played)
    assert tiers(report) == {"other": "checked", "sac": "re-evaluated"}
    played |= {ids(report, "other")[2]: 2}
    assert tiers(with_findings(report, replayed=played))["other"] == "spot-checked (1 of 3 episodes)"


def test_an_error_refuses_its_own_entry_and_one_without_a_place_all(tmp_path: Path) -> None:
    report = submission(tmp_path / "s")
    place = str(next(i.path for i in report.found if i.record.run.entry == "sac").relative_to(report.path))
    one = with_findings(report, Finding("error", "policy", f"{place}/policy.json", "wrong"))
    assert tiers(one) == {"other": "checked", "sac": "refused"}
    assert one.tier == "refused"
    every = with_findings(report, Finding("error", "about", "submission.toml", "wrong"))
    assert set(tiers(every).values()) == {"refused"}


def test_a_run_that_failed_neither_lifts_nor_lowers_its_entry(tmp_path: Path) -> None:
    records = [honest(seed) for seed in range(2)]
    records.append(dataclasses.replace(honest(2), status="failed", error="x", policy_sha256={}))
    report = validate(write_submission(tmp_path / "s", records), MadeUpRegistry())
    assert tiers(report) == {"sac": "checked"}
    completed = [item.record.run.run_id for item in report.found if item.record.status == "completed"]
    report = with_findings(report, replayed=dict.fromkeys(completed, 3))
    assert tiers(report) == {"sac": "re-evaluated"}
    assert tiers(with_findings(report, retrained=completed[:1])) == {"sac": "re-trained"}


def test_a_run_of_every_entry_is_drawn_and_never_a_failed_one(tmp_path: Path) -> None:
    report = submission(tmp_path / "s")
    for _ in range(20):
        assert sorted(record.run.entry for record in draw(report.found)) == ["other", "sac"]
    seeds = {record.run.seed for _ in range(100) for record in draw(report.found)}
    assert seeds == {0, 1, 2}


def test_a_run_stands_no_higher_than_the_one_it_starts_from(tmp_path: Path) -> None:
    report = submission(tmp_path / "s")
    first, second = (next(i for i in report.found if i.record.run.entry == name) for name in ("sac", "other"))
    run = dataclasses.replace(second.record.run, source=first.record.run.run_id)
    second = dataclasses.replace(second, record=dataclasses.replace(second.record, run=run))
    report = dataclasses.replace(report, found=(first, second))
    played = {first.record.run.run_id: 1, run.run_id: 3}
    assert tiers(with_findings(report, replayed=played))["other"] == "spot-checked (1 of 3 episodes)"
    for _ in range(5):
        assert {record.run.run_id for record in draw(report.found)} == set(played)


def test_a_run_that_starts_from_one_elsewhere_is_not_trained_again_as_a_whole(tmp_path: Path) -> None:
    report = submission(tmp_path / "s")
    rows = []
    for item in (item for item in report.found if item.record.run.entry == "sac"):
        run = dataclasses.replace(item.record.run, source="0" * 12)
        rows.append(dataclasses.replace(item, record=dataclasses.replace(item.record, run=run)))
    ids_now = [item.record.run.run_id for item in rows]
    report = dataclasses.replace(report, found=tuple(rows), replayed=dict.fromkeys(ids_now, 3))
    assert tiers(report) == {"sac": "re-evaluated"}
    assert tiers(with_findings(report, retrained=ids_now[:1])) == {"sac": "re-evaluated"}


def test_a_verdict_is_not_given_to_a_record_that_changed_meanwhile(tmp_path: Path) -> None:
    report = submission(tmp_path / "s")
    assert report.as_json()["accepted"]
    other = report.found[0].record
    other = dataclasses.replace(other, error="another text")
    (report.found[0].path / RECORD).write_bytes(dump_record(other))
    with pytest.raises(RecordError, match="has changed since it was checked"):
        report.as_json()
