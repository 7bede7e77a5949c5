"""One worker a run among all machines that share a remote: an object that is created, renewed and replaced only under
the condition that nobody else has done so."""

import contextlib
import json
import os
import secrets
import socket
import threading
from collections.abc import Mapping
from typing import Any

from mjbench.runner.claim import HEARTBEAT_S, STALE_S
from mjbench.runner.process import place, started
from mjbench.store.remote_api import Occupied, Remote, RemoteError, Seen

RELEASED = "released"


class RemoteClaim:
    """The right to work on one run; as ``mjbench.runner.claim.Claim``.

    Args:
        remote: that all workers share.
        run_id: of the run.
    """

    def __init__(self, remote: Remote, run_id: str) -> None:
        self._remote, self._key = remote, key_of(run_id)
        self._token = secrets.token_hex(8)
        self._tag, self._beats = "", 0
        self._lost = False
        self._over = threading.Event()
        self._renewing = threading.Lock()
        self._thread: threading.Thread | None = None

    def take(self) -> bool:
        """Whether the run is ours now; False while another worker is at it.

        Raises:
            RemoteError: the remote does not answer.
        """
        if not self._create() and not self._take_over():
            return False
        self._thread = threading.Thread(target=self._beat, name="remote claim", daemon=True)
        self._thread.start()
        return True

    def held(self) -> bool:
        """Whether the claim is still ours, as far as the last heartbeat knows. A remote that does not answer leaves it
        ours."""
        return not self._lost

    def release(self) -> bool:
        """Let others have the run; whether it was still ours."""
        self._over.set()
        if self._thread is None:
            return False
        self._renew(released=True)
        return not self._lost

    def _create(self) -> bool:
        try:
            self._tag = self._remote.create(self._key, self._content())
        except Occupied:
            return self._is_ours()  # the answer to the first of two tries can get lost
        return True

    def _take_over(self) -> bool:
        """Replace a dead claim; of several workers that try, one does."""
        seen = self._remote.look(self._key)
        if seen is None:
            return self._create()
        if not _is_dead(seen):
            return False
        try:
            self._tag = self._remote.replace(self._key, self._content(), seen.tag)
        except Occupied:
            return self._is_ours()
        return True

    def _is_ours(self) -> bool:
        seen = self._remote.look(self._key)
        if seen is None or _holder(seen).get("token") != self._token:
            return False
        self._tag = seen.tag
        return True

    def _beat(self) -> None:
        while not self._over.wait(HEARTBEAT_S) and not self._lost:
            self._renew()

    def _renew(self, released: bool = False) -> None:
        with self._renewing, contextlib.suppress(RemoteError):
            if self._lost or (self._over.is_set() and not released):
                return
            self._beats += 1
            for _ in range(2):
                try:
                    self._tag = self._remote.replace(self._key, self._content(released), self._tag)
                    return
                except Occupied:  # by our own heartbeat whose answer got lost, or by another worker
                    if not self._is_ours():
                        self._lost = True
                        return

    def _content(self, released: bool = False) -> bytes:
        pid = os.getpid()
        holder = {"host": socket.gethostname(), "place": place(), "pid": pid, "started": started(pid)}
        body = {"token": self._token, "beats": self._beats, RELEASED: released, **holder}
        return (json.dumps(body) + "\n").encode()


def key_of(run_id: str) -> str:
    """Where the claim on a run lies."""
    return f".work/{run_id}/claim.json"


def is_claimed_remotely(remote: Remote, run_id: str) -> bool:
    """Whether a live worker of any machine is at the run.

    Raises:
        RemoteError: the remote does not answer.
    """
    seen = remote.look(key_of(run_id))
    return seen is not None and not _is_dead(seen)


def _is_dead(seen: Seen) -> bool:
    holder = _holder(seen)
    if holder.get(RELEASED) is True:
        return True
    pid = holder.get("pid")
    if holder.get("place") == place() and type(pid) is int and 0 < pid < 2**31:
        since = started(pid)
        return since is None or since != holder.get("started")
    return seen.age_s > STALE_S


def _holder(seen: Seen) -> Mapping[str, Any]:
    try:
        body = json.loads(seen.data)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
