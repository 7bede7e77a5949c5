"""Commands that a message suggests typing next."""

import shlex
from pathlib import Path

from mjbench.plan.selection import Selection


def to_train(suite: str, results: Path) -> str:
    """The command that trains a suite.

    Args:
        suite: as it was typed, a name or a file.
        results: the results folder.
    """
    return shlex.join(["mjbench", "run", "--suite", suite, *_where(results)])


def to_rank(selection: Selection, suite: str | None, results: Path) -> str:
    """The command that ranks the runs of ``selection``; other budgets than the suite's are no part of its board.

    Args:
        selection: the planned runs.
        suite: as it was typed, a name or a file; None without one.
        results: the results folder.
    """
    budget = selection.suite.steps if selection.suite else None
    whole = suite and (budget is None or all(run.steps == budget for run in selection.runs))
    return shlex.join(["mjbench", "leaderboard", *([suite] if suite and whole else []), *_where(results)])


def _where(results: Path) -> list[str]:
    return [] if results == Path("results") else ["--results", str(results)]
