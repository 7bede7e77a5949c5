"""Robustness files: written once, read back the same, and refused with one line where anything is wrong."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from records import make_record, make_run
from robustness_files import make_robustness, with_policy

from mjbench.errors import RecordError, StoreError
from mjbench.spec.record import RunRecord
from mjbench.store.found import Found
from mjbench.store.robustness import (
    dump_robustness,
    load_robustness,
    read_beside,
    read_robustness,
    robustness_files,
    write_robustness,
)


@pytest.fixture
def record() -> RunRecord:
    return with_policy(make_record(make_run()))


def test_a_file_comes_back_as_it_was_written(record: RunRecord, tmp_path: Path) -> None:
    played = make_robustness(record)
    path = write_robustness(tmp_path, played)
    assert path.name == "robustness-standard-1.json"
    assert read_robustness(path, record) == played
    assert robustness_files(tmp_path) == [path.name]
    assert read_beside([Found(tmp_path, record)]) == ({record.run.run_id: [played]}, [])


def test_it_is_written_once(record: RunRecord, tmp_path: Path) -> None:
    path = write_robustness(tmp_path, make_robustness(record))
    before = path.read_bytes()
    with pytest.raises(StoreError, match="exists; such a file is written once"):
        write_robustness(tmp_path, make_robustness(record, 7.0))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_writer_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from mjbench.io.files import write_once\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_once(Path(sys.argv[1]), b'x' * 100_000)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "file.json")])
    assert done.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []


def changed(change: Callable[[dict[str, Any]], Any]) -> Callable[[bytes], bytes]:
    def apply(data: bytes) -> bytes:
        body = json.loads(data)
        change(body)
        return json.dumps(body).encode()

    return apply


def _row(name: str, at: int, value: Any) -> Callable[[bytes], bytes]:
    return changed(lambda body: body["episodes"][name].__setitem__(at, value))


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut short": (lambda data: data[:100], "damaged"),
    "an unknown field": (changed(lambda body: body.update(extra=1)), "extra: Unexpected keyword"),
    "a missing field": (changed(lambda body: body.pop("scales")), "scales"),
    "a key twice": (lambda data: data.replace(b'{"run_id"', b'{"version":1,"run_id"', 1), "the key 'version' twice"),
    "NaN": (lambda data: data.replace(b"0.5", b"NaN", 1), "damaged"),
    "a text for a number": (_row("episode_return", 0, "1.0"), "valid number"),
    "other lengths": (changed(lambda body: body["episodes"]["seed"].pop()), "differ in length"),
    "no episodes": (changed(lambda body: [c.clear() for c in body["episodes"].values() if c]), "no episodes"),
    "a huge return": (_row("episode_return", 0, 1e200), "too large"),
    "a negative length": (_row("episode_length", 0, -1), "below 0"),
    "a negative strength": (_row("strength", 5, -2.0), "below 0"),
    "an undisturbed strength": (_row("strength", 1, 1.0), "undisturbed"),
    "scattered rows": (_row("strength", 5, 1.0), "stand together"),
    "other seeds": (_row("seed", 5, 7), "same seeds"),
    "a seed twice": (changed(lambda body: body["episodes"].update(seed=[7] * 6)), "same seeds"),
    "falling strengths": (
        changed(lambda body: body["episodes"].update(strength=[0.0, 0.0, 2.0, 2.0, 1.0, 1.0])),
        "ascending strength",
    ),
    "no undisturbed rows": (changed(lambda body: body["episodes"]["condition"].__setitem__(0, "push")), "undisturbed"),
    "an odd condition": (
        changed(lambda body: body["absent"].update({"<b>": "x"})),
        "cannot be the name of a condition",
    ),
    "an absent condition that was played": (changed(lambda body: body["absent"].update(push="x")), "was played"),
    "a scale too many": (changed(lambda body: body["scales"].update(payload=1.0)), "scales and played conditions"),
    "a scale of 0": (changed(lambda body: body["scales"].update(push=0.0)), "scale"),
    "a path for a set": (changed(lambda body: body.update(set="../x")), "no disturbance set"),
    "a newer schema": (changed(lambda body: body.update(schema=2)), "another mjbench"),
    "another run": (changed(lambda body: body.update(run_id="0" * 12)), "it is of run 000000000000"),
    "another policy": (changed(lambda body: body.update(policy_sha256={"policy.json": "1" * 64})), "another policy"),
    "another version than its name": (changed(lambda body: body.update(version=2)), "its name is wrong"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_wrong_is_refused_with_one_line(damage: str, record: RunRecord, tmp_path: Path) -> None:
    change, message = DAMAGES[damage]
    path = write_robustness(tmp_path, make_robustness(record))
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(RecordError, match=message) as error:
        read_robustness(path, record)
    assert "\n" not in str(error.value)
    played, problems = read_beside([Found(tmp_path, record)])
    assert not played
    assert len(problems) == 1
    assert f"run {record.run.run_id}: {path.name}: " in problems[0]


def test_returns_that_are_not_finite_are_kept_as_unknown(record: RunRecord) -> None:
    played = make_robustness(record, 1.0, (float("nan"), float("inf")))
    assert load_robustness(dump_robustness(played)).episodes.episode_return == [1.0, 1.0, None, None, None, None]


def test_failed_runs_have_none(record: RunRecord, tmp_path: Path) -> None:
    write_robustness(tmp_path, make_robustness(record))
    assert read_beside([Found(tmp_path, replace(record, status="failed"))]) == ({}, [])
