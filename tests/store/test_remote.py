"""What both kinds of remote promise, and what is refused before anything is queued."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from mjbench.store import remote_folder, remote_s3
from mjbench.store.remote import open_remote, try_out
from mjbench.store.remote_api import Occupied, RemoteError


def test_the_first_of_two_creates_and_only_the_last_tag_replaces(remote_url: str) -> None:
    remote = open_remote(remote_url)
    first = remote.create("a/claim", b"one")
    with pytest.raises(Occupied):
        remote.create("a/claim", b"two")
    second = remote.replace("a/claim", b"three", first)
    with pytest.raises(Occupied):
        remote.replace("a/claim", b"four", first)
    seen = remote.look("a/claim")
    assert seen is not None
    assert (seen.data, seen.tag) == (b"three", second)
    assert -2 < seen.age_s < 5
    remote.remove(["a/claim", "a/never"])
    assert remote.look("a/claim") is None
    with pytest.raises(Occupied):
        remote.replace("a/claim", b"five", second)


def test_of_many_that_write_at_once_one_wins(remote_url: str) -> None:
    remote = open_remote(remote_url)
    tag = remote.create("old", b"old")
    for write in (lambda body: remote.create("new", body), lambda body: remote.replace("old", body, tag)):
        won: list[bytes] = []

        def attempt(body: bytes, write: Callable[[bytes], str] = write, won: list[bytes] = won) -> None:
            try:
                write(body)
            except Occupied:
                return
            won.append(body)

        threads = [threading.Thread(target=attempt, args=(str(i).encode(),)) for i in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1


def test_keys_are_listed_by_prefix_and_files_travel_whole(remote_url: str, tmp_path: Path) -> None:
    remote = open_remote(remote_url)
    assert remote.listed() == []
    (tmp_path / "big").write_bytes(bytes(range(256)) * 40_000)
    remote.upload(tmp_path / "big", "gym/Hopper-v5/0-abc/big")
    remote.create("gym/Hopper-v5/0-abc-failed-1/record.json", b"")
    remote.create("other", b"")
    assert remote.listed("gym/Hopper-v5/0-abc/") == ["gym/Hopper-v5/0-abc/big"]
    assert len(remote.listed("gym/Hopper-v5/0-abc")) == 2
    assert remote.listed() == sorted(remote.listed())
    assert len(remote.listed()) == 3
    remote.download("gym/Hopper-v5/0-abc/big", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == (tmp_path / "big").read_bytes()
    with pytest.raises(RemoteError):
        remote.download("nothing", tmp_path / "nothing")
    again = open_remote(remote.url)
    assert again.listed() == remote.listed()


def test_the_age_is_by_the_clock_of_the_store(remote_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    remote = open_remote(remote_url)
    remote.create("claim", b"x")
    for module in (remote_s3, remote_folder):
        monkeypatch.setattr(module, "time", SimpleNamespace(time=lambda: 5e9))
    seen = remote.look("claim")
    assert seen is not None
    assert -2 < seen.age_s < 5


def test_a_good_remote_is_tried_out_without_a_trace(remote_url: str) -> None:
    remote = open_remote(remote_url)
    try_out(remote)
    assert remote.listed() == []


def test_a_store_without_conditions_is_named(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    remote = open_remote(bucket)
    unconditional = remote_s3.S3Remote._put
    monkeypatch.setattr(remote_s3.S3Remote, "_put", lambda self, key, data, **_: unconditional(self, key, data))
    with pytest.raises(RemoteError, match="has no conditional writes"):
        try_out(remote)
    assert remote.listed() == []


def test_what_cannot_be_used_is_one_line(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RemoteError, match="there is no bucket nowhere-here; create it: aws s3 mb s3://nowhere-here"):
        try_out(open_remote("s3://nowhere-here/x"))
    with pytest.raises(RemoteError, match="no such folder; make it with mkdir -p"):
        try_out(open_remote(str(tmp_path / "missing")))
    for url, why in (
        ("gs://b/x", "only s3://bucket/prefix and folders"),
        ("s3:///x", "no bucket"),
        ("file://x", "file:///"),
    ):
        with pytest.raises(RemoteError, match=why):
            open_remote(url)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(RemoteError, match="no credentials for the remote s3://some/x; set AWS_ACCESS_KEY_ID"):
        try_out(open_remote("s3://some/x"))


def test_an_endpoint_that_is_not_there_is_one_line(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(RemoteError, match="does not answer"):
        try_out(open_remote("s3://some/x"))


def test_without_boto3_the_command_that_installs_it() -> None:
    script = (
        "import sys; sys.modules['boto3'] = None\n"
        "from importlib import util; real = util.find_spec\n"
        "util.find_spec = lambda name, *a: None if name == 'boto3' else real(name, *a)\n"
        "from mjbench.store.remote import open_remote\n"
        "try: open_remote('s3://some/x')\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.startswith('RemoteError --remote s3://some/x needs the package boto3: pip install -e ".[s3]"')
