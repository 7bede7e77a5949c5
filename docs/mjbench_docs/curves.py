"""Learning curves of one task, from the ``curves.csv`` of the committed boards."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mjbench.leaderboard.plots.charts import Chart, Series
from mjbench.leaderboard.plots.lines import line_drawing
from mjbench.spec.task import TaskSpec
from mjbench.stats.estimate import Estimate
from mjbench.text import short_names

BOARDS = Path(__file__).parents[2] / "leaderboards"
WIDTH = 360.0
"""Narrow enough for a phone."""


@dataclass(frozen=True)
class BoardCurves:
    """The curves of a task on one board."""

    board: str
    """Folder of the board."""
    x_label: str
    entries: dict[str, list[tuple[float, Estimate]]]

    @property
    def steps(self) -> float:
        """The last place along x."""
        return max(x for points in self.entries.values() for x, _ in points)


@cache
def _rows(board: Path) -> list[dict[str, str]]:
    with board.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def curves_of(task_id: str) -> list[BoardCurves]:
    """The boards that have curves of the task: the longest budget first, then those with most entries."""
    found = []
    for path in sorted(BOARDS.glob("*/curves.csv")):
        rows = [row for row in _rows(path) if row["plot"] == task_id]
        entries: dict[str, list[tuple[float, Estimate]]] = {}
        for row in rows:
            low, high = (float(row[name]) if row[name] else None for name in ("low", "high"))
            entries.setdefault(row["entry"], []).append((float(row["x"]), Estimate(float(row["y"]), low, high)))
        if rows:
            found.append(BoardCurves(path.parent.name, rows[0]["x_axis"], entries))
    return sorted(found, key=lambda each: (-each.steps, -len(each.entries), each.board))


def drawing(curves: BoardCurves, task: TaskSpec) -> str:
    """An SVG of its own, light and dark."""
    short = short_names(list(curves.entries))
    series = [
        Series(name, index, tuple(point for _, point in points), short[name], x=tuple(x for x, _ in points))
        for index, (name, points) in enumerate(curves.entries.items())
    ]
    marks = [(task.random_return, "random"), (task.reference_return, "reference")]
    heights = tuple((mark.value, name) for mark, name in marks if mark is not None)
    x = tuple(sorted({place for each in series for place in each.x}))
    chart = Chart("curves", f"Board {curves.board}", curves.x_label, "mean return", x, tuple(series), heights)
    return line_drawing([chart], style=True, width=WIDTH)
