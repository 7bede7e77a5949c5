"""What cannot be read of a results folder is left out with a line, whoever made it so, and commands go on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from records import make_record, make_run

from mjbench.spec.record import failure
from mjbench.store.store import ResultStore
from mjbench.store.walk import DEEPEST

NOBODY = 65534


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    store = ResultStore(tmp_path / "results")
    store.write(make_record(make_run()))
    return store


def status(store: ResultStore) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mjbench.cli.main", "status", "--results", str(store.root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize("ending", ["abc", "0", "01", "-1", "", "1-2", "1000000", "\u0663", "1 ", "1\x1b[2J"])
def test_a_failed_attempt_with_an_odd_number_is_left_out(store: ResultStore, ending: str) -> None:
    home = store.folder(make_run())
    home.rename(home.with_name(f"{home.name}-failed-{ending}"))
    found, problems = store.scan()
    assert found == []
    assert "an odd name" in problems[0]
    assert problems[0].isprintable()
    assert store.failures(make_run()) == []
    assert "left out: " in status(store).stderr


def test_the_next_attempt_takes_the_next_number(store: ResultStore) -> None:
    failed = failure(make_run(seed=1), "it broke")
    folders = [store.write(failed) for _ in range(3)]
    folders[0].rename(folders[0].with_name(folders[0].name.replace("failed-1", "failed-11")))
    assert [path.name.rpartition("-")[2] for path in store.failures(failed.run)] == ["2", "3", "11"]
    assert store.write(failed).name.endswith("-failed-12")


def test_folders_nested_very_deep_are_left_out(store: ResultStore) -> None:
    here = os.open(store.root, os.O_RDONLY)
    try:
        for _ in range(1200):
            os.mkdir("a", dir_fd=here)
            inner = os.open("a", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
    finally:
        os.close(here)
    found, problems = store.scan()
    assert len(found) == 1
    (line,) = problems
    assert f"more than {DEEPEST} folders deep" in line
    subprocess.run(["rm", "-rf", str(store.root / "a")], check=True)


def test_folders_and_files_of_others_are_left_out_with_a_line(store: ResultStore) -> None:
    """As somebody else: who runs the tests may read everything."""
    locked, secret = store.root / "gymnasium", store.write(make_record(make_run(seed=2)))
    locked.mkdir()
    locked.chmod(0)
    (secret / "record.json").chmod(0)
    for folder in (store.root, *store.root.parents):
        if folder.owner() == Path(store.root).owner() and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
        if folder.parent == Path("/tmp"):
            break
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.getuid() == 0:
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            found, problems = store.scan()
            os.write(writer, json.dumps([len(found), problems, store.has(make_run(seed=9))]).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        found, problems, has = json.loads(pipe.read())
    os.waitpid(child, 0)
    locked.chmod(0o755)
    assert (found, has) == (1, False)
    assert any(str(locked) in line and "Permission denied" in line for line in problems)
    assert any(str(secret) in line and "Permission denied" in line for line in problems)
    assert len(problems) == 2


def test_nothing_written_yet_is_nothing_left_out(tmp_path: Path) -> None:
    assert ResultStore(tmp_path / "none").scan() == ([], [])


def test_a_terminal_gets_printable_text_only(store: ResultStore) -> None:
    folder = store.root / "\x1b[2J\x1b]0;owned\x07"
    folder.mkdir()
    (folder / "record.json").write_text("{")
    home = store.folder(make_run())
    body = json.loads((home / "record.json").read_text())
    body["run"]["variant"] = "\x1b[31mred"
    (home / "record.json").write_text(json.dumps(body))
    for command in (
        f"status --results {store.root}",
        f"compare a b --results {store.root}",
        "compare 'a\x1b[2J' b",
        "run --task '\x1b[2J'",
    ):
        line = f"{sys.executable} -m mjbench.cli.main {command}"
        done = subprocess.run(["script", "-qec", line, "/dev/null"], capture_output=True, timeout=120)
        assert b"\x1b" not in done.stdout
        assert b"\x07" not in done.stdout
        assert len(done.stdout) > 20
