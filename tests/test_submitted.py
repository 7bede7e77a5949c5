"""What continuous integration does with a proposal of results: .ci/submitted.py, on committed runs."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from committed import committed_results

import mjbench
from mjbench.registry.lookup import Registry
from mjbench.store.membership import members
from mjbench.store.store import ResultStore

ROOT = Path(__file__).parent.parent


@pytest.fixture
def proposal(tmp_path: Path) -> Path:
    """A base without runs, and a proposal with those of PPO on the first version of the quickstart."""
    registry = Registry()
    suite = next(suite for suite in registry.suites("quickstart") if suite.version == 1)
    own = members(ResultStore(committed_results()).scan(training=False)[0], suite, registry.tasks)
    for item in (item for item in own if item.record.run.entry == "ppo"):
        shutil.copytree(item.path, tmp_path / "proposed" / item.path.relative_to(ROOT))
    (tmp_path / "base" / "results").mkdir(parents=True)
    return tmp_path


def judged(folder: Path) -> tuple[int, str]:
    command = [sys.executable, str(ROOT / ".ci" / "submitted.py"), "--base", "base", "--proposed", "proposed"]
    command += ["--out", "verdict.md", "--episodes", "1"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    return done.returncode, (folder / "verdict.md").read_text()


def test_honest_runs_get_their_tier(proposal: Path) -> None:
    status, text = judged(proposal)
    assert status == 0, text
    assert "quickstart v1: 6 new runs, spot-checked" in text
    assert "| ppo | spot-checked (1 of 20 episodes) |" in text


def test_an_invented_return_is_refused(proposal: Path) -> None:
    record = min((proposal / "proposed").rglob("record.json"))
    first = ResultStore(record.parent).read(record.parent).final_returns[0]
    record.write_text(record.read_text().replace(f"{first!r}", f"{first + 100!r}", 1))
    status, text = judged(proposal)
    assert status == 1
    assert "refused" in text


def test_a_file_that_is_no_submission_is_refused_with_its_name(proposal: Path) -> None:
    (proposal / "proposed" / "submissions").mkdir()
    (proposal / "proposed" / "submissions" / "me.toml").write_text('name = "<script>"')
    status, text = judged(proposal)
    assert status == 1
    assert "submissions/me.toml" in text
    assert "<script>" not in text


def test_runs_of_the_base_are_not_judged_again(proposal: Path) -> None:
    shutil.rmtree(proposal / "base")
    shutil.copytree(proposal / "proposed", proposal / "base")
    status, text = judged(proposal)
    assert status == 0
    assert "adds no runs" in text


def test_the_citation_is_of_this_version() -> None:
    assert f"\nversion: {mjbench.__version__}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"version = {{{mjbench.__version__}}}" in (ROOT / "README.md").read_text()
