"""The summary that each board keeps of itself as ``board.json``, for the page over all boards."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from mjbench.errors import RecordError
from mjbench.io.strict import parse_json, read_file
from mjbench.leaderboard.board import Board
from mjbench.text import shown

SUMMARY = "board.json"
_LIMIT = 64 * 2**10
"""Bytes of a summary."""


@dataclass(frozen=True)
class Summary:
    """One board, as the index shows it; every string is printable."""

    title: str
    description: str
    tasks: int
    seeds: int
    """Training seeds required."""
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
