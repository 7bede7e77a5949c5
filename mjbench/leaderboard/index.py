"""The page over all boards of a folder, from the summary that each of them keeps as ``board.json``."""

from pathlib import Path

from mjbench.errors import MjbenchError, RecordError
from mjbench.io.files import write_atomic
from mjbench.leaderboard.formats import html_pages
from mjbench.leaderboard.summary import SUMMARY, Summary, read_summary

PAGE = "index.html"


def write_index(out: Path) -> tuple[Path, list[str]]:
    """Write the page over all boards in ``out``: those with most tasks first, then by the names of their folders.

    Returns:
        The path of the page, and a line for each board whose summary cannot be read.

    Raises:
        MjbenchError: the page cannot be written.
    """
    summaries: dict[str, Summary] = {}
    problems: list[str] = []
    page = Path(out) / PAGE
    try:
        for path in sorted(Path(out).glob(f"*/{SUMMARY}")):
            try:
                summaries[path.parent.name] = read_summary(path)
            except RecordError as error:
                problems.append(f"{path}: {error}; build that leaderboard again")
        most_tasks_first = dict(sorted(summaries.items(), key=lambda item: -item[1].tasks))
        data = html_pages.render_index(most_tasks_first).encode()
        if not page.is_file() or page.read_bytes() != data:
            write_atomic(page, data)
    except OSError as error:
        raise MjbenchError(
            f"cannot write {page}: {error.strerror or error}; choose another folder with --out"
        ) from error
    return page, problems
