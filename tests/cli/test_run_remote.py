"""``mjbench run --remote``: what one machine has done, another one downloads and does not repeat."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mjbench.runner.remote_claim import RemoteClaim
from mjbench.store.remote import open_remote
from mjbench.store.remote_records import record_folders
from mjbench.store.store import ResultStore

pytestmark = pytest.mark.usefixtures("pointmass")
PLAN = ["run", "--task", "pointmass/Centre-v0", "--algo", "random-search", "--seeds", "2", "--steps", "300"]


def mjbench(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "mjbench", *PLAN, *words]
    return subprocess.run(command, cwd=folder, env=os.environ, capture_output=True, text=True, timeout=200)


def records(folder: Path) -> dict[str, bytes]:
    root = folder / "results"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.glob("[!.]*/**/*") if path.is_file()}


def test_the_second_machine_has_nothing_to_do_and_everything_to_show(remote_url: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    done = mjbench(first, "--remote", remote_url)
    assert (done.returncode, done.stderr) == (0, "")
    looked = mjbench(second, "--remote", remote_url, "--dry-run")
    assert "Nothing to do" in looked.stdout or "To do: 0" in looked.stdout
    assert records(second) == {}
    again = mjbench(second, "--remote", remote_url)
    assert (again.returncode, again.stderr) == (0, "")
    assert "finished" not in again.stdout
    assert len(records(first)) == 6, "a record and two files of its policy, twice"
    assert records(second) == records(first)
    assert open_remote(remote_url).listed(".work/") == []


def test_what_was_trained_without_the_remote_is_uploaded(remote_url: str, tmp_path: Path) -> None:
    assert mjbench(tmp_path / "first").returncode == 0
    assert mjbench(tmp_path / "first", "--remote", remote_url).returncode == 0
    assert len(record_folders(open_remote(remote_url))) == 2


def test_a_run_of_another_machine_is_left_to_it(remote_url: str, tmp_path: Path) -> None:
    remote = open_remote(remote_url)
    planned = mjbench(tmp_path / "plan").returncode
    assert planned == 0
    run = ResultStore(tmp_path / "plan" / "results").scan()[0][1].record.run
    claim = RemoteClaim(remote, run.run_id)
    assert claim.take()
    done = mjbench(tmp_path / "other", "--remote", remote_url)
    claim.release()
    assert done.returncode == 75, done.stderr
    assert "1 running in another process" in done.stderr
    assert len(record_folders(remote)) == 1


def test_what_is_wrong_with_a_remote_is_one_line_and_nothing_is_queued(s3: str, tmp_path: Path) -> None:
    for url, why in (
        ("s3://no-such-bucket/x", "there is no bucket no-such-bucket; create it: aws s3 mb s3://no-such-bucket"),
        (str(tmp_path / "none"), "no such folder; make it with mkdir -p"),
        ("gs://bucket/x", "only s3://bucket/prefix and folders can be used"),
    ):
        done = mjbench(tmp_path / "here", "--remote", url)
        assert done.returncode == 2, url
        assert done.stderr.startswith("mjbench: ")
        assert why in done.stderr
        assert done.stderr.count("\n") == 1
        assert list((tmp_path / "here").glob("results/.work/*/run.json")) == []
