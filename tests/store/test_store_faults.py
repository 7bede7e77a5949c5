"""A fault at any call while a record is written leaves a store that reads clean."""

import contextlib
import itertools
from pathlib import Path

import numpy as np
import pytest
from faults import FAULTS, Dies, fault_at
from records import make_record, make_run

from mjbench.errors import StoreError
from mjbench.policies.mlp import MlpPolicy
from mjbench.store.store import ResultStore

POLICY = MlpPolicy((np.ones((1, 2), np.float32),), (np.zeros(1, np.float32),), -np.ones(1), np.ones(1))


@pytest.mark.parametrize("error", FAULTS, ids=["no space", "i/o error", "kill"])
def test_a_fault_at_any_call_leaves_no_record_or_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException | None
) -> None:
    run, earlier = make_run(), make_run(algorithm="td3")
    for number in itertools.count(1):
        store = ResultStore(tmp_path / str(number))
        store.write(make_record(earlier), POLICY)
        with monkeypatch.context() as patch:
            calls = fault_at(patch, number, error)
            with contextlib.suppress(StoreError, Dies):
                store.write(make_record(run), POLICY)
            reached = calls() >= number
        found, problems = ResultStore(store.root).scan()
        assert not problems, number
        ids = {earlier.run_id, run.run_id} if store.has(run) else {earlier.run_id}
        assert {item.record.run.run_id for item in found} == ids, number
        if not store.has(run):
            store.write(make_record(run), POLICY)
        assert store.read(store.folder(run)).policy_sha256
        store.clear_work([run])
        assert list((store.root / ".partial").iterdir()) == []
        if not reached:
            assert number > 6
            break
