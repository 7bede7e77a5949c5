"""The joint statistics of docs/upc_study.md are those of the committed records; the command on the page runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from committed import committed_results

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "upc_study.md").read_text(encoding="utf-8")
RESULTS = committed_results()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "benchmarks/joint_statistics.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_the_command_of_the_page_prints_what_it_shows_and_draws(tmp_path: Path) -> None:
    typed = re.search(r"^python benchmarks/joint_statistics.py (.*) --out", PAGE, re.MULTILINE)
    assert typed is not None
    runs = [str(folder) for pattern in typed[1].split() for folder in sorted(ROOT.glob(pattern))]
    done = run(*runs, "--out", str(tmp_path / "joints.png"))
    assert done.returncode == 0, done.stderr
    (shown,) = re.findall(r"(?ms)^```text\n(.*?)^\.\.\.$", PAGE)
    assert done.stdout.startswith(shown)
    assert (tmp_path / "joints.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("nowhere", "'nowhere' is neither a run's folder"),
        ("results/gymnasium/HalfCheetah-v5/fast-ppo/0-8e66cac4589f", "HalfCheetah-v5 records no joint angles"),
    ],
)
def test_what_has_no_joints_is_named(named: str, why: str) -> None:
    done = run(named)
    assert done.returncode == 2
    assert why in done.stderr
    assert "Traceback" not in done.stderr
