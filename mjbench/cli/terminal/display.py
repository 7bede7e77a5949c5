"""What the user sees while runs are under way: a live table in a terminal, plain lines in a log file."""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from mjbench.cli.terminal.table import duration
from mjbench.launch.attempt import Ended, log_of
from mjbench.launch.estimate import Estimator
from mjbench.launch.queue import Queue
from mjbench.runner.claim import is_claimed
from mjbench.runner.progress import Progress, read_progress
from mjbench.spec.run import RunSpec
from mjbench.stats.returns import final_return
from mjbench.store.store import Found, ResultStore

LOG_PERIOD_S = 30.0


class Display:
    """Follows a queue, and the files of the runs that are at work; call ``update`` about once a second."""

    def __init__(self, runs: Sequence[RunSpec], store: ResultStore, estimator: Estimator, queue: Queue) -> None:
        self._runs = runs
        self._store = store
        self._estimator = estimator
        self._queue = queue
        self._running: dict[str, Progress] = {}
        self._seen = 0
        """Of the runs that have ended, as many as have been looked at."""
        self._done = self._failed = 0
        self._open = Counter(_kind(run) for run in runs)
        """Runs that have not ended, by what determines the time that they take."""
        self._example = {_kind(run): run for run in runs}
        self._last_log = time.monotonic()
        self._live = None
        if sys.stdout.isatty():
            from rich.live import Live

            self._live = Live(auto_refresh=False)
            self._live.start()

    @property
    def finished(self) -> list[Found]:
        """Records that have appeared since the display was made, in the order of the runs."""
        found = {ended.run.run_id: ended.found for ended in self._queue.ended if ended.found is not None}
        return [found[run.run_id] for run in self._runs if run.run_id in found]

    def update(self) -> None:
        """Look at what is at work or has just ended, and redraw."""
        self._running = {}
        for run in self._queue.at_work:
            work = self._store.work(run)
            if (progress := read_progress(work)) and is_claimed(work):
                self._running[run.run_id] = progress
        fresh = self._queue.ended[self._seen :]
        self._seen += len(fresh)
        self._enter(fresh)
        lines = [self._outcome(ended.found) for ended in fresh if ended.found is not None]
        if lines:
            summary = "" if self._live is not None else f"  [{self._summary()}]"
            for line in lines:
                self._say(line + summary)
        if self._live is not None:
            self._live.update(self._render(), refresh=True)
        elif not lines and time.monotonic() - self._last_log >= LOG_PERIOD_S:
            self._say(self._summary())

    def close(self) -> None:
        """Leave the last state on the screen."""
        if self._live is not None:
            self._live.stop()

    def _enter(self, fresh: Sequence[Ended]) -> None:
        for ended in fresh:
            self._open[_kind(ended.run)] -= 1
            if ended.found is not None:
                completed = ended.found.record.status == "completed"
                self._done += completed
                self._failed += not completed
        self._estimator.learn(ended.found for ended in fresh if ended.found is not None)

    def _outcome(self, found: Found) -> str:
        record = found.record
        if record.status != "completed":
            log = log_of(self._store.work(record.run))
            where = f" (log: {log})" if log.is_file() else ""
            return f"{record.status.upper():9} {record.run.label}: {record.error}{where}"
        mean = final_return(record)
        cost = record.resources
        spent = f"{duration(cost.wall_s)} ({cost.steps_per_s:,.0f} steps/s)"
        early = f" after {record.final_step:,} steps" if record.final_step < record.run.steps else ""
        return f"finished  {record.run.label}: return {mean:,.1f}{early} in {spent}"

    def _summary(self) -> str:
        text = f"{self._done} of {len(self._runs)} runs done, {len(self._running)} running"
        if self._failed:
            text += f", {self._failed} failed"
        left = self._remaining()
        return text + (f", about {duration(left)} left" if left is not None else "")

    def _remaining(self) -> float | None:
        """Seconds to the end of everything; None while it is unknown."""
        total = longest = 0.0
        waiting = self._open.copy()
        for run in self._queue.at_work:
            progress = self._running.get(run.run_id)
            if progress is not None and progress.remaining_s is not None:
                waiting[_kind(run)] -= 1
                total, longest = total + progress.remaining_s, max(longest, progress.remaining_s)
        for kind, count in waiting.items():
            if count > 0:
                each = self._estimator.seconds(self._example[kind])
                if each is None:
                    return None
                total, longest = total + count * each, max(longest, each)
        return max(total / self._queue.at_once, longest)

    def _say(self, line: str) -> None:
        self._last_log = time.monotonic()
        text = f"{time.strftime('%H:%M:%S')}  {line}"
        if self._live is not None:
            from rich.markup import escape

            self._live.console.print(escape(text), highlight=False)
        else:
            print(text, flush=True)

    def _render(self) -> Any:
        from rich.console import Group
        from rich.markup import escape
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        grid = Table(box=None, pad_edge=False)
        for name in ("run", "", "steps", "steps/s", "left", "latest return"):
            grid.add_column(name, justify="left" if name in ("run", "") else "right")
        for run in self._queue.at_work:
            progress = self._running.get(run.run_id)
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


def _kind(run: RunSpec) -> tuple[object, ...]:
    return run.task, run.algorithm, run.steps, run.protocol
