"""One Slurm for all tests that need one: two nodes on this machine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_slurm import small_slurm, why_not

SWITCH = "MJBENCH_TEST_SLURM"


@pytest.fixture(scope="session")
def slurm() -> Iterator[Path]:
    """The folder of a running Slurm."""
    if os.environ.get(SWITCH) != "1":
        pytest.skip("starts Slurm's daemons; run them with: make test-slurm")
    if reason := why_not():
        pytest.skip(reason)
    with small_slurm() as folder:
        yield folder
