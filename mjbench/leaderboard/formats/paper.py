"""Everything of a board that a paper needs: figures, tables, a paragraph for checklists, and a document with all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mjbench.leaderboard.board import Board
from mjbench.leaderboard.formats import checklist
from mjbench.leaderboard.formats.latex import escape
from mjbench.leaderboard.formats.paper_table import PACKAGES, render
from mjbench.leaderboard.formats.paper_tables import protocol, tables
from mjbench.leaderboard.plots.figures import figures
from mjbench.leaderboard.plots.print_figures import print_files
from mjbench.leaderboard.plots.print_style import WIDTHS

FOLDER = "paper"
_HEAD = rf"""% Written by mjbench from run records: pdflatex main && pdflatex main
% The tables need {PACKAGES}; the figures need graphicx; the checklist needs nothing.
\documentclass[10pt]{{article}}
\usepackage{{textcomp}}
{PACKAGES}
"""
_SIDES = 0.875
"""Inches of margin beside the text."""
_SHOWS: Mapping[str, str] = {
    "ranking": "Interquartile mean (IQM) of normalised scores: 0 is the random policy, 1 the reference. Lines are "
    r"95\,\% bootstrap intervals over seeds, dotted while preliminary; ticks are single seeds where there "
    "is no interval",
    "tasks": r"Mean return of the final policy. Lines are 95\,\% $t$-intervals over seeds, dotted while preliminary; "
    "ticks are single seeds",
    "performance-profiles": r"Performance profiles: share of runs above a normalised score $\tau$, with pointwise "
    r"95\,\% bootstrap bands",
    "sample-efficiency": r"Sample efficiency: IQM of normalised scores in the course of training, with pointwise "
    r"95\,\% bootstrap bands",
    "time-efficiency": r"Time efficiency: IQM of normalised scores by the processor time of training, mean over tasks",
    "learning-curves": r"Learning curves: mean return over seeds at each evaluation point, with 95\,\% $t$-intervals",
}
"""Captions of the figures by their names."""


@dataclass(frozen=True)
class PaperOptions:
    """How the paper is set."""

    width: float = 3.25
    """Of figures, inches."""
    tiers: bool = False
    """Whether the ranking says how far each entry was verified."""


PAPER = PaperOptions()


def paper_of(board: Board, options: PaperOptions) -> dict[str, bytes]:
    """Every file by its name; the same board and options give the same bytes."""
    slug = re.sub(r"[^A-Za-z0-9]+", "-", board.name)
    found: dict[str, bytes] = {}
    parts: list[str] = []
    for name, figure in figures(board).items():
        for ending, data in print_files(figure, board.entries, options.width).items():
            found[f"{FOLDER}/figures/{name}.{ending}"] = data
        parts.append(_figure(board, name, f"fig:{slug}-{name}"))
    shown = tables(board, options.tiers)
    for table in shown:
        found[f"{FOLDER}/tables/{table.name}.tex"] = render(table, f"tab:{slug}-{table.name}").encode()
    texts = [
        rf"\section*{{{escape(board.title)}}}",
        escape(board.description),
        _overview(slug, list(figures(board)), [table.name for table in shown]),
        *parts,
        r"\clearpage",
        *(rf"\input{{tables/{table.name}}}" for table in shown),
        r"\clearpage",
        r"\section*{Reproducibility}",
        r"\input{checklist}",
    ]
    body = "\n\n".join(text for text in texts if text)
    found[f"{FOLDER}/main.tex"] = f"{_HEAD}{_page(options.width)}\n{body}\n\n\\end{{document}}\n".encode()
    found[f"{FOLDER}/checklist.tex"] = checklist.as_latex(board).encode()
    found[f"{FOLDER}/checklist.md"] = checklist.as_markdown(board).encode()
    return found


def _page(width: float) -> str:
    """A page on which a figure of so many inches fits."""
    text = max(WIDTHS["text"], width)
    size = f"paperwidth={text + 2 * _SIDES:.3f}in,paperheight=11in,textwidth={text:.3f}in,textheight=9in"
    return f"\\usepackage[{size}]{{geometry}}\n\\begin{{document}}\n\\sloppy\n"


def _overview(slug: str, drawn: list[str], shown: list[str]) -> str:
    places = [rf"Figure~\ref{{fig:{slug}-{name}}} ({escape(name)})" for name in drawn]
    places += [rf"Table~\ref{{tab:{slug}-{name}}} ({escape(name)})" for name in shown]
    return f"This document shows {', '.join(places)}." if places else "There are no runs yet."


def _figure(board: Board, name: str, label: str) -> str:
    return "\n".join(
        (
            r"\begin{figure}[htbp]",
            r"\centering",
            rf"\includegraphics{{figures/{name}.pdf}}",
            rf"\caption{{{escape(board.title)}. {_SHOWS[name]}. {protocol(board)}}}",
            rf"\label{{{label}}}",
            r"\end{figure}",
        )
    )
