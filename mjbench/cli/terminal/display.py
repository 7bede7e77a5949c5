"""What the user sees while runs are under way: a live table in a terminal, plain lines in a log file."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mjbench.cli.terminal.table import duration
from mjbench.errors import RecordError
from mjbench.launch.estimate import Estimator
from mjbench.run.claim import is_claimed
from mjbench.run.progress import Progress, read_progress
from mjbench.spec.run import RunSpec
from mjbench.stats.returns import final_return
from mjbench.store.store import Found, ResultStore

LOG_PERIOD_S = 30.0


@dataclass
class _Seen:
    """What has been found of the runs so far."""

    finished: dict[str, Found]
    running: dict[str, Progress]


class Display:
    """Follows the files of the runs; call ``update`` about once a second, ``close`` at the end."""

    def __init__(self, runs: Sequence[RunSpec], store: ResultStore, estimator: Estimator, jobs: int) -> None:
        self._runs = runs
        self._store = store
        self._estimator = estimator
        self._jobs = jobs
        self._seen = _Seen({}, {})
        self._failures = {run.run_id: len(store.failures(run)) for run in runs}
        self._told = time.monotonic()
        self._live = None
        if sys.stdout.isatty():
            from rich.live import Live

            self._live = Live(auto_refresh=False)
            self._live.start()

    @property
    def finished(self) -> list[Found]:
        """Records that have appeared since the display was made, in the order of the runs."""
        return [self._seen.finished[run.run_id] for run in self._runs if run.run_id in self._seen.finished]

    def update(self) -> None:
        """Look at the files and redraw."""
        fresh = self._look()
        for found in fresh:
            self._estimator.learn([found])
            self._say(self._outcome(found))
        if self._live is not None:
            self._live.update(self._render(), refresh=True)
        elif not fresh and time.monotonic() - self._told >= LOG_PERIOD_S:
            self._say(self._summary())

    def close(self) -> None:
        """Leave the last state on the screen."""
        if self._live is not None:
            self._live.stop()

    def _look(self) -> list[Found]:
        fresh: list[Found] = []
        self._seen.running = {}
        for run in self._runs:
            if run.run_id in self._seen.finished:
                continue
            failures = self._store.failures(run)
            folder = self._store.folder(run) if self._store.has(run) else None
            if folder is None and len(failures) > self._failures[run.run_id]:
                folder = failures[-1]
            if folder is not None:
                try:
                    found = Found(folder, self._store.read(folder))
                except RecordError:
                    continue
                self._seen.finished[run.run_id] = found
                fresh.append(found)
            elif (progress := read_progress(self._store.work(run))) and is_claimed(self._store.work(run)):
                self._seen.running[run.run_id] = progress
        return fresh

    def _outcome(self, found: Found) -> str:
        record = found.record
        if record.status != "completed":
            return f"{record.status.upper():9} {record.run.label}: {record.error}"
        mean = final_return(record)
        cost = record.resources
        spent = f"{duration(cost.wall_s)} ({cost.steps_per_s:,.0f} steps/s)"
        return f"finished  {record.run.label}: return {mean:,.1f} in {spent}"

    def _summary(self) -> str:
        done = [found for found in self._seen.finished.values() if found.record.status == "completed"]
        failed = len(self._seen.finished) - len(done)
        text = f"{len(done)} of {len(self._runs)} runs done, {len(self._seen.running)} running"
        if failed:
            text += f", {failed} failed"
        left = self._remaining()
        return text + (f", about {duration(left)} left" if left is not None else "")

    def _remaining(self) -> float | None:
        """Seconds to the end of everything; None until it can be told."""
        work: list[float] = []
        for run in self._runs:
            if run.run_id in self._seen.finished:
                continue
            progress = self._seen.running.get(run.run_id)
            left = progress.remaining_s if progress else None
            left = left if left is not None else self._estimator.seconds(run)
            if left is None:
                return None
            work.append(left)
        return max(sum(work) / self._jobs, max(work, default=0.0))

    def _say(self, line: str) -> None:
        self._told = time.monotonic()
        stamp = time.strftime("%H:%M:%S")
        if self._live is not None:
            from rich.markup import escape

            self._live.console.print(escape(f"{stamp}  {line}"), highlight=False)
        else:
            print(
                f"{stamp}  {line}  [{self._summary()}]" if line != self._summary() else f"{stamp}  {line}", flush=True
            )

    def _render(self) -> Any:
        from rich.console import Group
        from rich.markup import escape
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        grid = Table(box=None, pad_edge=False)
        for name in ("run", "", "steps", "steps/s", "left", "latest return"):
            grid.add_column(name, justify="left" if name in ("run", "") else "right")
        for run in self._runs:
            progress = self._seen.running.get(run.run_id)
            if progress is None:
                continue
            left = progress.remaining_s
            grid.add_row(
                escape(run.label),
                ProgressBar(total=progress.steps, completed=progress.step, width=20),
                f"{progress.step:,}/{progress.steps:,}",
                f"{progress.rate:,.0f}" if progress.rate else "",
                "evaluating" if progress.phase == "evaluating" else duration(left) if left is not None else "",
                "" if progress.evaluation is None else f"{progress.evaluation:,.1f}",
            )
        return Group(grid, escape(self._summary()))
