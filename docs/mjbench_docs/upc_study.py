"""The tables of docs/upc_study.md."""

import numpy as np

from mjbench.stats.cell import Cell
from mjbench.stats.estimate import mean_estimate
from mjbench.text import number
from mjbench_docs.committed_scores import SuiteRecords, committed, with_interval
from mjbench_docs.pages import plain, table

LAST = 50
"""Training episodes that count as the end of a training."""


def upc_study_blocks() -> dict[str, str]:
    """By the name of the mark: a table for each task."""
    found = committed("upc-study@1")
    return {task.partition("/")[2]: _table(found, task) for task in found.suite.tasks}


def _table(found: SuiteRecords, task: str) -> str:
    header = (
        "entry", "seeds", "final policy, mean of seeds", "lowest and highest seed",
        f"last {LAST} training episodes, mean of seeds", "highest training episode",
    )  # fmt: skip
    rows = [
        _row(found, found.scores.cells[entry, task])
        for entry in found.scores.entries
        if (entry, task) in found.scores.cells
    ]
    return table(header, rows).strip() + "\n"


def _row(found: SuiteRecords, cell: Cell) -> list[str]:
    training = [np.asarray(record.training.episode_return, dtype=float) for record in found.of(cell)]
    ends = f"{number(min(cell.values))}, {number(max(cell.values))}"
    last = mean_estimate([episodes[-LAST:].mean() for episodes in training])
    best = max(episodes.max() for episodes in training)
    mean = with_interval(mean_estimate(cell.values))
    return [plain(cell.entry), str(len(cell.seeds)), mean, ends, with_interval(last), number(best)]
