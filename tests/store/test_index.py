"""The index of a results folder never changes what is found: stale, cut off, forged or refused, it only costs time."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from records import make_record, make_run

from mjbench.spec.record import Evaluations, RunRecord
from mjbench.store import index
from mjbench.store.codec import dump_record
from mjbench.store.store import ResultStore
from mjbench.store.walk import RECORD

SEEDS = range(6)
TICK_S = 0.05
"""Longer than the ticks in which file systems count: a file of the same tick as the look at it is not settled."""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ResultStore]:
    """A results folder whose index is written, with a key of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(index, "FEWEST", 1)
    monkeypatch.setattr(index, "SETTLED_NS", 0)
    store = ResultStore(tmp_path / "results")
    for seed in SEEDS:
        store.write(make_record(make_run(seed=seed)))
    time.sleep(TICK_S)
    store.scan(training=False)
    assert path(store).is_file()
    yield store
    assert_the_same(store)


def path(store: ResultStore) -> Path:
    return next((store.root / ".index").glob("records-*.bin"))


def lean(record: RunRecord) -> bytes:
    """A record as bytes, without its training episodes."""
    return dump_record(replace(record, training=type(record.training)()))


def seen(store: ResultStore, training: bool) -> list[tuple[Path, bytes]]:
    return [(item.path, lean(item.record)) for item in store.scan(training)[0]]


def assert_the_same(store: ResultStore) -> None:
    assert seen(store, training=False) == seen(store, training=True)


