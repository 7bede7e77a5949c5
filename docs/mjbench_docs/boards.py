"""The committed boards as pages of the site, so that its search finds them."""

import json
import re
from pathlib import Path

from mjbench_docs.pages import plain, table, toctree

BOARDS = Path(__file__).parents[2] / "leaderboards"
WHOLE = re.compile(r"\[-?[\d.,]+, -?[\d.,]+\]|\d (?:trials?|runs?|steps|processor hours)\b")
"""Numbers that are read as one: intervals, and counts with their unit."""
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")


def board_pages() -> dict[str, str]:
    """``index.md``, and a page for each board: those with most tasks first."""
    rows, pages = [], {}
    boards = [(path.parent, json.loads(path.read_text())) for path in sorted(BOARDS.glob("*/board.json"))]
    for folder, about in sorted(boards, key=lambda board: -board[1]["tasks"]):
        name, readme = folder.name, folder / "README.md"
        link = f'<a href="../leaderboards/{name}/index.html">The same board with filters, and a page for each run</a>'
        text = PICTURE.sub(rf"![\1](../../leaderboards/{name}/\2)", readme.read_text())
        title, _, rest = text.partition("\n")
        pages[f"{name}.md"] = f"{title}\n\n{link}.\n{WHOLE.sub(_unbroken, _without_links(rest))}"
        board = f"[{plain(about['title'])}]({name}.md)<br>{plain(about['description'])}"
        rows.append([board, *(str(about[key]) for key in ("tasks", "entries", "seeds"))])
    text = (
        "# Boards\n\nThe leaderboards of the repository. `mjbench leaderboard NAME` builds one again from the\n"
        "records in `results/`, to the same bytes. `NAME@1` is the board of version 1 of a suite, `NAME` that of its\n"
        "newest version. {doc}`/statistics` explains the numbers, {doc}`/submissions` how yours get there.\n\n"
    )
    text += table(("board", "tasks", "entries", "seeds"), rows, align=True)
    text += '<a href="../leaderboards/index.html">The boards with filters, and a page for each run</a>\n\n'
    return {"index.md": text + toctree([name.removesuffix(".md") for name in pages]), **pages}


def _without_links(text: str) -> str:
    """Links to files beside the README, of which the site has no source."""
    return re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?://|#)[^)]+\)", r"\1", text)


def _unbroken(found: re.Match[str]) -> str:
    """On one line."""
    return found[0].replace(" ", "\u00a0")
