"""A board as GitHub-flavoured Markdown."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from mjbench.leaderboard import cell_text
from mjbench.leaderboard.board import Board
from mjbench.leaderboard.columns import Column, Row, in_tables, measured, ranking_columns
from mjbench.leaderboard.plots.charts import curve_charts
from mjbench.leaderboard.plots.panels import picture_panels
from mjbench.text import number

_ENTITIES = str.maketrans(
    {c: f"&#{ord(c)};" for c in "\\`*|<>&~$@#!"} | {"&": "&amp;", "<": "&lt;", ">": "&gt;", "[": "\\["}
)
_EDGE_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_INTERVAL = re.compile(r"\\\[(?=-?[0-9])")
_AUTOLINK = re.compile(r"(?<=www)\.|:(?=//)", re.IGNORECASE)


def escape(text: str) -> str:
    """``text`` so that Markdown shows it letter by letter: no markup, HTML, links, mentions or table borders."""
    text = text.translate(_ENTITIES)
    text = _EDGE_UNDERSCORE.sub("&#95;", text)
    return _AUTOLINK.sub(lambda match: f"&#{ord(match[0])};", text)


def render(board: Board) -> str:
    """The whole page: ranking, tasks, normalisation, notes. The same board gives the same text."""
    picture = "![The scores as a plot](leaderboard.svg)" if picture_panels(board) else ""
    curves = "![Learning curves of all tasks](plots/learning-curves.svg)" if curve_charts(board) else ""
    parts = [f"# {escape(board.title)}", picture, escape(board.description), _ranking(board), _improvement(board)]
    parts += [_tasks(board), _measures(board), curves, _references(board)]
    parts.append("## Notes\n\n" + "\n".join(f"- {escape(note)}" for note in board.notes))
    return "\n\n".join(part for part in parts if part) + "\n"


def _ranking(board: Board) -> str:
    if not board.ranked:
        return ""
    columns = in_tables(ranking_columns(), board.ranking)
    rows = [
        [
            str(row.rank) if row.rank else cell_text.NOTHING,
            escape(row.entry) + (" (partial)" if row.partial and row.rank else ""),
            *_cells(columns, row),
        ]
        for row in board.ranking
    ]
    caution = f"{escape(board.caution)}\n\n" if board.caution else ""
    return f"## Ranking\n\n{caution}" + _columned(["Rank", "Algorithm"], columns, rows, right={0})


def _improvement(board: Board) -> str:
    pairs = board.statistics.improvement
    if not pairs:
        return ""
    names = [entry for entry in board.entries if entry in board.statistics.entries]
    rows = [
        [
            escape(x),
            *(f"{cell_text.value(pairs.get((x, y)))} {cell_text.bounds(pairs.get((x, y)))}".rstrip() for y in names),
        ]
        for x in names
    ]
    head = ["Row beats column", *(escape(name) for name in names)]
    return "## Probability of improvement\n\n" + _table(head, rows, right=set(range(1, len(head))))


def _tasks(board: Board) -> str:
    if not board.entries:
        return ""
    own_budgets = board.steps is None
    rows: list[list[str]] = []
    for row in board.tasks:
        line = [escape(row.task)] + ([f"{row.steps:,}"] if own_budgets else [])
        for cell in row.cells:
            text = cell_text.mean(cell)
            if cell is not None and cell.entry in row.statistics.best:
                text = f"**{text}**"
            behind = cell_text.detail(cell)
            line.append(f"{text} ({behind})" if behind else text)
        rows.append(line)
    head = ["Task", *(["Steps"] if own_budgets else []), *(escape(entry) for entry in board.entries)]
    return "## Mean return by task\n\n" + _table(head, rows, right=set(range(1, len(head))))


def _measures(board: Board) -> str:
    columns, shown = measured(board)
    if not columns:
        return ""
    rows = [[escape(entry.row.task), escape(entry.cell.entry), *_cells(columns, entry)] for entry in shown]
    return "## Success and metrics by task\n\n" + _columned(["Task", "Algorithm"], columns, rows)


def _references(board: Board) -> str:
    rows = [
        [
            escape(row.task),
            *(number(ref.value) if ref else cell_text.NOTHING for ref in (row.random, row.reference)),
            *(escape(ref.source) if ref else cell_text.NOTHING for ref in (row.random, row.reference)),
        ]
        for row in board.tasks
        if row.random or row.reference
    ]
    if not rows:
        return ""
    head = ["Task", "Random (0)", "Reference (1)", "Source of random", "Source of reference"]
    return "## Normalisation\n\n" + _table(head, rows, right={1, 2})


def _cells(columns: Sequence[Column[Row]], row: Row) -> list[str]:
    written = [column.write(row) for column in columns]
    texts = [escape(cell_text.joined(cell.text, cell.behind)) for cell in written]
    return [_INTERVAL.sub("[", text) for text in texts]


def _columned(head: list[str], columns: Sequence[Column[Any]], rows: list[list[str]], right: Iterable[int] = ()) -> str:
    """A table whose first columns are those of ``head``."""
    titles = [escape(column.title) + (" ↓" if column.better == "lower" else "") for column in columns]
    numeric = {len(head) + place for place, column in enumerate(columns) if column.format.numeric}
    return _table([*head, *titles], rows, {*right, *numeric})


def _table(head: list[str], rows: list[list[str]], right: set[int]) -> str:
    rule = ["---:" if i in right else "---" for i in range(len(head))]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *rows))
