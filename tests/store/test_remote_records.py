"""Records go to a remote and come back byte for byte, once."""

from pathlib import Path

import numpy as np
import pytest
from records import make_record, make_run

from mjbench.policies.mlp import MlpPolicy
from mjbench.spec.record import failure
from mjbench.store.remote import open_remote
from mjbench.store.remote_api import RemoteError
from mjbench.store.remote_records import download_records, download_run, has_records, upload_records
from mjbench.store.store import ResultStore

POLICY = MlpPolicy((np.ones((1, 2), np.float32),), (np.zeros(1, np.float32),), -np.ones(1), np.ones(1))


def files(root: Path) -> dict[str, bytes]:
    paths = (path for path in root.rglob("*") if path.is_file() and ".partial" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def test_records_travel_byte_for_byte_and_only_once(remote_url: str, tmp_path: Path) -> None:
    remote, here, there = open_remote(remote_url), ResultStore(tmp_path / "here"), ResultStore(tmp_path / "there")
    runs = [make_run(seed=seed) for seed in range(3)]
    for run in runs:
        here.write(make_record(run), POLICY)
        upload_records(remote, here, run)
    upload_records(remote, here, runs[0])
    assert has_records(remote, [*runs, make_run(seed=9)], here) == {run.run_id for run in runs}
    download_run(remote, there, runs[2])
    assert [there.has(run) for run in runs] == [False, False, True]
    assert download_records(remote, there) == 2
    assert download_records(remote, there) == 0
    assert files(there.root) == files(here.root)
    assert {key: seen.data for key in remote.listed() if (seen := remote.look(key))} == files(here.root)


def test_a_record_with_other_bytes_is_an_error_with_its_name(remote_url: str, tmp_path: Path) -> None:
    remote, run = open_remote(remote_url), make_run()
    one, other = ResultStore(tmp_path / "one"), ResultStore(tmp_path / "other")
    one.write(make_record(run), POLICY)
    other.write(make_record(run, final=2.0), POLICY)
    upload_records(remote, one, run)
    before = {key: remote.look(key) for key in remote.listed()}
    with pytest.raises(
        RemoteError, match=f"{run.run_id}/record.json is there with other bytes; records are never over"
    ):
        upload_records(remote, other, run)
    assert {key: seen.data for key, seen in before.items() if seen} == files(one.root)


def test_a_policy_without_its_record_is_no_record_and_is_written_over(remote_url: str, tmp_path: Path) -> None:
    remote, run, store = open_remote(remote_url), make_run(), ResultStore(tmp_path / "here")
    store.write(make_record(run), POLICY)
    home = store.folder(run).relative_to(store.root).as_posix()
    remote.create(f"{home}/policy.safetensors", b"of a worker that was killed")
    assert download_records(remote, ResultStore(tmp_path / "there")) == 0
    upload_records(remote, store, run)
    assert download_records(remote, ResultStore(tmp_path / "there")) == 1
    assert files(tmp_path / "there") == files(store.root)


def test_failed_attempts_get_the_next_number_on_either_side(remote_url: str, tmp_path: Path) -> None:
    remote, run = open_remote(remote_url), make_run()
    stores = [ResultStore(tmp_path / str(i)) for i in range(3)]
    for store, why in zip(stores, ("the first", "the second", "the first"), strict=True):
        store.write(failure(run, why))
        upload_records(remote, store, run)
        upload_records(remote, store, run)
    assert len([key for key in remote.listed() if key.endswith("record.json")]) == 2
    assert [download_records(remote, store) for store in stores] == [1, 1, 1]
    assert [download_records(remote, store) for store in stores] == [0, 0, 0]
    for store in stores:
        assert {store.read(folder).error for folder in store.failures(run)} == {"the first", "the second"}
    assert stores[0].failures(run)[0].name.endswith("-failed-1")


@pytest.mark.parametrize("harm", ["cut", "moved", "outside", "policy"])
def test_a_damaged_record_is_left_out_and_named(harm: str, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    remote, run, store = open_remote(str(tmp_path / "shared")), make_run(), ResultStore(tmp_path / "here")
    good = make_run(seed=1)
    for each in (run, good):
        store.write(make_record(each), POLICY)
    upload_records(remote, store, good)
    home, body = store.folder(run).relative_to(store.root).as_posix(), files(store.folder(run))
    if harm == "cut":
        body["record.json"] = body["record.json"][:-20]
    if harm == "policy":
        body["policy.safetensors"] += b"x"
    where = {"moved": home.replace("sac", "td3"), "outside": f"a/../../{home}"}.get(harm, home)
    for name, data in body.items():
        (tmp_path / "shared" / "a").mkdir(exist_ok=True)
        path = tmp_path / "shared" / where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    lines: list[str] = []
    there = ResultStore(tmp_path / "there")
    assert download_records(remote, there, tell=lines.append) == 1
    assert there.has(good)
    assert not there.has(run)
    assert len(lines) == (0 if harm == "outside" else 1)
    assert all(line.startswith(f"left out: {remote.url}/{where}: ") for line in lines)
    assert list((there.root / ".partial").iterdir()) == []
