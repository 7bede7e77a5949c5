"""The private files of a run that are none: nobody waits for a pipe, follows a link, or reads without end."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from records import make_run

from mjbench.launch.states import begun, state_of
from mjbench.launch.watching import Watch
from mjbench.runner.claim import Claim, is_claimed, strange_claim
from mjbench.runner.progress import read_progress
from mjbench.store.codec import dump_run
from mjbench.store.store import ResultStore

RUN = make_run()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link(path: Path) -> None:
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    path.mkdir()


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**40)


@pytest.mark.parametrize("harm", [pipe, link, folder, huge])
@pytest.mark.parametrize("name", ["run.json", "progress.json", "claim.json"])
def test_strange_private_files_are_left_out(tmp_path: Path, name: str, harm: Callable[[Path], None]) -> None:
    store = ResultStore(tmp_path)
    work = store.work(RUN)
    work.mkdir(parents=True)
    for own, text in (("run.json", dump_run(RUN)), ("claim.json", json.dumps({"pid": -1}).encode())):
        if own != name:
            (work / own).write_bytes(text)
    harm(work / name)
    os.utime(work / name, (1e9, 1e9), follow_symlinks=False)
    assert begun(store) == ([] if name == "run.json" else [RUN])
    assert state_of(RUN, store) == ("missing" if name == "claim.json" else "running")
    assert strange_claim(work) == "" or name != "claim.json"
    assert read_progress(work) is None
    assert [curve.state for curve in Watch(store).look()] == (["running"] if name == "progress.json" else [])
    if name == "claim.json" and harm is not folder:
        claim = Claim(work)
        assert claim.take()
        assert claim.held()
        claim.release()
        assert not is_claimed(work)
