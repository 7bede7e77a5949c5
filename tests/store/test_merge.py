"""Results folders of several machines come together: nothing lost, nothing doubled, nothing overwritten."""

import contextlib
import itertools
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from faults import FAULTS, Dies, fault_at
from records import make_record, make_run
from robustness_files import make_robustness

from mjbench.errors import RecordError, StoreError
from mjbench.policies.mlp import MlpPolicy
from mjbench.spec.record import RunRecord
from mjbench.store.merge import carry_out, plan_merge
from mjbench.store.presets import keep_preset, preset_path
from mjbench.store.robustness import write_robustness
from mjbench.store.store import ResultStore
from mjbench.store.walk import RECORD

POLICY = MlpPolicy((np.ones((1, 2), np.float32),), (np.zeros(1, np.float32),), -np.ones(1), np.ones(1))
OTHER = MlpPolicy((np.zeros((1, 2), np.float32),), (np.zeros(1, np.float32),), -np.ones(1), np.ones(1))
RUNS = [make_run(seed=seed) for seed in range(4)]


def filled(root: Path, seeds: str, policy: MlpPolicy = POLICY, final: float = 1.0) -> ResultStore:
    store = ResultStore(root)
    for seed in map(int, seeds):
        store.write(make_record(RUNS[seed], final), policy)
    return store


def files(root: Path) -> dict[str, bytes]:
    """Everything that is no private file, by its path."""
    there = (path for path in root.rglob("*") if path.is_file())
    own = {path.relative_to(root).as_posix(): path.read_bytes() for path in there}
    return {name: body for name, body in own.items() if not name.startswith(".")}


def merged(sources: list[Path], into: Path) -> tuple[int, int]:
    merge = plan_merge(sources, into)
    assert (merge.conflicts, merge.problems) == ({}, [])
    carry_out(merge)
    return len(merge.copies), merge.same


def test_every_record_and_policy_is_there_once(tmp_path: Path) -> None:
    a, b, c = (tmp_path / name for name in "abc")
    filled(a, "012")
    filled(b, "123")
    (b / ".work" / RUNS[0].run_id / "snapshots").mkdir(parents=True)
    (b / ".work" / RUNS[0].run_id / "snapshots" / "1.json").write_text("{}")
    before = files(a) | files(b)
    assert merged([a, b], c) == (4, 2)
    assert files(c) == before
    assert list((c / ".work").iterdir()) == list((c / ".partial").iterdir()) == []
    assert merged([a, b], c) == (0, 6)
    assert merged([a, b], a) == (1, 5)
    assert files(a) == before


def test_failed_attempts_are_numbered_anew_and_not_doubled(tmp_path: Path) -> None:
    a, b = ResultStore(tmp_path / "a"), ResultStore(tmp_path / "b")
    for store, errors in ((a, ("first", "second")), (b, ("other", "first"))):
        for error in errors:
            store.write(RunRecord(RUNS[0], "failed", error=error))
    b.write(make_record(RUNS[0]), POLICY)
    assert merged([b.root], a.root) == (2, 1)
    assert [a.read(path).error for path in a.failures(RUNS[0])] == ["first", "second", "other"]
    assert a.has(RUNS[0])
    assert merged([a.root], b.root) == (1, 3)
    assert [b.read(path).error for path in b.failures(RUNS[0])] == ["other", "first", "second"]


def test_other_bytes_are_named_and_left_and_the_rest_is_copied(tmp_path: Path) -> None:
    a, b, c = (tmp_path / name for name in "abc")
    filled(a, "0")
    filled(b, "01", OTHER, final=2.0)
    filled(c, "0")
    before = files(c)
    merge = plan_merge([a, b], c)
    carry_out(merge)
    ours, theirs = (ResultStore(root).folder(RUNS[0]) for root in (c, b))
    assert merge.conflicts == {
        RUNS[0].run_id: f"{RUNS[0].label}: {theirs} and {ours} differ in record.json (evaluations: episode_return, "
        "policy_sha256: policy.safetensors), policy.safetensors"
    }
    assert before.items() < files(c).items()
    assert ResultStore(c).has(RUNS[1])


def test_two_sources_that_differ_are_named_with_both_paths(tmp_path: Path) -> None:
    a, b = (tmp_path / name for name in "ab")
    one, other = filled(a, "0"), filled(b, "0", final=2.0)
    (line,) = plan_merge([a, b], tmp_path / "c").conflicts.values()
    assert f"{other.folder(RUNS[0])} and {one.folder(RUNS[0])} differ in record.json (evaluations: ep" in line
    assert not (tmp_path / "c").exists()


def test_what_is_not_whole_is_named_and_left_out(tmp_path: Path) -> None:
    a = filled(tmp_path / "a", "0123")
    (a.folder(RUNS[0]) / RECORD).write_bytes((a.folder(RUNS[0]) / RECORD).read_bytes()[:-30])
    (a.folder(RUNS[1]) / "policy.json").unlink()
    (a.folder(RUNS[2]) / RECORD).unlink()
    weights = a.folder(RUNS[3]) / "policy.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    merge = plan_merge([a.root], tmp_path / "c")
    carry_out(merge)
    assert files(tmp_path / "c") == {}
    said = sorted(merge.problems)
    assert len(said) == 4
    for folder, line, why in zip(
        map(a.folder, RUNS), said, ("damaged", "policy.json: ", "it has no record.json", "another SHA-256"), strict=True
    ):
        assert line.startswith(str(folder))
        assert why in line


