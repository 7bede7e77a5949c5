"""The committed results and boards. A sparse clone may leave them out: tests that need them are then skipped."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WHY = "this clone leaves out {}/; `git sparse-checkout disable` fetches it"


def _committed(name: str) -> Path:
    if not (ROOT / name).is_dir():
        pytest.skip(WHY.format(name), allow_module_level=True)
    return ROOT / name


def committed_results() -> Path:
    """The folder of committed records, or a skip: of a test where it is called, of a module at its top."""
    return _committed("results")


def committed_boards() -> Path:
    """The folder of committed boards, or a skip as above."""
    return _committed("leaderboards")
