"""A board's tables as one LaTeX document that compiles as it is; papers copy the tables, which need booktabs alone."""

from collections.abc import Sequence
from typing import Any

from mjbench.leaderboard import cell_text
from mjbench.leaderboard.board import Board
from mjbench.leaderboard.columns import Column, Row, in_tables, measured, ranking_columns
from mjbench.stats.cell import Cell

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "{''}",
    "'": "{'}",
    "`": r"\textasciigrave{}",
    "-": "{-}",
    "\N{EN DASH}": "--",
    "…": r"\dots{}",
    "±": r"$\pm$",
    "†": r"$^\dagger$",
    "‡": r"$^\ddagger$",
    "·": r"$\cdot$",
    "[": "{[}",  # a bracket behind \\ would be an argument
    "]": "{]}",
}

_HEAD = r"""% Written by mjbench from run records. For a paper copy a table; it needs \usepackage{booktabs}.
\documentclass{article}
\usepackage{booktabs,graphicx,textcomp}
\usepackage[margin=2cm]{geometry}
\begin{document}
"""


def escape(text: str) -> str:
    """``text`` so that LaTeX shows it letter by letter; letters that its standard fonts lack show as their number."""
    return "".join(_letter(letter) for letter in text)


def _letter(letter: str) -> str:
    if letter in _SPECIAL:
        return _SPECIAL[letter]
    if " " <= letter <= "~" or ("À" <= letter <= "ÿ" and letter not in "\xd7\xf7\xd0\xf0\xde\xfe"):
        return letter
    return rf"\texttt{{U+{ord(letter):04X}}}"


def render(board: Board) -> str:
    """The document. The same board gives the same text."""
    parts = [_ranking(board), _tasks(board), _measures(board)]
    body = "\n".join(part for part in parts if part) or f"{escape(board.title)}: there are no runs yet.\n"
    return f"{_HEAD}\n{body}\n\\end{{document}}\n"


def _ranking(board: Board) -> str:
    if not board.ranked:
        return ""
    columns = in_tables(ranking_columns(), board.ranking)
    rows = [[str(row.rank) if row.rank else "--", escape(row.entry), *_cells(columns, row)] for row in board.ranking]
    head = ["Rank", "Algorithm", *_titles(columns)]
    return _table(f"{escape(board.title)}: ranking.", "rl" + _alignment(columns), head, rows)


def _tasks(board: Board) -> str:
    if not board.entries:
        return ""
    rows = [
        [escape(row.task), *(_mean(cell, cell is not None and cell.entry in row.statistics.best) for cell in row.cells)]
        for row in board.tasks
    ]
    head = ["Task", *(escape(entry) for entry in board.entries)]
    caption = f"{escape(board.title)}: mean return over seeds with 95\\,\\% $t$-intervals."
    return _table(caption, "l" + "r" * len(board.entries), head, rows)


def _measures(board: Board) -> str:
    columns, shown = measured(board)
    if not columns:
        return ""
    rows = [[escape(entry.row.task), escape(entry.cell.entry), *_cells(columns, entry)] for entry in shown]
    caption = f"{escape(board.title)}: success and metrics, means over seeds with 95\\,\\% $t$-intervals."
    return _table(caption, "ll" + _alignment(columns), ["Task", "Algorithm", *_titles(columns)], rows)


def _titles(columns: Sequence[Column[Any]]) -> list[str]:
    return [escape(column.title) + (r" $\downarrow$" if column.better == "lower" else "") for column in columns]


def _alignment(columns: Sequence[Column[Any]]) -> str:
    return "".join("r" if column.format.numeric else "l" for column in columns)


def _cells(columns: Sequence[Column[Row]], row: Row) -> list[str]:
    written = [column.write(row) for column in columns]
    return [_stacked(cell.text, cell.behind) for cell in written]


def _mean(cell: Cell | None, best: bool) -> str:
    text = escape(cell_text.mean(cell))
    return rf"\textbf{{{text}}}" if best else text


def _stacked(value: str, behind: str) -> str:
    return escape(value) + (rf" {{\scriptsize {escape(behind)}}}" if behind else "")


def _table(caption: str, columns: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{caption}}}",
        r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
        rf"\begin{{tabular}}{{{columns}}}",
        r"\toprule",
        " & ".join(head) + r" \\",
        r"\midrule",
        *(" & ".join(row) + r" \\" for row in rows),
        r"\bottomrule",
        r"\end{tabular}}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"
