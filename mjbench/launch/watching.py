"""Learning curves of the runs in a results folder, finished or under way, looked at again and again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mjbench.errors import RecordError
from mjbench.launch.states import begun, state_of
from mjbench.runner.progress import read_progress
from mjbench.spec.run import RunSpec
from mjbench.stats.returns import evaluation_points
from mjbench.store.store import ResultStore
from mjbench.store.walk import record_folders

ORDER = ("running", "resumable", "failed", "done")


@dataclass(frozen=True)
class Curve:
    """One run, with its mean return at each evaluation so far."""

    run: RunSpec
    state: str
    """``running``, ``resumable``, ``failed``, ``diverged`` or ``done``."""
    step: int
    points: tuple[tuple[int, float], ...]
    """Steps and mean return, ascending."""
    rate: float = 0.0
    """Environment steps a second; 0 where it is not known."""
    remaining_s: float | None = None
    phase: str = ""

    @property
    def latest(self) -> float | None:
        """Mean return of the last evaluation."""
        return self.points[-1][1] if self.points else None


class Watch:
    """Reads what has changed since the last look: a record is read once, as it never changes.

    Args:
        store: the results folder.
        wanted: which runs to show.
    """

    def __init__(self, store: ResultStore, wanted: Callable[[RunSpec], bool] = lambda run: True) -> None:
        self._store, self._wanted = store, wanted
        self._read: dict[str, Curve | None] = {}
        """By folder; None for a run that is not wanted, and for a record that cannot be read."""
        self.problems: list[str] = []
        """A line for each record that cannot be read."""

    def look(self) -> list[Curve]:
        """The curves now: the runs under way first, then by task, algorithm and seed."""
        found: dict[str, Curve] = {}
        walked: list[str] = []
        for folder in record_folders(str(self._store.root), walked):
            if folder not in self._read:
                self._read[folder] = self._finished(folder)
            curve = self._read[folder]
            before = None if curve is None else found.get(curve.run.run_id)
            if curve is not None and (before is None or before.state != "done"):
                found[curve.run.run_id] = curve
        for run in begun(self._store):
            if self._wanted(run):
                curve = self._under_way(run)
                if curve is not None:
                    found[run.run_id] = curve
        return sorted(found.values(), key=_place)

    def _finished(self, folder: str) -> Curve | None:
        try:
            record = self._store.read(Path(folder))
        except RecordError as error:
            self.problems.append(str(error))
            return None
        if not self._wanted(record.run):
            return None
        points = tuple((point.steps, point.mean) for point in evaluation_points(record) if point.mean is not None)
        done = record.status == "completed"
        step = record.final_step if done else points[-1][0] if points else 0
        return Curve(record.run, "done" if done else record.status, step, points, record.resources.steps_per_s)

    def _under_way(self, run: RunSpec) -> Curve | None:
        """The run as its worker says; None for one that is done, failed or not begun."""
        state = state_of(run, self._store)
        progress = read_progress(self._store.work(run))
        if state not in ("running", "resumable"):
            return None
        if progress is None:
            return Curve(run, state, 0, ())
        running = state == "running"
        return Curve(
            run,
            state,
            progress.step,
            progress.evaluations,
            progress.rate if running else 0.0,
            progress.remaining_s if running else None,
            progress.phase if running else "",
        )


def _place(curve: Curve) -> tuple[object, ...]:
    run, state = curve.run, "failed" if curve.state == "diverged" else curve.state
    return ORDER.index(state), run.task, run.entry, run.steps, run.seed
