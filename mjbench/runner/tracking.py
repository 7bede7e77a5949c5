"""A run's trackers: each receives what happens, and one that raises costs the run nothing but its curves."""

import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from mjbench.api.tracker import Tracker
from mjbench.runner.stop_signals import stop_signals
from mjbench.spec.record import RunRecord
from mjbench.spec.run import RunSpec


class Tracking:
    """Passes on to trackers; see ``mjbench.api.tracker.Tracker``.

    Args:
        run: the run.
        folder: a folder in it for each tracker, by its name, holds that tracker's files.
        trackers: by name; none for a run that nobody listens to.
        tell: takes a line for the run's log.
    """

    def __init__(
        self,
        run: RunSpec,
        folder: Path,
        trackers: Mapping[str, Tracker],
        tell: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True),
    ) -> None:
        self.spent_s = 0.0
        """Wall time spent in trackers since ``start``."""
        self._run = run
        self._folder = folder
        self._trackers = dict(trackers)
        self._tell = tell
        self._started = False

    @property
    def listens(self) -> bool:
        """Whether a tracker receives anything."""
        return bool(self._trackers)

    def start(self, step: int) -> None:
        """The run begins at ``step``; without this call it begins at 0 with the first that there is to pass on."""
        if self._started:
            return
        self._started = True
        for name in list(self._trackers):
            self._call(name, lambda tracker, name=name: tracker.start(self._run, self._made(name), step))

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Pass on scalars of training."""
        self._each(lambda tracker: tracker.scalars(step, dict(values)))

    def evaluation(
        self, step: int, mean_return: float, mean_length: float, success: float | None, metrics: Mapping[str, float]
    ) -> None:
        """Pass on an evaluation."""
        self._each(lambda tracker: tracker.evaluation(step, mean_return, mean_length, success, dict(metrics)))

    def end(self, record: RunRecord) -> None:
        """Pass on the record."""
        self._each(lambda tracker: tracker.end(record))

    def close(self) -> None:
        """Close what was started; another ``start`` may follow."""
        if self._started:
            self._each(lambda tracker: tracker.close())
        self._started, self.spent_s = False, 0.0

    def _each(self, call: Callable[[Tracker], None]) -> None:
        self.start(0)
        for name in list(self._trackers):
            self._call(name, call)

    def _call(self, name: str, call: Callable[[Tracker], None]) -> None:
        begun = time.perf_counter()
        with stop_signals() as signals:
            try:
                with _own_draws():
                    call(self._trackers[name])
            except BaseException as error:  # also of those that call sys.exit, or raise KeyboardInterrupt by themselves
                if error is not signals.stop:
                    del self._trackers[name]
                    text = f"{type(error).__name__}: {error}".replace("\n", " ")
                    self._tell(f"the tracker {name} is switched off: {text}")
        self.spent_s += time.perf_counter() - begun
        if signals.stop is not None:  # Ctrl-C, whatever the tracker made of it
            raise signals.stop

    def _made(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


@contextmanager
def _own_draws() -> Iterator[None]:
    """Put the global generators back, which training may draw from."""
    before: tuple[Any, Any] = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
