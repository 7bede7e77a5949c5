"""Preset files of a results folder and of a remote: missing ones travel, and the one of a command wins."""

from pathlib import Path

import pytest

from mjbench.errors import RecordError, StoreError
from mjbench.store.presets import keep_preset, preset_path
from mjbench.store.remote import open_remote
from mjbench.store.remote_presets import exchange_presets, publish_preset

NAME = "tuned-3fa9c1d2"


def folder(path: Path, text: str = "") -> Path:
    path.mkdir()
    if text:
        keep_preset(path, NAME, text)
    return path


def test_a_damaged_copy_is_written_again_and_what_is_in_the_way_is_named(tmp_path: Path) -> None:
    path = keep_preset(tmp_path, NAME, "x = 1\n")
    path.write_bytes(b"\xff")
    assert keep_preset(tmp_path, NAME, "x = 1\n").read_text() == "x = 1\n"
    path.unlink()
    path.mkdir()
    with pytest.raises(StoreError, match="Is a directory; move what is there away"):
        keep_preset(tmp_path, NAME, "x = 1\n")


def test_what_is_missing_travels_and_what_is_there_stays(remote_url: str, tmp_path: Path) -> None:
    remote, here, there = open_remote(remote_url), folder(tmp_path / "here", "a"), folder(tmp_path / "there")
    exchange_presets(remote, here, ["", "zoo"])
    assert remote.listed("presets/") == [], "only presets of the planned runs are uploaded"
    exchange_presets(remote, here, ["", NAME, NAME])
    exchange_presets(remote, there, [])
    assert preset_path(there, NAME).read_text() == "a"
    other = folder(tmp_path / "other", "b")
    exchange_presets(remote, other, [NAME])
    assert preset_path(other, NAME).read_text() == "b"
    assert (seen := remote.look(f"presets/{NAME}.toml")) is not None
    assert seen.data == b"a"


def test_the_file_of_a_command_is_written_over_an_older_one(remote_url: str, tmp_path: Path) -> None:
    remote, here = open_remote(remote_url), folder(tmp_path / "here", "old")
    for text in ("old", "new", "new"):
        keep_preset(here, NAME, text)
        publish_preset(remote, here, NAME)
        assert (seen := remote.look(f"presets/{NAME}.toml")) is not None
        assert seen.data == text.encode()


@pytest.mark.parametrize("name", ["../../out.toml", ".hidden.toml", "a/b.toml", "a.json"])
def test_other_files_of_a_remote_are_not_downloaded(name: str, tmp_path: Path) -> None:
    class Strange:
        def listed(self, prefix: str = "") -> list[str]:
            return [f"{prefix}{name}"]

        def look(self, key: str) -> None:
            raise AssertionError(f"{key} is read")

    exchange_presets(Strange(), folder(tmp_path / "here"), [])  # pyright: ignore[reportArgumentType]
    assert list((tmp_path / "here").iterdir()) == []


def test_a_file_beyond_the_limit_is_neither_sent_nor_fetched(tmp_path: Path) -> None:
    remote, here = open_remote(str(folder(tmp_path / "shared"))), folder(tmp_path / "here", "x" * (2**20 + 1))
    with pytest.raises(RecordError, match="too large"):
        publish_preset(remote, here, NAME)
    remote.create(f"presets/{NAME}.toml", b"x" * (2**20 + 1))
    exchange_presets(remote, folder(tmp_path / "there"), [])
    assert not preset_path(tmp_path / "there", NAME).exists()
