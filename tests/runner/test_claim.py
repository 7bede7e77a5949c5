"""One worker a run, on this machine and on others."""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mjbench.runner import claim as claim_module
from mjbench.runner.claim import Claim, is_claimed, strange_claim
from mjbench.runner.process import place
from mjbench.runner.progress import read_progress


def test_one_takes_it_the_other_leaves(tmp_path: Path) -> None:
    first, second = Claim(tmp_path), Claim(tmp_path)
    assert first.take()
    assert not second.take()
    assert is_claimed(tmp_path)
    first.release()
    assert not is_claimed(tmp_path)
    assert second.take()
    second.release()
    assert list(tmp_path.iterdir()) == []


def test_the_claim_of_a_killed_worker_is_taken_over(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from mjbench.runner.claim import Claim; "
        "assert Claim(Path(sys.argv[1])).take(); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)])
    assert (tmp_path / "claim.json").exists()
    assert not is_claimed(tmp_path)
    mine = Claim(tmp_path)
    assert mine.take()
    assert mine.held()
    mine.release()


def test_a_process_number_used_again_is_not_taken_for_the_worker(tmp_path: Path) -> None:
    assert Claim(tmp_path).take()
    body = json.loads((tmp_path / "claim.json").read_text())
    (tmp_path / "claim.json").write_text(json.dumps({**body, "started": "1"}))
    assert not is_claimed(tmp_path)


def test_on_another_machine_the_heartbeat_decides(tmp_path: Path) -> None:
    assert Claim(tmp_path).take()
    path = tmp_path / "claim.json"
    body = json.loads(path.read_text())
    path.write_text(json.dumps({**body, "place": "elsewhere", "token": "theirs"}))
    assert not Claim(tmp_path).take()
    long_ago = time.time() - claim_module.STALE_S - 5
    os.utime(path, (long_ago, long_ago))
    mine = Claim(tmp_path)
    assert mine.take()
    mine.release()


def test_whoever_was_robbed_finds_out(tmp_path: Path) -> None:
    mine = Claim(tmp_path)
    assert mine.take()
    (tmp_path / "claim.json").write_text(json.dumps({"token": "theirs"}))
    assert not mine.held()
    mine.release()
    assert (tmp_path / "claim.json").exists()


def test_the_heart_beats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim_module, "HEARTBEAT_S", 0.05)
    mine = Claim(tmp_path)
    assert mine.take()
    os.utime(tmp_path / "claim.json", (1, 1))
    deadline = time.monotonic() + 10
    while (tmp_path / "claim.json").stat().st_mtime < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    mine.release()


def test_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no hard links on this file system")

    monkeypatch.setattr(os, "link", refuse)
    test_one_takes_it_the_other_leaves(tmp_path)


def _contend(folder: Path, gate: str, won: str) -> None:
    while not Path(gate).exists():
        time.sleep(0.001)
    if Claim(folder).take():
        (Path(won) / str(os.getpid())).touch()
    time.sleep(2)


@pytest.mark.parametrize("dead", [True, False])
def test_of_many_at_once_one_wins(tmp_path: Path, dead: bool) -> None:
    folder, won = tmp_path / "work", tmp_path / "won"
    folder.mkdir()
    won.mkdir()
    if dead:
        (folder / "claim.json").write_text(json.dumps({"token": "x", "place": place(), "pid": 2**22 + 1}))
    context = multiprocessing.get_context("spawn")
    contenders = [
        context.Process(target=_contend, args=(folder, str(tmp_path / "gate"), str(won)), daemon=True) for _ in range(6)
    ]
    for contender in contenders:
        contender.start()
    (tmp_path / "gate").touch()
    for contender in contenders:
        contender.join()
    assert len(list(won.iterdir())) == 1


@pytest.mark.parametrize("pid", ["abc", 0, -1, 2**40, None, 1.5, True, [1], {}])
def test_a_claim_of_no_process_ends_no_command_and_is_named(tmp_path: Path, pid: object) -> None:
    assert Claim(tmp_path).take()
    path = tmp_path / "claim.json"
    assert strange_claim(tmp_path) == ""
    path.write_text(json.dumps({**json.loads(path.read_text()), "pid": pid, "host": "\x1b[2Jhost"}))
    assert is_claimed(tmp_path)
    line = strange_claim(tmp_path)
    assert str(path) in line
    assert "[2Jhost names no process" in line
    assert line.isprintable()
    long_ago = time.time() - claim_module.STALE_S - 5
    os.utime(path, (long_ago, long_ago))
    assert not is_claimed(tmp_path)


def test_a_claim_from_the_future_is_named_with_host_and_file(tmp_path: Path) -> None:
    assert Claim(tmp_path).take()
    path = tmp_path / "claim.json"
    body = json.loads(path.read_text())
    path.write_text(json.dumps({**body, "place": "elsewhere", "host": "far-away"}))
    later = time.time() + 10**6
    os.utime(path, (later, later))
    assert is_claimed(tmp_path)
    assert f"{path} of host far-away was changed" in strange_claim(tmp_path)


@pytest.mark.parametrize("text", ["[" * 100_000, "[]", "{", "\x00", ""])
def test_a_claim_that_is_none_ends_no_command(tmp_path: Path, text: str) -> None:
    (tmp_path / "claim.json").write_text(text)
    assert is_claimed(tmp_path)
    assert strange_claim(tmp_path) == ""


@pytest.mark.parametrize(
    "change",
    [
        *({"step": "x"}, {"step": -1}, {"steps": 2**60}, {"elapsed_s": 1e300}, {"elapsed_s": None}, {"phase": 1}),
        *({"evaluation": "x"}, {"evaluation": float("nan")}, {"more": 1}),
    ],
)
def test_progress_that_cannot_be_shown_is_none(tmp_path: Path, change: dict[str, object]) -> None:
    body = {"step": 1, "steps": 2, "elapsed_s": 3.0, "evaluation": None, "pid": 1, "phase": "training"}
    (tmp_path / "progress.json").write_text(json.dumps(body))
    assert read_progress(tmp_path) is not None
    (tmp_path / "progress.json").write_text(json.dumps({**body, **change}))
    assert read_progress(tmp_path) is None
