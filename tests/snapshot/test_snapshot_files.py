"""Snapshots on the disk: whole or not there, two generations, rows written once, whatever the disk does meanwhile."""

import contextlib
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faults import FAULTS, Dies, fault_at
from hypothesis import given, settings
from hypothesis import strategies as st

from mjbench.api.session import Rows
from mjbench.snapshot import replay_rows as rows_module
from mjbench.snapshot.files import Snapshots
from mjbench.snapshot.mujoco_state import Unresumable

ORIGIN = {"run": "0123456789ab", "mujoco": "3.17.0"}


class Buffer:
    """A replay buffer of ``capacity`` rows that counts."""

    def __init__(self, capacity: int = 8, written: int = 0) -> None:
        self.arrays = {"a": np.zeros((capacity, 2, 3)), "b": np.zeros((capacity, 2), np.float32)}
        self.written = 0
        self.add(written)

    def add(self, count: int) -> "Buffer":
        for _ in range(count):
            for array in self.arrays.values():
                array[self.written % len(array)] = self.written + 1
            self.written += 1
        return self

    @property
    def rows(self) -> Rows:
        return Rows(self.arrays, self.written)


def load(folder: Path, capacity: int = 8, origin: Any = ORIGIN) -> tuple[bytes, Buffer] | None:
    """What a new process finds."""
    snapshots, buffer = Snapshots(folder, origin), Buffer(capacity)
    found = snapshots.latest()
    return (snapshots.read(found, buffer.rows), buffer) if found else None


def same(a: Buffer, b: Buffer) -> bool:
    return all(np.array_equal(a.arrays[name], b.arrays[name]) for name in a.arrays)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=8), st.integers(0, 7))
@settings(max_examples=40, deadline=None)
def test_a_buffer_comes_back_however_it_wrapped(tmp_path_factory, steps: list[int], restart: int) -> None:
    folder, buffer = tmp_path_factory.mktemp("snapshots"), Buffer()
    snapshots = Snapshots(folder, ORIGIN)
    for i, step in enumerate(steps):
        if i == restart:  # another process goes on
            snapshots = Snapshots(folder, ORIGIN)
            snapshots.latest()
        snapshots.write(i, b"state %d" % i, buffer.add(step).rows)
    found = load(folder)
    assert found is not None
    assert found[0] == b"state %d" % (len(steps) - 1)
    assert same(found[1], buffer)
    assert sum(path.suffix == ".json" for path in folder.iterdir()) <= 2


def test_only_new_rows_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spans: list[tuple[int, int]] = []
    real = rows_module.write_rows
    monkeypatch.setattr(
        "mjbench.snapshot.files.write_rows",
        lambda path, rows, first, end: spans.append((first, end)) or real(path, rows, first, end),
    )
    snapshots, buffer = Snapshots(tmp_path, ORIGIN), Buffer(100)
    for count in (10, 0, 30, 500, 5):
        snapshots.write(0, b"", buffer.add(count).rows)
    assert spans == [(0, 10), (10, 40), (440, 540), (540, 545)]


def test_rows_that_were_overwritten_leave_the_disk(tmp_path: Path) -> None:
    snapshots, buffer = Snapshots(tmp_path, ORIGIN), Buffer(10)
    for _ in range(20):
        snapshots.write(0, b"", buffer.add(5).rows)
    files = sorted(path.name for path in tmp_path.glob("rows-*"))
    assert files == ["rows-85-90.bin", "rows-90-95.bin", "rows-95-100.bin"]


def test_only_what_mattered_when_it_was_written_is_compared(tmp_path: Path) -> None:
    Snapshots(tmp_path, {**ORIGIN, "envpool": "1.2"}, lambda name: name != "envpool").write(1, b"one", Buffer().rows)
    assert load(tmp_path) is not None
    assert load(tmp_path, origin={**ORIGIN, "envpool": "1.3", "shimmy": "2.0"}) is not None
    other = Snapshots(tmp_path, {**ORIGIN, "mujoco": "3.18.0"})
    assert other.latest() is None
    assert other.problems == ["snapshot 1: made with other software (mujoco: saved 3.17.0, installed 3.18.0)"]
    without = Snapshots(tmp_path, {"run": ORIGIN["run"]})
    assert without.latest() is None
    assert "mujoco: saved 3.17.0, installed None" in without.problems[0]
    assert load(tmp_path) is not None, "it stays for where it was made"


