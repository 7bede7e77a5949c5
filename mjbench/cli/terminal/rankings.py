"""A board in a few lines of the terminal."""

from mjbench.cli.terminal.table import table
from mjbench.leaderboard import cell_text
from mjbench.leaderboard.board import Board, Ranked
from mjbench.text import count

MOST = 8
"""Entries that are shown."""
LONGEST = 40
"""Characters of an entry's name."""


def short_ranking(board: Board) -> str:
    """Title, size and ranking of a board."""
    head = f"{board.title}: {count(len(board.tasks), 'task')}, {count(len(board.entries), 'entry', 'entries')}"
    if not board.ranked:
        return f"{head}, not ranked: {', '.join(board.labels[entry] for entry in board.entries[:MOST])}"
    rows = [
        [
            row.rank or cell_text.NOTHING,
            _name(board.labels[row.entry]) + (" (partial)" if row.partial and row.rank else ""),
            _score(row),
        ]
        for row in board.ranking[:MOST]
    ]
    more = len(board.ranking) - MOST
    lines = [head, table(["rank", "algorithm", "IQM"], rows, right=(0,))]
    return "\n".join(lines + ([f"... and {more} more"] if more > 0 else []))


def _name(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"


def _score(row: Ranked) -> str:
    estimate = row.aggregates.get("iqm")
    if estimate is None:
        return cell_text.NOTHING
    interval = cell_text.interval(estimate, row.standing, row.points).rstrip(cell_text.PRELIMINARY)
    return cell_text.joined(cell_text.value(estimate), interval)
