"""Boards to files. The same records give the same bytes: no dates, no machine names, one order."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from mjbench.errors import MjbenchError
from mjbench.io.collection import no_collection
from mjbench.io.files import write_atomic
from mjbench.leaderboard.board import Board
from mjbench.leaderboard.formats import csv_tables, html_pages, latex, markdown
from mjbench.leaderboard.formats.paper import PAPER, PaperOptions, paper_of
from mjbench.leaderboard.plots.figures import as_svg, figures
from mjbench.leaderboard.plots.panels import picture_panels
from mjbench.leaderboard.plots.svg import drawing
from mjbench.leaderboard.summary import SUMMARY, Summary

MOST_PAGES = 2_000
"""Runs of a board that have pages of their own. A larger board lists them in ``runs.csv`` alone."""
_OF_A_RUN = re.compile(r"[0-9a-f]{12}\.(html|mp4)")


def video_path(out: Path, board: Board, run_id: str) -> Path:
    """The place of the video of a run, for its page to show it. Videos are made on request and no page needs one."""
    return Path(out) / board.name / "videos" / f"{run_id}.mp4"


def missing_videos(board: Board, out: Path) -> dict[str, Path]:
    """By run id, the videos that are not there yet: of the lowest completed seed of each entry on each task."""
    first: dict[tuple[str, str], str] = {}
    for run in board.runs:  # ascending by seed
        if run.score.status == "completed":
            first.setdefault((run.entry, run.task), run.score.run_id)
    paths = {run_id: video_path(out, board, run_id) for run_id in first.values()}
    return {run_id: path for run_id, path in paths.items() if not path.exists()}


def has_pages(board: Board) -> bool:
    """Whether each run of the board has a page."""
    return 0 < len(board.runs) <= MOST_PAGES


@no_collection()
def files(board: Board, videos: Collection[str] = ()) -> dict[str, bytes]:
    """Every file of a board by name; a board without any runs has no pictures.

    Args:
        board: what to show.
        videos: ids of the runs whose pages show a video.
    """
    panels = picture_panels(board)
    texts = {"README.md": markdown.render(board), "index.html": html_pages.render(board, videos, has_pages(board))}
    texts[SUMMARY] = Summary.of(board).as_json()
    if panels:
        texts["leaderboard.svg"] = drawing(panels, style=True)
    texts |= {f"{name}.csv": table for name, table in csv_tables.tables(board).items()}
    texts["tables.tex"] = latex.render(board)
    texts |= {f"plots/{name}.svg": as_svg(figure) for name, figure in figures(board).items()}
    if has_pages(board):
        texts |= {f"runs/{r.page}": html_pages.render_run(board, r, r.score.run_id in videos) for r in board.runs}
    content = {name: text.encode() for name, text in texts.items()}
    return content | {f"assets/{name}": html_pages.asset(name) for name in html_pages.ASSETS}


def paper_files(board: Board, paper: Board | None = None, options: PaperOptions = PAPER) -> dict[str, bytes]:
    """What is made on request, as its bytes depend on other packages' versions: plots as PNG, tables as Parquet, and
    what papers need.

    Args:
        board: the whole board. Its tables are left out where pyarrow is not installed.
        paper: the same with the entries and tasks that the paper shows; all of them where it is None.
        options: of the paper.
    """
    from mjbench.leaderboard.formats.parquet import as_parquet, has_pyarrow
    from mjbench.leaderboard.plots.png import as_png

    content = {f"plots/{name}.png": as_png(figure) for name, figure in figures(board).items()}
    if has_pyarrow():
        content |= {f"{name}.parquet": as_parquet(table) for name, table in csv_tables.tables(board).items()}
    return content | paper_of(paper or board, options)


def publish(board: Board, out: Path, extra: Mapping[str, bytes] | None = None) -> list[Path]:
    """Write a board to ``out/<board name>/``, each file atomically, and remove pages of runs that it no longer has.

    Videos that lie there already are shown, those of runs that it no longer has removed.

    Args:
        board: what to write.
        out: folder of all boards.
        extra: further files, such as ``paper_files``.

    Returns:
        The paths of all files of the board; those that held the same bytes already stay untouched.

    Raises:
        MjbenchError: the folder cannot be written.
    """
    folder = Path(out) / board.name
    videos = {run.score.run_id for run in board.runs if video_path(out, board, run.score.run_id).is_file()}
    content = files(board, videos) | dict(extra or {})
    kept = set(content) | {f"videos/{run_id}.mp4" for run_id in videos}
    try:
        for name in dict.fromkeys(str(Path(name).parent) for name in (".", *content)):
            if (link := next((path for path in (folder / name, folder) if path.is_symlink()), None)) is not None:
                raise MjbenchError(f"{link} is a link; remove it, or choose another folder with --out")
        for name, data in content.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_file() or path.read_bytes() != data:
                write_atomic(path, data)
        for path in (*(folder / "runs").glob("*.html"), *(folder / "videos").glob("*.mp4")):
            if _OF_A_RUN.fullmatch(path.name) and f"{path.parent.name}/{path.name}" not in kept:
                path.unlink()
        return [folder / name for name in content]
    except OSError as error:
        raise MjbenchError(
            f"cannot write the leaderboard to {folder}: {error.strerror or error}; choose another folder with --out"
        ) from error