def test_a_source_that_changes_meanwhile_is_not_copied(tmp_path: Path) -> None:
    a = filled(tmp_path / "a", "0")
    merge = plan_merge([a.root], tmp_path / "c")
    (a.folder(RUNS[0]) / "policy.json").write_text("{}")
    with pytest.raises(RecordError, match="another SHA-256"):
        carry_out(merge)
    assert files(tmp_path / "c") == {}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    a = filled(tmp_path / "a", "0")
    (tmp_path / "elsewhere").mkdir()
    weights = a.folder(RUNS[0]) / "policy.safetensors"
    os.rename(weights, tmp_path / "elsewhere" / "weights")
    weights.symlink_to(tmp_path / "elsewhere" / "weights")
    assert len(plan_merge([a.root], tmp_path / "c").problems) == 1


def test_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere is not a folder$"):
        plan_merge([tmp_path / "nowhere"], tmp_path / "c")


@pytest.mark.parametrize("error", FAULTS, ids=["no space", "i/o error", "kill"])
def test_a_fault_at_any_call_leaves_whole_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException | None
) -> None:
    a = filled(tmp_path / "a", "01")
    for number in itertools.count(1):
        c = ResultStore(tmp_path / str(number))
        merge = plan_merge([a.root], c.root)
        with monkeypatch.context() as patch:
            calls = fault_at(patch, number, error)
            with contextlib.suppress(StoreError, Dies):
                carry_out(merge)
            reached = calls() >= number
        assert files(c.root).items() <= files(a.root).items(), number
        assert c.scan()[1] == [], number
        merged([a.root], c.root)
        assert files(c.root) == files(a.root), number
        if not reached:
            break


def test_robustness_files_come_along_and_are_added_to_what_is_there(tmp_path: Path) -> None:
    a, b, c = (tmp_path / name for name in "abc")
    for root in (a, b):
        filled(root, "0")
    folder = ResultStore(a).folder(RUNS[0])
    write_robustness(folder, make_robustness(ResultStore(a).read(folder)))
    before = files(a)
    assert merged([a], c) == (1, 0)  # a new run
    assert files(c) == before
    merge = plan_merge([a], b)  # a run that is there
    assert (len(merge.robustness), merge.same) == (1, 1)
    carry_out(merge)
    assert files(b) == before
    assert plan_merge([a], b).robustness == {}


def test_robustness_files_that_differ_or_are_damaged_are_named(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    for root, pushed in ((a, 0.5), (b, 0.25)):
        filled(root, "0")
        folder = ResultStore(root).folder(RUNS[0])
        write_robustness(folder, make_robustness(ResultStore(root).read(folder), 1.0, (pushed,)))
    before = files(b)
    (line,) = plan_merge([a], b).conflicts.values()
    assert line.endswith("robustness-standard-1.json differ")
    next(a.rglob("robustness-*")).write_text("{}")
    merge = plan_merge([a], b)
    assert len(merge.problems) == 1
    assert "robustness-standard-1.json: damaged" in merge.problems[0]
    carry_out(merge)
    assert files(b) == before


TUNED = replace(make_run(), preset="tuned-3fa9c1d2")


def tuned(root: Path, text: str | None) -> Path:
    """A folder with a run whose preset is from a file, and the file."""
    ResultStore(root).write(make_record(TUNED), POLICY)
    keep_preset(root, "other-00000000", "of no run\n")
    if text is not None:
        keep_preset(root, TUNED.preset, text)
    return root


def test_preset_files_go_along_with_the_runs_that_have_them(tmp_path: Path) -> None:
    a, b = tuned(tmp_path / "a", "[default]\n"), tmp_path / "b"
    assert merged([a], b) == (1, 0)
    assert preset_path(b, TUNED.preset).read_bytes() == b"[default]\n"
    assert not preset_path(b, "other-00000000").exists()
    preset_path(b, TUNED.preset).unlink()
    assert merged([a], b) == (0, 1)
    assert preset_path(b, TUNED.preset).read_bytes() == b"[default]\n", "also where the record was there before"
    assert merged([tuned(tmp_path / "c", None)], b) == (0, 1)


def test_a_preset_file_with_another_ledger_is_named_and_left(tmp_path: Path) -> None:
    a, b = tuned(tmp_path / "a", "new = 1\n"), tuned(tmp_path / "b", "old = 1\n")
    merge = plan_merge([a], b)
    assert list(merge.conflicts) == [TUNED.preset]
    assert "keep the one of more trials" in merge.conflicts[TUNED.preset]
    carry_out(merge)
    assert preset_path(b, TUNED.preset).read_bytes() == b"old = 1\n"


@pytest.mark.parametrize(("damaged", "why"), [(b"[default\n", "at line 1"), (b"\xff", "not UTF-8 text")])
def test_a_preset_file_that_cannot_be_read_is_a_problem_and_not_copied(
    damaged: bytes, why: str, tmp_path: Path
) -> None:
    a = tuned(tmp_path / "a", "[default]\n")
    preset_path(a, TUNED.preset).write_bytes(damaged)
    merge = plan_merge([a], tmp_path / "b")
    (problem,) = merge.problems
    assert str(preset_path(a, TUNED.preset)) in problem
    assert why in problem
    carry_out(merge)
    assert not preset_path(tmp_path / "b", TUNED.preset).exists()
    assert len(merge.copies) == 1, "the record itself is whole"


def test_a_preset_file_that_is_a_link_or_too_large_is_a_problem(tmp_path: Path) -> None:
    a = tuned(tmp_path / "a", "x" * (2**20 + 1))
    assert "too large" in plan_merge([a], tmp_path / "b").problems[0]
    path = preset_path(a, TUNED.preset)
    path.unlink()
    path.symlink_to(preset_path(a, "other-00000000"))
    merge = plan_merge([a], tmp_path / "b")
    assert "it is a link" in merge.problems[0]
    carry_out(merge)
    assert not preset_path(tmp_path / "b", TUNED.preset).exists()