def reads(store: ResultStore, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many record files a scan opens."""
    time.sleep(TICK_S)
    opened: list[str] = []
    real = index.read_file.__globals__["read_with_status"]
    monkeypatch.setattr(
        "mjbench.store.store.read_with_status", lambda path, limit: (opened.append(str(path)), real(path, limit))[1]
    )
    store.scan(training=False)
    return sum(path.endswith("record.json") for path in opened)


def test_with_an_index_no_record_is_read(store: ResultStore, monkeypatch) -> None:
    assert reads(store, monkeypatch) == 0


def test_every_part_of_a_record_comes_back(tmp_path: Path, store: ResultStore, monkeypatch) -> None:
    table = Evaluations(
        [50, 100, 100], [1_000_000] * 3, [None, -0.0, 1e-90], [1, 2, 3], [True, False, True], {"b": [None, 1.5, 2.0]}
    )
    run = replace(make_run(seed=9), source="0" * 12, preset="zoo", variant="gamma=0.9")
    record = make_record(run)
    odd = {"finished": None, "packages": {"mujoco": "3"}, "n": [1, 1.0, True]}
    record = replace(record, evaluations=table, status="failed", error="it broke", provenance=odd)
    store.write(record)
    time.sleep(TICK_S)
    store.scan(training=False)
    assert reads(store, monkeypatch) == 0
    (found,) = [item for item in store.scan(training=False)[0] if item.record.run.seed == 9]
    assert lean(found.record) == lean(record)
    assert str(found.record.evaluations.episode_return[1]) == "-0.0"
    assert found.record.run.preset_id == record.run.preset_id
    assert [type(value) for value in found.record.provenance["n"]] == [int, float, bool]


def test_what_does_not_fit_is_read_each_time(store: ResultStore, monkeypatch) -> None:
    record = make_record(make_run(seed=9))
    table = replace(record.evaluations, episode_length=[2**40] * len(record.evaluations.step))
    store.write(replace(record, evaluations=table))
    assert reads(store, monkeypatch) == 1
    assert reads(store, monkeypatch) == 1


def test_a_record_changed_at_equal_size_with_its_times_set_back_is_read_again(store: ResultStore) -> None:
    file = store.folder(make_run(seed=0)) / RECORD
    before = file.stat()
    data = file.read_bytes()
    changed = data.replace(b'"final"' if b'"final"' in data else b"0.5", b"0.7", 1)
    assert len(changed) == len(data)
    assert changed != data
    file.write_bytes(changed)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat()
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (before.st_size, before.st_mtime_ns, before.st_ino)


def test_a_record_that_was_touched_is_read_again(store: ResultStore, monkeypatch) -> None:
    (store.folder(make_run(seed=0)) / RECORD).touch()
    assert reads(store, monkeypatch) == 1


def test_records_that_come_and_go(store: ResultStore) -> None:
    store.write(make_record(make_run(seed=9)))
    assert_the_same(store)
    gone = store.folder(make_run(seed=0))
    (gone / RECORD).unlink()
    assert gone not in [item.path for item in store.scan(training=False)[0]]


def test_a_record_that_became_unreadable_is_left_out(store: ResultStore) -> None:
    (store.folder(make_run(seed=0)) / RECORD).write_bytes(b"{")
    assert store.scan(training=False)[1] == store.scan(training=True)[1] != []


def test_a_record_that_became_a_link_is_left_out(store: ResultStore, tmp_path: Path) -> None:
    file = store.folder(make_run(seed=0)) / RECORD
    file.rename(tmp_path / "elsewhere.json")
    file.symlink_to(tmp_path / "elsewhere.json")
    assert "link" in store.scan(training=False)[1][0]


@pytest.mark.parametrize("size", [0, 1, 15, 40, 60, -1, -8])
def test_an_index_that_was_cut_off(store: ResultStore, size: int) -> None:
    file = path(store)
    file.write_bytes(file.read_bytes()[:size])
    assert_the_same(store)


def test_every_flipped_byte_makes_the_index_void(store: ResultStore) -> None:
    data = path(store).read_bytes()
    for place in range(0, len(data), max(1, len(data) // 60)):
        path(store).write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert index.load(store.root) is None
    path(store).write_bytes(data)
    assert index.load(store.root) is not None


def test_an_index_that_somebody_else_wrote_is_not_used(store: ResultStore, tmp_path: Path, monkeypatch) -> None:
    """It holds other scores, under the right sizes and times, and even lies under the right name."""
    file = path(store)
    forged = file.read_bytes().replace(b"0.5", b"0.9")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    assert index.load(store.root) is None
    store.scan(training=False)
    (mine,) = set((store.root / ".index").glob("records-*.bin")) - {file}
    mine.write_bytes(forged)
    assert index.load(store.root) is None


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_an_index_that_is_no_file(store: ResultStore, tmp_path: Path, kind: str) -> None:
    file = path(store)
    file.rename(tmp_path / "elsewhere.bin")
    if kind == "link":
        file.symlink_to(tmp_path / "elsewhere.bin")
    elif kind == "folder":
        file.mkdir()
    else:
        os.mkfifo(file)
    assert index.load(store.root) is None


def test_a_folder_that_takes_no_index(store: ResultStore) -> None:
    path(store).unlink()
    (store.root / ".index").rmdir()
    (store.root / ".index").write_text("not a folder")


def test_a_folder_of_the_index_that_leads_elsewhere(store: ResultStore, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (store.root / ".index").rename(tmp_path / "before")
    elsewhere.mkdir()
    (store.root / ".index").symlink_to(elsewhere)
    assert_the_same(store)
    assert list(elsewhere.iterdir()) == []


def test_no_place_for_a_key(store: ResultStore, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert index.load(store.root) is None


def test_a_file_that_changed_a_moment_ago_gets_no_row(store: ResultStore, monkeypatch) -> None:
    path(store).unlink()
    monkeypatch.setattr(index, "SETTLED_NS", 3600 * 10**9)
    store.scan(training=False)
    assert reads(store, monkeypatch) == len(SEEDS)


def test_reading_all_again_names_a_change_that_left_no_trace(store: ResultStore, monkeypatch) -> None:
    """Such as on a disk that lost a write: the file's times are those of the index."""
    file = store.folder(make_run(seed=0)) / RECORD
    file.write_bytes(file.read_bytes().replace(b"0.5", b"0.7", 1))
    table = index.load(store.root)
    assert table is not None
    kept = {f"{store.root}/{folder}": table.identity(row) for row, folder in enumerate(table.folders)}
    monkeypatch.setattr("mjbench.store.store._identity", kept.get)
    again = ResultStore(store.root, index=False)
    assert seen(again, training=False) == seen(store, training=True)
    assert again.untraced == [str(file.parent)]
    monkeypatch.undo()


def test_two_processes_that_write_at_once(store: ResultStore) -> None:
    code = (
        "import sys; from pathlib import Path; from mjbench.store import index\n"
        "index.FEWEST = 1; index.SETTLED_NS = 0\n"
        "from mjbench.store.store import ResultStore\n"
        "for _ in range(20):\n"
        "    for path in Path(sys.argv[1], '.index').glob('records-*'): path.unlink(missing_ok=True)\n"
        "    assert len(ResultStore(Path(sys.argv[1])).scan(training=False)[0]) == 6\n"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, str(store.root)]) for _ in range(3)]
    assert [process.wait() for process in started] == [0, 0, 0]
    assert not list((store.root / ".index").glob("*.tmp"))


def test_a_small_folder_has_no_index(tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "results")
    store.write(make_record(make_run()))
    store.scan(training=False)
    assert not (store.root / ".index").exists()


def test_git_ignores_the_index() -> None:
    root = Path(__file__).parents[2]
    assert ".index/" in (root / ".gitignore").read_text().splitlines()


def test_the_head_is_json_and_holds_no_pickle(store: ResultStore) -> None:
    data = path(store).read_bytes()[48:]
    assert json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["folders"]
