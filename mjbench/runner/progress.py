"""How far a run is: a small file that the worker replaces now and then, and that anyone may read."""

import contextlib
import json
import math
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from mjbench.errors import RecordError
from mjbench.io.strict import read_file

PERIOD_S = 1.0
"""The worker writes at most this often."""
LONGEST_S = 1e12
LARGEST = 64 * 2**20
"""Bytes of a file that is looked at; that of a million evaluations fits."""
EARLY_S = 10.0
"""Before that a run's own rate says nothing."""


@dataclass(frozen=True)
class Progress:
    """State of a run under way."""

    step: int
    steps: int
    elapsed_s: float
    """Since the worker began to train."""
    evaluation: float | None
    """Mean return of the latest evaluation."""
    pid: int
    phase: str = "training"
    """``training`` or ``evaluating``."""
    evaluations: tuple[tuple[int, float], ...] = ()
    """Step and mean return of each evaluation so far."""

    @property
    def rate(self) -> float:
        """Environment steps a second so far, evaluation included; 0 before the first."""
        return self.step / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def remaining_s(self) -> float | None:
        """Estimated time to the end; None while start-up is most of what has been seen."""
        return (self.steps - self.step) / self.rate if self.rate and self.elapsed_s >= EARLY_S else None


class ProgressWriter:
    """Writes ``progress.json``. Not synced to disk: it is news, not data."""

    def __init__(self, path: Path, steps: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._steps = steps
        self._clock = clock
        self._start = clock()
        self._evaluations: list[tuple[int, float]] = []

    def resume(self, elapsed_s: float, evaluations: Iterable[tuple[int, float]] = ()) -> None:
        """Count the time that earlier workers took, and their evaluations."""
        self._start = self._clock() - elapsed_s
        self._evaluations = list(evaluations)

    def write(self, step: int, phase: str = "training", evaluation: float | None = None) -> None:
        """Replace the file; where that fails, the run is worth more than the news of it."""
        if evaluation is not None:
            self._evaluations.append((step, evaluation))
        latest, elapsed_s = self._evaluations[-1:], self._clock() - self._start
        now = Progress(
            step, self._steps, elapsed_s, latest[0][1] if latest else None, os.getpid(), phase, tuple(self._evaluations)
        )
        temporary = self._path.with_suffix(".tmp")
        with contextlib.suppress(OSError):
            temporary.write_text(json.dumps(asdict(now)))
            os.replace(temporary, self._path)


def read_progress(folder: Path) -> Progress | None:
    """Progress of the run whose private folder this is; None before it has begun."""
    try:
        found = Progress(**json.loads(read_file(folder / "progress.json", LARGEST)))
        counts = 0 <= int(found.step) <= 2**53 and 0 <= int(found.steps) <= 2**53
        times = 0 <= float(found.elapsed_s) <= LONGEST_S and (
            found.evaluation is None or math.isfinite(found.evaluation)
        )
        points = tuple((int(step), float(mean)) for step, mean in found.evaluations)
        known = all(0 <= step <= 2**53 and math.isfinite(mean) for step, mean in points)
        return (
            replace(found, evaluations=points) if counts and times and known and isinstance(found.phase, str) else None
        )
    except (RecordError, ValueError, TypeError, OverflowError, RecursionError):
        return None
