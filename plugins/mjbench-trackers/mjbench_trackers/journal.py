"""The points of a run on disk, for libraries that lose what a killed worker sent last."""

import json
from collections.abc import Mapping
from pathlib import Path

Point = tuple[int, dict[str, float]]
"""Environment steps, and scalars by name."""


class Journal:
    """Holds every point of the run up to where it resumes; each one added is on disk before ``add`` returns.

    Args:
        folder: of this tracker and run; an earlier worker's journal is taken over.
        step: environment steps that the run resumes from; later points are dropped, for they are sent again.
    """

    def __init__(self, folder: Path, step: int) -> None:
        self._path = folder / "points.jsonl"
        self.earlier: list[Point] = [point for point in _read(self._path) if point[0] <= step]
        """The points of earlier workers."""
        whole = self._path.with_suffix(".new")
        whole.write_text("".join(map(_line, self.earlier)))
        whole.replace(self._path)

    def add(self, step: int, values: Mapping[str, float]) -> None:
        """Keep a point."""
        with self._path.open("a") as file:
            file.write(_line((step, dict(values))))


def _line(point: Point) -> str:
    return json.dumps(point) + "\n"


def _read(path: Path) -> list[Point]:
    points: list[Point] = []
    for line in path.read_text().splitlines() if path.exists() else []:
        try:
            step, values = json.loads(line)
        except ValueError:  # the last line of a worker that was killed while it wrote
            break
        points.append((step, values))
    return points