def truncate(path: Path) -> None:
    with open(path, "r+b") as file:
        file.truncate(path.stat().st_size // 2)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


@pytest.mark.parametrize("harm", [truncate, flip, Path.unlink])
@pytest.mark.parametrize("file", ["2.json", "2.state", "rows-3-6.bin"])
def test_a_torn_snapshot_falls_back_to_the_one_before(tmp_path: Path, harm: Callable[[Path], Any], file: str) -> None:
    snapshots, buffer = Snapshots(tmp_path, ORIGIN), Buffer(8, 3)
    snapshots.write(1, b"one", buffer.rows)
    snapshots.write(2, b"two", buffer.add(3).rows)
    harm(tmp_path / file)
    found = load(tmp_path)
    assert found is not None
    assert found[0] == b"one"
    assert same(found[1], Buffer(8, 3))
    # and whoever goes on from there leaves something whole
    again = Snapshots(tmp_path, ORIGIN)
    again.latest()
    again.write(3, b"three", Buffer(8, 7).rows)
    found = load(tmp_path)
    assert found is not None
    assert (found[0], same(found[1], Buffer(8, 7))) == (b"three", True)


def test_nothing_whole_is_nothing(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path, ORIGIN)
    assert load(tmp_path / "missing") is None
    snapshots.write(1, b"one")
    flip(tmp_path / "1.state")
    snapshots = Snapshots(tmp_path, ORIGIN)
    assert snapshots.latest() is None
    assert snapshots.problems == ["snapshot 1: 1.state is damaged"]


def test_a_snapshot_of_other_software_is_named_and_not_used(tmp_path: Path) -> None:
    Snapshots(tmp_path, ORIGIN).write(1, b"one")
    snapshots = Snapshots(tmp_path, {**ORIGIN, "mujoco": "4.0.0"})
    assert snapshots.latest() is None
    assert "mujoco: saved 3.17.0, installed 4.0.0" in snapshots.problems[0]
    assert Snapshots(tmp_path, ORIGIN).latest() is not None  # with the old software it is of use again


def test_a_buffer_of_another_shape_is_refused(tmp_path: Path) -> None:
    Snapshots(tmp_path, ORIGIN).write(1, b"one", Buffer(8, 3).rows)
    with pytest.raises(Unresumable, match="layout"):
        load(tmp_path, capacity=9)


@pytest.mark.parametrize("error", FAULTS, ids=["no space", "i/o error", "kill"])
def test_a_fault_at_any_call_leaves_the_old_snapshot_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException | None
) -> None:
    for number in itertools.count(1):
        folder = tmp_path / str(number)
        snapshots, buffer = Snapshots(folder, ORIGIN), Buffer(8)
        for step in (1, 2):
            snapshots.write(step, b"%d" % step, buffer.add(5).rows)
        with monkeypatch.context() as patch:
            calls = fault_at(patch, number, error)
            with contextlib.suppress(OSError, Dies):
                snapshots.write(3, b"3", buffer.add(5).rows)
            reached = calls() >= number
        found = load(folder)
        assert found is not None, number
        assert found[0] in (b"2", b"3"), number
        assert same(found[1], Buffer(8, 5 * int(found[0]))), number
        if error is not None:  # the process lives on: its next snapshot is whole, and nothing piles up
            snapshots.write(4, b"4", buffer.add(1).rows)
            found = load(folder)
            assert found is not None
            assert (found[0], same(found[1], buffer)) == (b"4", True), number
            assert len(list(folder.glob("*.state"))) == 2, number
        if not reached:
            assert number > 6
            break
