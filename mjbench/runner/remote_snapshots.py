"""The newest snapshot of a run on a remote: its files by their digests, and one object that names them, written last.

Files of a replay buffer belong to several snapshots and are uploaded once. Whoever can write to the remote can make
workers execute code, as snapshots are pickles.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mjbench.snapshot.files import digest_of, files_of, newest
from mjbench.store.remote_api import Occupied, Remote


@dataclass
class RemoteSnapshots:
    """Snapshots of one run, here and on the remote.

    Args:
        remote: that all machines share.
        run_id: of the run.
        folder: where they lie here.
    """

    remote: Remote
    run_id: str
    folder: Path
    _uploaded: str = ""
    """Digest of the manifest that was uploaded last."""

    def upload(self) -> bool:
        """Bring the remote up to the newest snapshot here; whether it is there now.

        Raises:
            RemoteError: the remote does not answer, or the snapshot has gone meanwhile.
        """
        number = newest(self.folder)
        if number is None:
            return False
        try:
            manifest = (self.folder / f"{number}.json").read_text()
            if manifest == self._uploaded:
                return True
            step, files = files_of(manifest)
        except (OSError, ValueError, KeyError, TypeError):
            return False  # being replaced; the next one comes
        seen = self.remote.look(self._pointer)
        before = _parse(seen.data) if seen else {}
        if before.get("step", -1) < step:
            there = set(self.remote.listed(self._blob("")))
            for name, sha256 in files.items():
                if self._blob(sha256) not in there:
                    self.remote.upload(self.folder / name, self._blob(sha256))
            body = json.dumps({"step": step, "number": number, "manifest": manifest}).encode()
            try:
                if seen is None:
                    self.remote.create(self._pointer, body)
                else:
                    self.remote.replace(self._pointer, body, seen.tag)
            except Occupied:
                return False  # another worker has taken the run over
            self.remote.remove(there - {self._blob(sha256) for sha256 in files.values()})
        self._uploaded = manifest
        return True

    def download(self) -> None:
        """Fetch the remote's snapshot where it is further than the newest one here.

        Raises:
            RemoteError: the remote does not answer.
        """
        seen = self.remote.look(self._pointer)
        there = _parse(seen.data) if seen else {}
        number = newest(self.folder)
        try:
            step, files = files_of(there["manifest"])
            here = -1 if number is None else files_of((self.folder / f"{number}.json").read_text())[0]
        except (OSError, ValueError, KeyError, TypeError):
            return
        if step <= here or any(Path(name).name != name for name in files):
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.glob("*.json"):  # of an earlier step, and their files may have the same names
            path.unlink()
        for name, sha256 in files.items():
            path = self.folder / name
            if not path.exists() or digest_of(path) != sha256:
                self.remote.download(self._blob(sha256), path)
        temporary = self.folder / ".manifest.tmp"
        temporary.write_text(there["manifest"])
        os.replace(temporary, self.folder / f"{there['number']}.json")

    def discard(self) -> None:
        """Remove all that the remote has of the run but its record.

        Raises:
            RemoteError: the remote does not answer.
        """
        self.remote.remove(self.remote.listed(f".work/{self.run_id}/"))

    @property
    def _pointer(self) -> str:
        return f".work/{self.run_id}/snapshot.json"

    def _blob(self, sha256: str) -> str:
        return f".work/{self.run_id}/snapshots/{sha256}"


def _parse(data: bytes) -> dict[str, Any]:
    try:
        body = json.loads(data)
        return {"step": int(body["step"]), "number": int(body["number"]), "manifest": str(body["manifest"])}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
