"""A board's tables as one LaTeX document that compiles as it is; papers copy the tables, which need booktabs alone."""

from collections.abc import Sequence

from mjbench.leaderboard import cell_text
from mjbench.leaderboard.board import COLUMNS, Board
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
    parts = [_ranking(board), _tasks(board)]
    body = "\n".join(part for part in parts if part) or f"{escape(board.title)}: there are no runs yet.\n"
    return f"{_HEAD}\n{body}\n\\end{{document}}\n"


def _ranking(board: Board) -> str:
    if not any(row.aggregates for row in board.ranking):
        return ""
    rows = [
        [
            str(row.rank) if row.rank else "--",
            escape(row.entry),
            *(_stacked(cell_text.aggregate(row, c.key), cell_text.interval(row, c.key)) for c in COLUMNS),
            escape(cell_text.rank_interval(row.ranks)),
            escape(row.tier),
        ]
        for row in board.ranking
    ]
    head = ["Rank", "Algorithm", *(column.title for column in COLUMNS), r"Rank 95\,\%", "Tier"]
    return _table(f"{escape(board.title)}: ranking.", "rl" + "r" * len(COLUMNS) + "rl", head, rows)


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
