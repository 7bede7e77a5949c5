import dataclasses
import json
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import make_record, make_run

from mjbench.errors import RecordError, StoreError
from mjbench.policies.mlp import MlpPolicy
from mjbench.spec.record import RunRecord
from mjbench.store.codec import LARGEST_VALUE, SMALLEST_VALUE, dump_record, dump_run, load_record, load_run
from mjbench.store.frame import read_results
from mjbench.store.store import ResultStore
from mjbench.store.walk import RECORD

POLICY = MlpPolicy((np.ones((1, 2), np.float32),), (np.zeros(1, np.float32),), -np.ones(1), np.ones(1))


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    store, record = ResultStore(tmp_path), make_record(make_run())
    folder = store.write(record, POLICY)
    found = store.read(folder)
    assert found == dataclasses.replace(record, policy_sha256=found.policy_sha256)
    assert set(found.policy_sha256) == {"policy.json", "policy.safetensors"}
    assert store.has(record.run)


def test_a_finished_run_is_never_overwritten(tmp_path: Path) -> None:
    store, run = ResultStore(tmp_path), make_run()
    folder = store.write(make_record(run, 1.0))
    before = (folder / RECORD).read_bytes()
    with pytest.raises(StoreError, match="never overwritten"):
        store.write(make_record(run, 2.0))
    assert (folder / RECORD).read_bytes() == before


def test_failures_are_kept_and_superseded_by_success(tmp_path: Path) -> None:
    store, run = ResultStore(tmp_path), make_run()
    for error in ("first", "second"):
        store.write(RunRecord(run, "failed", error=error))
    assert [item.record.error for item in store.current()[0]] == ["second"]
    assert not store.has(run)
    store.write(make_record(run))
    assert [item.record.status for item in store.current()[0]] == ["completed"]
    assert len(store.scan()[0]) == 3


@pytest.mark.parametrize(
    ("harm", "cause"),
    [
        (lambda body: "{", "not JSON"),
        (lambda body: "[]", "not a JSON object"),
        (lambda body: json.dumps({**body, "schema": 99}), "newer mjbench"),
        (lambda body: json.dumps({**body, "schema": True}), "no schema"),
        (lambda body: json.dumps({**body, "surprise": 1}), "surprise"),
        (lambda body: json.dumps({**body, "run_id": "0" * 12}), "the file has"),
        (lambda body: json.dumps({**body, "status": "splendid"}), "status"),
        (lambda body: json.dumps({k: v for k, v in body.items() if k != "evaluations"}), "final policy"),
        (lambda body: json.dumps(body).replace('"episode_return": [0.0', '"episode_return": [NaN'), "NaN"),
        (lambda body: json.dumps({**body, "evaluations": {**body["evaluations"], "seed": [1]}}), "differ in length"),
        (lambda body: "[" * 100_000, "not JSON"),
    ],
)
def test_a_damaged_record_is_named_and_left_out(tmp_path: Path, harm, cause: str) -> None:
    store = ResultStore(tmp_path)
    good = store.write(make_record(make_run(seed=0)))
    bad = store.write(make_record(make_run(seed=1)))
    text = harm(json.loads((bad / RECORD).read_text()))
    (bad / RECORD).write_text(text)
    found, problems = store.scan()
    assert [item.path for item in found] == [good]
    assert len(problems) == 1
    assert str(bad) in problems[0]
    assert cause in problems[0]
    assert (bad / RECORD).read_text() == text


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_returns_survive_exactly_and_what_is_not_finite_becomes_unknown(value: float) -> None:
    record = make_record(make_run())
    table = dataclasses.replace(record.evaluations, episode_return=[value, 0.0, 1.0, 1.0, 1.0])
    back = load_record(dump_record(dataclasses.replace(record, evaluations=table)))
    known = None if not np.isfinite(value) or abs(value) > LARGEST_VALUE else value
    assert back.evaluations.episode_return[0] == (0.0 if known and abs(known) < SMALLEST_VALUE else known)


def test_a_completed_run_must_have_finite_final_returns() -> None:
    with pytest.raises(RecordError, match="final policy"):
        load_record(dump_record(make_record(make_run(), float("nan"))))


def test_runs_travel_as_json() -> None:
    assert load_run(dump_run(make_run())) == make_run()
    with pytest.raises(RecordError, match="damaged"):
        load_run(b'{"task": "a/B-v0"}')


def test_a_folder_that_cannot_be_written_is_a_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="--results"):
        ResultStore(tmp_path / "file" / "results").prepare()


def test_where_a_record_will_go_is_tried_before_training(tmp_path: Path) -> None:
    run, store = make_run(), ResultStore(tmp_path)
    store.prepare([run])
    assert {path.name for path in tmp_path.iterdir()} == {".work", ".partial"}, "nothing else is made"
    home = store.folder(run).parent
    home.parent.mkdir(parents=True)
    home.touch()  # a file in its place
    with pytest.raises(StoreError, match=f"cannot write results to {home}: Not a directory; choose another folder"):
        store.prepare([run])


def test_a_read_only_folder_of_a_task_is_found_before_training() -> None:
    run = make_run()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)  # root may write everywhere
        try:
            store = ResultStore(Path(folder) / "results")
            task = store.folder(run).parent.parent
            task.mkdir(parents=True)
            store.prepare([run])
            task.chmod(0o555)
            with pytest.raises(StoreError, match=f"cannot write results to {task}: Permission denied"):
                store.prepare([run])
            store.prepare()
        finally:
            os.seteuid(user)


def test_a_write_that_fails_half_way_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, run = ResultStore(tmp_path), make_run()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "rename", full)
    with pytest.raises(StoreError, match="No space left"):
        store.write(make_record(run), POLICY)
    assert store.scan() == ([], [])
    assert list((tmp_path / ".partial").iterdir()) == []


def test_records_are_one_pandas_table(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    for seed in range(3):
        store.write(make_record(make_run(seed=seed), float(seed)))
    table = read_results(tmp_path)
    assert len(table) == 15
    assert table.query("final").groupby("seed").episode_return.mean().tolist() == [0, 1, 2]
    assert set(table.columns) >= {"task", "algorithm", "seed", "step", "episode_return", "distance_m"}
    assert len(read_results(tmp_path, "training")) == 3
    assert len(read_results(tmp_path, "runs")) == 3
    nothing = read_results(tmp_path / "nothing")
    assert nothing.query("final").groupby("seed").episode_return.mean().empty
    assert set(nothing.columns) <= set(table.columns)
    for name in ("training", "runs"):
        assert set(read_results(tmp_path / "nothing", name).columns) <= set(read_results(tmp_path, name).columns)
