"""One table of a paper in LaTeX: split where it would be too wide or too long to be read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mjbench.leaderboard.formats.latex import escape

WIDE = 124.0
"""Characters of footnote size that fit into the width of a page."""
_GAP, _SCRIPT = 2.4, 0.86
LONG = 42
"""Lines of a table that fit onto a page with its caption."""
PACKAGES = r"\usepackage{booktabs,graphicx}"


@dataclass(frozen=True)
class Field:
    """One cell; not escaped."""

    text: str
    behind: str = ""
    """Small, below the text."""
    bold: bool = False


@dataclass(frozen=True)
class Table:
    """What a table says."""

    name: str
    """Of its file."""
    caption: str
    """LaTeX."""
    head: tuple[str, ...]
    """Not escaped; a name that ends in an arrow is better when lower."""
    rows: tuple[tuple[Field, ...], ...]
    keys: int = 1
    """First columns, which name the row and stand in every part."""
    numeric: bool = True
    """Whether the other columns are numbers, which stand at the right."""


def render(table: Table, label: str) -> str:
    """All parts of the table, one ``table`` environment each; the first has the label."""
    parts: list[str] = []
    for columns in _split(table):
        for rows in _pages([[row[place] for place in columns] for row in table.rows]):
            continued = bool(parts)
            caption = f"{table.caption.partition('. ')[0].rstrip('.')}, continued." if continued else table.caption
            parts.append(_part(table, caption, "" if continued else label, [table.head[c] for c in columns], rows))
    return f"% Needs {PACKAGES}\n" + "\n".join(parts)


def breakable(text: str) -> str:
    """``text`` escaped for running text, where long names may break behind a slash, an underscore or a bracket."""
    return re.sub(r"(/|\\_|=|,(?=[A-Za-z]))(?=\S)", r"\1\\allowbreak{}", escape(text))


def _split(table: Table) -> list[list[int]]:
    """Places of the columns of each part."""
    widths = [
        max(len(head), *(max(len(row[place].text), _SCRIPT * len(row[place].behind)) for row in table.rows)) + _GAP
        for place, head in enumerate(table.head)
    ]
    keys = list(range(table.keys))
    used = sum(widths[: table.keys])
    parts: list[list[int]] = [[]]
    room = WIDE - used
    for place in range(table.keys, len(table.head)):
        if parts[-1] and sum(widths[p] for p in parts[-1]) + widths[place] > room:
            parts.append([])
        parts[-1].append(place)
    return [keys + part for part in parts]


def _pages(rows: Sequence[list[Field]]) -> list[list[list[Field]]]:
    pages: list[list[list[Field]]] = [[]]
    lines = 0
    for row in rows:
        height = 2 if any(field.behind for field in row) else 1
        if lines + height > LONG:
            pages.append([])
            lines = 0
        pages[-1].append(row)
        lines += height
    return pages


def _part(table: Table, caption: str, label: str, head: Sequence[str], rows: Sequence[Sequence[Field]]) -> str:
    body: list[str] = []
    for row in rows:
        body.append(" & ".join(_text(field) for field in row) + r" \\")
        if any(field.behind for field in row):
            small = [rf"{{\scriptsize {_minus(escape(field.behind))}}}" if field.behind else "" for field in row]
            body.append(" & ".join(small) + r" \\[2pt]")
    titles = [escape(title.removesuffix(" ↓")) + (r" $\downarrow$" if title.endswith(" ↓") else "") for title in head]
    align = "l" * table.keys + ("r" if table.numeric else "l") * (len(head) - table.keys)
    lines = [
        r"\begin{table}[htbp]",
        r"\centering\footnotesize\setlength{\tabcolsep}{4pt}",
        r"\setlength{\abovecaptionskip}{0pt}\setlength{\belowcaptionskip}{5pt}",
        rf"\caption{{{caption}}}",
        *([rf"\label{{{label}}}"] if label else []),
        r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
        rf"\begin{{tabular}}{{@{{}}{align}@{{}}}}",
        r"\toprule",
        " & ".join(titles) + r" \\",
        r"\midrule",
        *body,
        r"\bottomrule",
        r"\end{tabular}}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _minus(text: str) -> str:
    """Escaped ``text`` with a minus before numbers in the place of the hyphen."""
    return re.sub(r"(?<![\w}])\{-\}(?=\d)", "$-$", text).replace("{[}{-}", "{[}$-$")


def _text(field: Field) -> str:
    text = _minus(escape(field.text))
    return rf"\textbf{{{text}}}" if field.bold else text
