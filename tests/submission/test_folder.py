"""What a submission may hold at all, seen before anything of it is read."""

import os
from pathlib import Path

import pytest
from made_up_submissions import MadeUpRegistry, honest, write_submission

from mjbench.errors import StoreError
from mjbench.submission.validate import validate


def test_records_that_would_fill_the_memory_are_not_read(tmp_path: Path) -> None:
    root = write_submission(tmp_path / "s", [honest(seed) for seed in range(9)])
    assert validate(root, MadeUpRegistry()).found
    for path in root.rglob("record.json"):
        os.truncate(path, 60 * 2**20)
    with pytest.raises(StoreError, match="records of more than 512 MiB"):
        validate(root, MadeUpRegistry())
