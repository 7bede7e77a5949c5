"""One worker a run among machines that share nothing but a remote."""

import json
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from killing import wait_for

from mjbench.runner import remote_claim
from mjbench.runner.remote_claim import RemoteClaim, is_claimed_remotely, key_of
from mjbench.store.remote import open_remote
from mjbench.store.remote_api import Occupied, Remote, RemoteError

RUN = "0123456789ab"


def of_another_machine(remote: Remote, **changes: Any) -> None:
    """The claim on RUN, as if its worker were on another machine."""
    seen = remote.look(key_of(RUN))
    assert seen is not None
    body = {**json.loads(seen.data), "place": "elsewhere", "token": "theirs", **changes}
    remote.replace(key_of(RUN), json.dumps(body).encode(), seen.tag)


def test_one_takes_it_the_other_leaves(remote_url: str) -> None:
    remote = open_remote(remote_url)
    first, second = RemoteClaim(remote, RUN), RemoteClaim(open_remote(remote_url), RUN)
    assert not is_claimed_remotely(remote, RUN)
    assert first.take()
    assert is_claimed_remotely(remote, RUN)
    assert not second.take()
    assert not second.release()
    assert is_claimed_remotely(remote, RUN), "what was not taken is not released"
    assert first.release()
    assert not is_claimed_remotely(remote, RUN)
    third = RemoteClaim(remote, RUN)
    assert third.take()
    third.release()


def test_the_claim_of_a_killed_worker_of_this_machine_is_taken_at_once(remote_url: str) -> None:
    script = (
        "import os, sys; from mjbench.runner.remote_claim import RemoteClaim\n"
        "from mjbench.store.remote import open_remote\n"
        "assert RemoteClaim(open_remote(sys.argv[1]), sys.argv[2]).take(); os.kill(os.getpid(), 9)"
    )
    remote = open_remote(remote_url)
    subprocess.run([sys.executable, "-c", script, remote.url, RUN], check=False)
    assert remote.look(key_of(RUN)) is not None
    assert not is_claimed_remotely(remote, RUN)
    mine = RemoteClaim(remote, RUN)
    assert mine.take()
    mine.release()


def test_on_another_machine_the_heartbeat_decides(remote_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    remote, theirs = open_remote(remote_url), RemoteClaim(open_remote(remote_url), RUN)
    assert theirs.take()
    of_another_machine(remote)
    assert is_claimed_remotely(remote, RUN)
    assert not RemoteClaim(remote, RUN).take()
    monkeypatch.setattr(remote_claim, "STALE_S", -5.0)
    assert not is_claimed_remotely(remote, RUN)
    assert RemoteClaim(remote, RUN).take()


def test_of_many_that_take_over_a_dead_claim_one_does(remote_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    remote = open_remote(remote_url)
    remote.create(key_of(RUN), b'{"place": "elsewhere"}')
    seen = remote.look(key_of(RUN))
    assert seen is not None
    monkeypatch.setattr(remote_claim, "_is_dead", lambda now: now.tag == seen.tag)
    claims, won = [RemoteClaim(remote, RUN) for _ in range(12)], []
    threads = [threading.Thread(target=lambda c=claim: won.append(c.take())) for claim in claims]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 11 + [True]
    for claim in claims:
        claim.release()


def test_a_worker_whose_claim_was_taken_finds_out_at_its_next_heartbeat(
    remote_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_claim, "HEARTBEAT_S", 0.02)
    remote = open_remote(remote_url)
    claim = RemoteClaim(remote, RUN)
    assert claim.take()
    first = remote.look(key_of(RUN))
    wait_for(lambda: (now := remote.look(key_of(RUN))) is not None and first is not None and now.tag != first.tag, 20)
    assert claim.held(), "its own heartbeats take nothing from it"
    while claim.held():
        try:
            of_another_machine(remote)
        except Occupied:  # a heartbeat came first
            continue
        wait_for(lambda: not claim.held(), 20)
    assert not claim.release()
    seen = remote.look(key_of(RUN))
    assert seen is not None
    assert json.loads(seen.data)["token"] == "theirs"
    remote.remove([key_of(RUN)])


class LosesAnswers:
    """Writes, and the answer does not arrive: the client's second try is refused."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self.silent = False

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._remote, name)

        def call(*arguments: Any) -> Any:
            if self.silent:
                raise RemoteError("no answer")
            result = method(*arguments)
            if name in ("create", "replace"):
                raise Occupied
            return result

        return call


def test_an_answer_that_was_lost_loses_no_claim(remote_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_claim, "HEARTBEAT_S", 0.02)
    remote = LosesAnswers(open_remote(remote_url))
    claim = RemoteClaim(remote, RUN)  # pyright: ignore[reportArgumentType]
    assert claim.take()
    time.sleep(0.3)
    assert claim.held()
    remote.silent = True
    time.sleep(0.1)
    assert claim.held(), "a remote that does not answer leaves it ours"
    remote.silent = False
    assert claim.release()
    assert not is_claimed_remotely(open_remote(remote_url), RUN)
