"""One worker a run: a file that says who is at it, on any file system that links and renames atomically.

A claim is dead when its process is gone, or, where that cannot be seen from here (another machine, another
container), when its heartbeat has stopped. Should a claim be taken from a worker that only seemed dead, that worker
finds out at its next heartbeat or snapshot and leaves; both would have computed the same numbers.
"""

import contextlib
import json
import os
import secrets
import socket
import threading
import time
from pathlib import Path
from typing import Any, TypeGuard

from mjbench.errors import RecordError
from mjbench.io.files import write_atomic
from mjbench.io.printable import printable
from mjbench.io.strict import clean, read_file
from mjbench.runner.process import place, started

HEARTBEAT_S = 15.0
LONGEST = 64 * 2**10
"""Bytes of a claim that are looked at."""
STALE_S = 180.0
"""Several heartbeats, and longer than a network file system keeps attributes in its cache."""


class Claim:
    """The right to work on one run; ``take`` it, and ``release`` it at the end.

    Args:
        folder: the run's private folder.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "claim.json"
        self._folder = folder
        self._token = secrets.token_hex(8)
        self._over = threading.Event()
        self._taken = self._lost = False

    def take(self) -> bool:
        """Whether the run is ours now; False while another worker is at it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._create(self._path) and not self._take_over():
            return False
        self._taken = True
        threading.Thread(target=self._beat, name="claim", daemon=True).start()
        return True

    def held(self) -> bool:
        """Whether the claim is still ours. A file system that does not answer leaves it ours."""
        if not self._lost:
            try:
                self._lost = _read(self._path).get("token") != self._token
            except FileNotFoundError:
                self._lost = True
            except (OSError, ValueError):
                pass
        return not self._lost

    def publish(self) -> None:
        """The record is written; there is nobody else to show it to."""

    def release(self) -> None:
        """Let others have the run; nothing where it was not taken."""
        self._over.set()
        if self._taken and self.held():
            with contextlib.suppress(OSError):
                self._path.unlink()

    def _create(self, path: Path) -> bool:
        """Make the file with its content in one step; False if it exists."""
        temporary = path.with_name(f".{path.name}.{self._token}.tmp")
        write_atomic(temporary, self._content())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        except OSError:  # no hard links here: the content follows a moment later
            return self._create_exclusively(path)
        finally:
            temporary.unlink(missing_ok=True)
        return True

    def _create_exclusively(self, path: Path) -> bool:
        try:
            with open(path, "xb") as file:
                file.write(self._content())
        except FileExistsError:
            return False
        return True

    def _take_over(self) -> bool:
        """Replace a dead claim. A second file keeps two workers from doing so at once."""
        if is_claimed(self._folder):
            return False
        guard = self._path.with_name("claim-takeover.json")
        if not self._create(guard):
            if not _is_dead(guard):
                return False
            guard.unlink(missing_ok=True)
            if not self._create(guard):
                return False
        try:
            if is_claimed(self._folder):
                return False
            write_atomic(self._path, self._content())
            return True
        finally:
            guard.unlink(missing_ok=True)

    def _content(self) -> bytes:
        pid = os.getpid()
        holder = {"host": socket.gethostname(), "place": place(), "pid": pid, "started": started(pid)}
        return (json.dumps({"token": self._token, **holder}) + "\n").encode()

    def _beat(self) -> None:
        while not self._over.wait(HEARTBEAT_S) and self.held():
            with contextlib.suppress(OSError):
                os.utime(self._path)


def is_claimed(folder: Path) -> bool:
    """Whether a live worker is at the run whose private folder this is."""
    path = folder / "claim.json"
    return path.exists() and not _is_dead(path)


def strange_claim(folder: Path) -> str:
    """Why the claim on the run whose private folder this is may hold for ever, with its host and file; empty where it
    is one like others."""
    path = folder / "claim.json"
    try:
        holder = _read(path)
        early = -_age_s(path)
    except (OSError, ValueError, RecursionError):
        return ""
    if early > STALE_S:
        why = f"was changed {early:,.0f} s from now"
    elif not _is_pid(holder.get("pid")):
        why = f"names no process ({clean(str(holder.get('pid')), 40)})"
    else:
        return ""
    where = f"{printable(str(path))} of host {clean(str(holder.get('host')), 80)}"
    return f"the claim {where} {why}; if no worker is training it, remove it"


def _is_pid(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 < value < 2**31


def _is_dead(path: Path) -> bool:
    try:
        try:
            holder = _read(path)
        except (ValueError, RecursionError):  # being written where there are no hard links, or torn by a power cut
            return _age_s(path) > HEARTBEAT_S
        if holder.get("place") == place():
            pid = holder.get("pid")
            if not _is_pid(pid):  # no worker of ours wrote that
                return _age_s(path) > STALE_S
            since = started(pid)
            return since is None or since != holder.get("started")
        return _age_s(path) > STALE_S
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _read(path: Path) -> dict[str, Any]:
    try:
        body = json.loads(read_file(path, LONGEST))
    except RecordError as error:  # no file that a worker wrote, or a file system that does not answer
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None
        raise ValueError(str(error)) from None
    if not isinstance(body, dict):
        raise ValueError("not a claim")
    return body


def _age_s(path: Path) -> float:
    """Seconds since the file changed, by the file system's own clock: that of another machine may differ from ours."""
    probe = path.with_name(f".clock.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        probe.touch()
        now = probe.stat().st_mtime
    except OSError:
        now = time.time()
    finally:
        with contextlib.suppress(OSError):
            probe.unlink()
    return now - path.stat().st_mtime
