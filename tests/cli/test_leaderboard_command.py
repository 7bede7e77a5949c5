"""``mjbench leaderboard``: rankings of all boards in a few lines, the tables of one suite whole."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from committed import committed_results

from mjbench.cli.leaderboard import leaderboard_command

RESULTS = committed_results()


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Reacher and the inverted pendulum by PPO, of the first quickstart."""
    for task in ("Reacher-v5", "InvertedPendulum-v5"):
        shutil.copytree(RESULTS / "gymnasium" / task / "ppo", tmp_path / "results" / "gymnasium" / task / "ppo")
    return tmp_path / "results"


def built(results: Path, *arguments: str) -> str:
    folders = ["--results", str(results), "--out", str(results.parent / "boards")]
    done = CliRunner().invoke(leaderboard_command, [*arguments, *folders])
    assert done.exit_code == 0, done.exception
    return done.output


def test_without_a_suite_each_board_is_a_ranking_and_the_page_is_named(results: Path) -> None:
    text = built(results)
    assert "quickstart v1: 2 tasks, 1 entry\nrank  algorithm  IQM\n" in text
    assert f"open {results.parent / 'boards' / 'index.html'}" in text
    assert "## " not in text
    assert "‡" not in text
    assert max(map(len, text.splitlines())) < 120
    assert (results.parent / "boards" / "index.html").is_file()


def test_the_tables_of_one_suite_are_printed_whole(results: Path) -> None:
    text = built(results, "quickstart@1")
    assert "## Ranking" in text
    assert "wrote " in text
