"""The page over all boards of a folder, from the summary that each of them keeps as ``board.json``."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from mjbench.errors import MjbenchError, RecordError
from mjbench.files import write_atomic
from mjbench.leaderboard import html
from mjbench.leaderboard.board import Board
from mjbench.leaderboard.text import shown
from mjbench.strict import parse_json, read_file

SUMMARY = "board.json"
PAGE = "index.html"
_LIMIT = 64 * 2**10
"""Bytes of a summary."""


@dataclass(frozen=True)
class Summary:
    """One board, as the index shows it; every string is printable."""

    title: str
    description: str
    tasks: int
    seeds: int
    """Training seeds asked for."""
    entries: int

    @classmethod
    def of(cls, board: Board) -> "Summary":
        """The summary of a board."""
        return cls(board.title, board.description, len(board.tasks), board.seeds, len(board.entries))

    def as_json(self) -> str:
        """The text of ``board.json``."""
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"


def read_summary(path: Path) -> Summary:
    """A summary that was written before.

    Raises:
        RecordError: the file cannot be read or is none.
    """
    body = parse_json(read_file(path, _LIMIT))
    kinds = {field.name: field.type for field in fields(Summary)}
    if not isinstance(body, dict) or set(body) != set(kinds):
        raise RecordError("not the summary of a leaderboard")
    if any(type(body[name]) is not kind for name, kind in kinds.items()):
        raise RecordError("not the summary of a leaderboard")
    return Summary(shown(body["title"]), shown(body["description"], 400), body["tasks"], body["seeds"], body["entries"])


def write_index(out: Path) -> tuple[Path, list[str]]:
    """Write the page over all boards in ``out``, sorted by the names of their folders.

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
        data = html.render_index(summaries).encode()
        if not page.is_file() or page.read_bytes() != data:
            write_atomic(page, data)
    except OSError as error:
        raise MjbenchError(
            f"cannot write {page}: {error.strerror or error}; choose another folder with --out"
        ) from error
    return page, problems
