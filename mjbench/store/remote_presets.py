"""Preset files between a results folder and a remote, which has them under the same names."""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from mjbench.errors import StoreError
from mjbench.io.files import write_atomic
from mjbench.io.strict import read_file
from mjbench.store.presets import FOLDER, LIMIT, preset_path
from mjbench.store.remote_api import Occupied, Remote, RemoteError

_KEY = re.compile(rf"{FOLDER}/[A-Za-z0-9_][A-Za-z0-9_.+-]{{0,99}}\.toml")


def exchange_presets(remote: Remote, root: Path, names: Iterable[str]) -> None:
    """Download the preset files that are missing in the results folder ``root``, and upload those missing there.

    Args:
        remote: that all machines share.
        root: the results folder.
        names: presets whose files are uploaded, where ``root`` has them.

    Raises:
        RemoteError: the remote does not answer.
        StoreError: the disk refuses.
    """
    there = [key for key in remote.listed(f"{FOLDER}/") if _KEY.fullmatch(key)]
    for key in there:
        seen = None if (root / key).exists() else remote.look(key)
        if seen is None or len(seen.data) > LIMIT:
            continue
        try:
            (root / FOLDER).mkdir(exist_ok=True)
            write_atomic(root / key, seen.data)
        except OSError as error:
            raise StoreError(f"cannot write the preset to {root / key}: {error.strerror or error}") from error
    for name in sorted(set(names)):
        path = preset_path(root, name)
        if name and f"{FOLDER}/{path.name}" not in there and path.is_file():
            with suppress(Occupied):  # another machine was faster
                remote.create(f"{FOLDER}/{path.name}", read_file(path, LIMIT))


def publish_preset(remote: Remote, root: Path, name: str) -> None:
    """Write the file of a preset over the one on the remote, which has the same values and an older ledger.

    Raises:
        RemoteError: the remote does not answer, or another machine writes the file at the same time.
    """
    path = preset_path(root, name)
    key, data = f"{FOLDER}/{path.name}", read_file(path, LIMIT)
    try:
        seen = remote.look(key)
        if seen is None:
            remote.create(key, data)
        elif seen.data != data:
            remote.replace(key, data, seen.tag)
    except Occupied:
        raise RemoteError(f"another machine is writing {remote.url}/{key}; start the command again") from None
