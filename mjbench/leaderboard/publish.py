"""Boards to files. The same records give the same bytes: no dates, no machine names, one order."""

from pathlib import Path

from mjbench.errors import MjbenchError
from mjbench.files import write_atomic
from mjbench.leaderboard import csv, html, markdown
from mjbench.leaderboard.board import Board
from mjbench.leaderboard.panels import picture_panels
from mjbench.leaderboard.svg import drawing


def files(board: Board) -> dict[str, bytes]:
    """Every file of a board by name; a board without any runs has no picture."""
    panels = picture_panels(board)
    page = markdown.render(board)
    texts = {"README.md": page, "index.html": html.render(board)}
    if panels:
        # The picture goes below the title of the page that GitHub shows for the folder.
        title, rest = page.split("\n", 1)
        texts["README.md"] = f"{title}\n\n![The scores as a plot](leaderboard.svg)\n{rest}"
        texts["leaderboard.svg"] = drawing(panels, style=True)
    texts["ranking.csv"] = csv.ranking_csv(board)
    texts["tasks.csv"] = csv.tasks_csv(board)
    texts["runs.csv"] = csv.runs_csv(board)
    return {name: text.encode() for name, text in texts.items()}


def publish(board: Board, out: Path) -> list[Path]:
    """Write a board to ``out/<board name>/``, each file atomically; the paths written.

    Raises:
        MjbenchError: the folder cannot be written.
    """
    folder = Path(out) / board.name
    content = files(board)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in content.items():
            write_atomic(folder / name, data)
        return [folder / name for name in content]
    except OSError as error:
        raise MjbenchError(
            f"cannot write the leaderboard to {folder}: {error.strerror or error}; choose another folder with --out"
        ) from error
