"""A Sphinx extension: pages on verbs, tasks, boards and notebooks, written from what is installed and committed.

``make docs`` writes them into the folders of ``FOLDERS``, which git ignores, before Sphinx reads its sources.
"""

import shutil
from pathlib import Path
from typing import Any

from pygments.lexers.special import TextLexer

from mjbench_docs.boards import board_pages
from mjbench_docs.notebooks import notebook_pages
from mjbench_docs.pages import write_pages
from mjbench_docs.tasks import task_pages
from mjbench_docs.verbs import verb_pages

DOCS = Path(__file__).parents[1]
ROOT = DOCS.parent
FOLDERS = {"verbs": verb_pages, "tasks": task_pages, "boards": board_pages, "notebooks": notebook_pages}
"""Folders of generated pages, each with what fills it."""


def write_all(docs: Path = DOCS) -> None:
    """Write every generated page below ``docs``."""
    for name, pages in FOLDERS.items():
        write_pages(docs / name, pages())


def copy_boards(app: Any, error: Exception | None) -> None:
    """The committed boards as they are, with their filters and their pages on single runs."""
    if error is None and app.builder.format == "html":
        shutil.copytree(ROOT / "leaderboards", Path(app.outdir) / "leaderboards", dirs_exist_ok=True)


def setup(app: Any) -> dict[str, bool]:
    """What Sphinx calls."""
    app.add_lexer("csv", TextLexer)  # Pygments knows none
    app.connect("builder-inited", lambda _: write_all())
    app.connect("build-finished", copy_boards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
