"""What the user sees while a study grows, and its table at the end."""

import json
import math
import sys
import time
from collections.abc import Sequence
from statistics import fmean
from typing import Any

from optuna.trial import TrialState

from mjbench.cli.terminal.table import duration, table
from mjbench.io.printable import printable
from mjbench.runner.progress import read_progress
from mjbench.text import count, number, score
from mjbench_optuna.outcome import Outcome
from mjbench_optuna.tuner import Ended, Tuner

BEST = 10
"""Trials that the table shows."""
LOG_PERIOD_S = 30.0


class Display:
    """Follows a tuner; call ``update`` about once a second.

    Args:
        tuner: whose trials are shown.
        most: trials of the study.
    """

    def __init__(self, tuner: Tuner, most: int) -> None:
        self._tuner, self._most = tuner, most
        self._began = self._logged = time.monotonic()
        self._ended = 0
        """Trials that this worker has finished."""
        done = [trial.value for trial in tuner.trials.all() if trial.state == TrialState.COMPLETE]
        self._best = max((value for value in done if value is not None), default=-math.inf)
        self._live: Any = None
        if sys.stdout.isatty():
            from rich.live import Live

            self._live = Live(auto_refresh=False)
            self._live.start()

    def ended_trial(self, ended: Ended) -> None:
        """A trial is over."""
        self._ended += ended.name.startswith("trial")
        better = ended.state == "complete" and ended.value is not None and ended.value > self._best
        if better:
            self._best = ended.value or 0.0
        value = "" if ended.value is None else f": score {written(self._tuner.plan.tasks, ended.value)}"
        text = f"{ended.state:9}{ended.name}{value} in {duration(ended.seconds)}"
        text += f": {printable(ended.error)}" if ended.error else ""
        self._say(text + (", the best so far" if better and ended.name.startswith("trial") else ""))

    def update(self) -> None:
        """Redraw, or say in a log from time to time how far it is."""
        if self._live is not None:
            from rich.text import Text

            self._live.update(Text("\n".join((*self._lines(), self._summary()))), refresh=True)
        elif time.monotonic() - self._logged >= LOG_PERIOD_S:
            self._say(self._summary())

    def close(self) -> None:
        """Leave the last state on the screen."""
        if self._live is not None:
            self._live.stop()

    def _lines(self) -> list[str]:
        lines: list[str] = []
        for work in self._tuner.at_work:
            for run in work.queue.at_work:
                if progress := read_progress(self._tuner.store.work(run)):
                    lines.append(f"{work.name}, {run.task} seed {run.seed}: {progress.step:,}/{progress.steps:,} steps")
        return lines

    def _summary(self) -> str:
        done = sum(trial.state.is_finished() for trial in self._tuner.trials.all())
        text = f"{done} of {count(self._most, 'trial')} done"
        left = self._remaining(max(0, self._most - done))
        return text + (f", about {duration(left)} left" if left is not None else "")

    def _remaining(self, trials: int) -> float | None:
        """Seconds to the end; None before the first trial of this worker where nothing is known of its runs."""
        if self._ended:
            return trials * (time.monotonic() - self._began) / self._ended
        works = self._tuner.at_work
        if not works:
            return None
        seconds = self._tuner.estimator.total_seconds(works[0].runs, works[0].queue.at_once)
        return None if seconds is None else trials * seconds

    def _say(self, line: str) -> None:
        self._logged = time.monotonic()
        text = f"{time.strftime('%H:%M:%S')}  {line}"
        if self._live is not None:
            from rich.markup import escape

            self._live.console.print(escape(text), highlight=False)
        else:
            print(text, flush=True)


def written(tasks: Sequence[str], value: float) -> str:
    """A score of the study: a return where it has one task, else a normalised score."""
    return number(value) if len(tasks) == 1 else score(value)


def best_table(outcome: Outcome) -> str:
    """The best trials beside the untuned preset."""
    plan = outcome.plan
    rows = outcome.complete[:BEST]
    if outcome.untuned and outcome.untuned not in rows:
        rows.append(outcome.untuned)
    several = len(plan.tasks) > 1
    head = ["trial", "score", *([task.partition("/")[2] for task in plan.tasks] if several else []), *plan.space]
    lines = [
        [
            each.name,
            written(plan.tasks, each.value or 0.0),
            *([score(fmean(each.scores[task])) for task in plan.tasks] if several else []),
            *(json.dumps(each.changes[name]).strip('"') if name in each.changes else "" for name in plan.space),
        ]
        for each in rows
    ]
    return table(head, lines)
