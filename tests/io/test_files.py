"""Files are written in place of links, not through them."""

import os
from pathlib import Path

import pytest

from mjbench.io.files import write_atomic


def test_a_link_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"kept")
    (tmp_path / "file").symlink_to(tmp_path / "kept")
    write_atomic(tmp_path / "file", b"new")
    assert (tmp_path / "kept").read_bytes() == b"kept"
    assert (tmp_path / "file").read_bytes() == b"new"
    assert not (tmp_path / "file").is_symlink()


def test_a_link_in_place_of_the_temporary_file_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"kept")
    (tmp_path / f".file.{os.getpid()}.tmp").symlink_to(tmp_path / "kept")
    with pytest.raises(OSError, match="symbolic link"):
        write_atomic(tmp_path / "file", b"new")
    assert (tmp_path / "kept").read_bytes() == b"kept"
