"""Tables and lines fit the terminal, and are whole where output goes elsewhere."""

import pytest

from mjbench.cli.terminal.table import fitted, table, wrapped

HEAD = ["task", "algorithm", "steps", "done", "failed"]
ROWS = [
    ["gymnasium/InvertedPendulum-v5", "fast-ppo", "6,000", 3, "."],
    ["gymnasium/InvertedPendulum-v5", "fast-sac", "6,000", 1, "."],
    ["gymnasium/Reacher-v5", "fast-sac", "6,000", ".", "."],
]


def test_a_file_and_a_wide_terminal_get_the_whole_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert fitted(HEAD, ROWS, (2,)) == table(HEAD, ROWS, (2,))
    assert wrapped("a " * 200) == "a " * 200
    monkeypatch.setenv("COLUMNS", "200")
    assert fitted(HEAD, ROWS, (2,)) == table(HEAD, ROWS, (2,))


def test_columns_in_which_nothing_stands_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    width = len(table(HEAD, ROWS).splitlines()[0]) - 1
    monkeypatch.setenv("COLUMNS", str(width))
    text = fitted(HEAD, ROWS, (2, 3))
    assert "failed" not in text
    assert "done" in text
    assert max(map(len, text.splitlines())) <= width
    assert text.splitlines()[2].endswith("6,000     3")


def test_a_narrow_terminal_gets_lines_that_break_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    assert fitted(HEAD, ROWS, (2,)).splitlines() == [
        "gymnasium/InvertedPendulum-v5",
        "  fast-ppo, steps 6,000,",
        "  done 3",
        "  fast-sac, steps 6,000,",
        "  done 1",
        "gymnasium/Reacher-v5",
        "  fast-sac, steps 6,000",
    ]


def test_lines_break_between_words_and_paths_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    text = wrapped("start with: mjbench run --suite quickstart-with-a-long-name\nnext")
    assert text.splitlines() == ["start with: mjbench", "run --suite", "quickstart-with-a-long-name", "next"]
