"""The tier of an entry, on every form of the board."""

import csv
import hashlib
import io
import json
from collections import Counter
from pathlib import Path

import pytest

from mjbench.leaderboard.build import custom_boards, suite_board
from mjbench.leaderboard.formats import csv_tables, html_pages, latex, markdown
from mjbench.store.store import Found, ResultStore
from mjbench.store.walk import RECORD
from mjbench.submission.verdicts import Verdicts, read_verdicts


@pytest.fixture
def kept(full, tmp_path) -> list[Found]:
    """Records on the disk: three seeds of sac and of ppo on three tasks."""
    store = ResultStore(tmp_path / "results")
    for item in [*full("sac", 50.0), *full("ppo", 40.0)]:
        store.write(item.record)
    return store.current()[0]


def verdict(folder: Path, name: str, tier: str, found: list[Found], played: int = 99) -> None:
    folder.mkdir(exist_ok=True)
    sums = [hashlib.sha256((item.path / RECORD).read_bytes()).hexdigest() for item in found]
    told = {"tier": tier, "replayed_episodes": played}
    runs = {str(place): {"record_sha256": checksum, **told} for place, checksum in enumerate(sums)}
    (folder / f"{name}.json").write_text(json.dumps({"tier": tier, "entries": {}, "runs": runs}))


def of(found: list[Found], algorithm: str) -> list[Found]:
    return [item for item in found if item.record.run.algorithm == algorithm]


def tiers(board) -> dict[str, str]:
    return {row["entry"]: row["tier"] for row in csv.DictReader(io.StringIO(csv_tables.ranking_csv(board)))}


def test_records_without_a_verdict_are_self_reported(kept, suite, tasks) -> None:
    board = suite_board(suite, kept, tasks, resamples=50)
    assert tiers(board) == {"sac": "self-reported", "ppo": "self-reported"}
    (note,) = [line for line in board.notes if line.startswith("The tier of an entry")]
    assert "refused" not in note
    assert all(tier in note for tier in ("self-reported:", "checked:", "re-evaluated:", "re-trained:"))


def test_an_entry_has_the_tier_of_its_weakest_record(kept, suite, tasks, tmp_path) -> None:
    folder = tmp_path / "submissions"
    verdict(folder, "sac", "re-evaluated", of(kept, "sac"))
    verdict(folder, "ppo", "re-trained", of(kept, "ppo")[1:])
    board = suite_board(suite, kept, tasks, resamples=50, verdicts=read_verdicts(folder)[0])
    assert tiers(board) == {"sac": "re-evaluated", "ppo": "self-reported"}
    assert "| sac | 0." in markdown.render(board)
    assert "| re-evaluated | 9/9 runs |" in markdown.render(board)
    assert '<td data-value="4"><span class="num">re-evaluated</span></td>' in html_pages.render(board)
    assert r" & re{-}evaluated & 9/9 runs \\" in latex.render(board)
    rows = list(csv.DictReader(io.StringIO(csv_tables.runs_csv(board))))
    assert Counter(row["tier"] for row in rows) == {"re-evaluated": 9, "re-trained": 8, "self-reported": 1}
    assert "<dt>Tier</dt><dd>re-evaluated</dd>" in html_pages.render_run(board, board.runs[-1])


def test_how_much_a_tier_covers_stands_beside_it(kept, suite, tasks, tmp_path) -> None:
    folder = tmp_path / "submissions"
    first = of(kept, "sac")[0].record.run.task
    verdict(folder, "sac", "spot-checked", of(kept, "sac"), 1)
    verdict(folder, "a", "re-trained", [item for item in of(kept, "ppo") if item.record.run.task == first])
    verdict(folder, "b", "re-evaluated", of(kept, "ppo"))
    board = suite_board(suite, kept, tasks, resamples=50, verdicts=read_verdicts(folder)[0])
    episodes = kept[0].record.run.protocol.final_episodes
    for text in (f"spot-checked (1 of {episodes} episodes)", "re-evaluated (re-trained on 1 of 3 tasks)"):
        assert text in markdown.render(board)
        assert text in html_pages.render(board)
    row = next(row for row in csv.DictReader(io.StringIO(csv_tables.ranking_csv(board))) if row["entry"] == "sac")
    assert (row["tier"], row["episodes_replayed"], row["final_episodes"]) == ("spot-checked", "1", str(episodes))
    run = next(run for run in board.runs if run.entry == "sac")
    assert "<dt>Self-reported</dt><dd>the other episodes, evaluation points" in html_pages.render_run(board, run)
    assert any("training curves and cost where re-evaluated" in note for note in board.notes)


def test_a_refused_entry_is_shown_as_such(kept, suite, tasks, tmp_path) -> None:
    verdict(tmp_path / "submissions", "sac", "refused", of(kept, "sac"))
    board = suite_board(suite, kept, tasks, resamples=50, verdicts=read_verdicts(tmp_path / "submissions")[0])
    assert tiers(board)["sac"] == "refused"
    assert any("refused: something is wrong" in line for line in board.notes)


def test_records_of_other_budgets_do_not_lower_a_tier(kept, suite, tasks, found, tmp_path) -> None:
    verdict(tmp_path / "submissions", "all", "checked", kept)
    verdicts = read_verdicts(tmp_path / "submissions")[0]
    board = suite_board(suite, [*kept, found(steps=999)], tasks, resamples=50, verdicts=verdicts)
    assert set(tiers(board).values()) == {"checked"}


def test_a_board_without_references_shows_the_tiers_too(kept, tmp_path) -> None:
    verdict(tmp_path / "submissions", "all", "checked", kept)
    (board,) = custom_boards(kept, [], {}, resamples=50, verdicts=read_verdicts(tmp_path / "submissions")[0])
    assert tiers(board) == {"sac": "checked", "ppo": "checked"}
    assert markdown.render(board).count("| checked | 9/9 runs |") == 2


def test_without_verdicts_no_record_is_read_again(full, suite, tasks) -> None:
    board = suite_board(suite, full("sac", 50.0), tasks, resamples=50, verdicts=Verdicts({}))
    assert tiers(board) == {"sac": "self-reported"}
