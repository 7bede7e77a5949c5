"""Opening the place that ``--remote`` names, and trying it out."""

import importlib.util
import secrets
from collections.abc import Callable
from pathlib import Path

from mjbench.store.remote_api import Occupied, Remote, RemoteError
from mjbench.store.remote_folder import FolderRemote

INSTALL = 'pip install -e ".[s3]" (in a clone of mjbench)'


def open_remote(url: str) -> Remote:
    """The remote called ``url``: ``s3://bucket/prefix``, ``file:///folder`` or a folder. Nothing is read yet.

    Raises:
        RemoteError: there are no such remotes, or boto3 is not installed.
    """
    scheme, mark, rest = url.partition("://")
    if not mark:
        return FolderRemote(Path(url).resolve())
    if scheme == "file":
        if not rest.startswith("/"):
            raise RemoteError(f"--remote {url}: a folder is written file:///shared/results, or /shared/results")
        return FolderRemote(Path(rest).resolve())
    if scheme != "s3":
        raise RemoteError(f"--remote {url}: only s3://bucket/prefix and folders can be used, not {scheme}://")
    bucket, _, prefix = rest.partition("/")
    if not bucket:
        raise RemoteError(f"--remote {url} names no bucket; it is written s3://bucket/prefix")
    if importlib.util.find_spec("boto3") is None:
        raise RemoteError(f"--remote {url} needs the package boto3: {INSTALL}")
    from mjbench.store.remote_s3 import S3Remote  # a third of a second that most commands need not wait for

    return S3Remote(bucket, prefix.strip("/"))


def try_out(remote: Remote) -> None:
    """Write, write again under conditions, and remove an object of no other use.

    Raises:
        RemoteError: the remote cannot be written, or does not keep to conditions, so that two workers could hold one
            claim.
    """
    key = f".work/.try-{secrets.token_hex(8)}"
    first = remote.create(key, b"first")
    try:
        kept = _refuses(lambda: remote.create(key, b"again"))
        remote.replace(key, b"second", first)
        if not (kept and _refuses(lambda: remote.replace(key, b"third", first))):
            raise RemoteError(
                f"the remote {remote.url} has no conditional writes (If-None-Match, If-Match), so that two workers "
                "could train one run; use another store, or --results without --remote"
            )
    finally:
        remote.remove([key])


def _refuses(write: Callable[[], object]) -> bool:
    try:
        write()
    except Occupied:
        return True
    return False
