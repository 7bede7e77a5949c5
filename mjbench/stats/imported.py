"""Scores of imported runs on a board: their values at its evaluation points.

An evaluation point takes the returns of the tenth of the budget before it (or since the point before, where that is
less): of evaluations the last one, of training episodes their mean. A log without any return there has no value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from mjbench.spec.imported import ImportedRun
from mjbench.spec.task import TaskSpec
from mjbench.stats.cell import Cell, Scores, SeedScore
from mjbench.stats.scores import normalise

_PARTS = 10
"""Of the budget; what is older than one of them says little about the policy at an evaluation point."""


@dataclass(frozen=True)
class ImportedScores:
    """The imported entries of one board."""

    scores: Scores
    runs: Mapping[str, ImportedRun]
    """By run id, those that have a score."""
    short: tuple[ImportedRun, ...] = ()
    """Without a return near the end of the budget, so without a score."""


def imported_scores(
    runs: Iterable[ImportedRun],
    budgets: Mapping[str, int],
    checkpoints: int,
    tasks: Mapping[str, TaskSpec],
    seeds: int,
    taken: Iterable[str] = (),
) -> ImportedScores:
    """The scores of the runs on the tasks of a board.

    Args:
        runs: of any task.
        budgets: task id -> environment steps, of the board.
        checkpoints: evaluation points of the board.
        tasks: known tasks by id, for the normalisation.
        seeds: that the board requires.
        taken: names of the board's own entries, which no imported entry may have.
    """
    groups: dict[tuple[str, str], list[SeedScore]] = {}
    used: dict[str, ImportedRun] = {}
    short: list[ImportedRun] = []
    taken = set(taken)
    for run in runs:
        if run.task not in budgets:
            continue
        means = values_at(run, budgets[run.task], checkpoints)
        final = means[-1]
        if final is None:
            short.append(run)
            continue
        curve = tuple(mean for mean in means if mean is not None) if None not in means else ()
        scaled = [normalise(tasks.get(run.task), mean) for mean in curve]
        whole = tuple(value for value in scaled if value is not None) if None not in scaled else ()
        name = run.entry
        while name in taken:
            name += "'"
        value = normalise(tasks.get(run.task), final)
        score = SeedScore(run.seed, final, value, "completed", run.run_id, "", curve, whole)
        groups.setdefault((name, run.task), []).append(score)
        used[run.run_id] = run
    cells = {
        (entry, task): Cell(entry, task, tuple(sorted(row, key=lambda score: score.seed)), max(seeds, len(row)))
        for (entry, task), row in sorted(groups.items())
    }
    return ImportedScores(Scores(cells), used, tuple(short))


def together(own: Scores, imported: Scores) -> Scores:
    """Both in one table, for whoever wants imported entries to be ranked and tested."""
    return replace(own, cells={**own.cells, **imported.cells})


def values_at(run: ImportedRun, budget: int, checkpoints: int) -> list[float | None]:
    """The value at each of the K evaluation points of a budget; None where the log has no return near it."""
    step = np.asarray(run.step)
    value = np.array([np.nan if each is None else each for each in run.value], dtype=float)
    ends = [budget * k // checkpoints for k in range(1, checkpoints + 1)]
    return [_value(step, value, end, budget / max(_PARTS, checkpoints), run.returns == "evaluation") for end in ends]


def _value(step: np.ndarray, value: np.ndarray, end: int, width: float, last: bool) -> float | None:
    near = value[np.searchsorted(step, end - width, "right") : np.searchsorted(step, end, "right")]
    near = near[-1:] if last else near
    mean = float(np.mean(near)) if len(near) else np.nan
    return mean if np.isfinite(mean) else None
