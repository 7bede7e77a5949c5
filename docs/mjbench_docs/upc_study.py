"""The tables of docs/upc_study.md."""

import numpy as np

from mjbench.stats.cell import Cell
from mjbench.stats.estimate import mean_estimate
from mjbench.stats.returns import evaluation_points
from mjbench.text import number
from mjbench_docs.committed_scores import SuiteRecords, committed, with_interval
from mjbench_docs.pages import plain, table

LAST = 50
"""Training episodes that count as the end of a training."""
FLOOR, NO_FLOOR = "fast-ppo (upc)", "fast-ppo (upc)[std_min=0]"
"""The entries with and without a smallest standard deviation of the actions."""


def upc_study_blocks() -> dict[str, str]:
    """By the name of the mark: a table for each task, and what the floor of the action noise changes."""
    found = committed("upc-study@1")
    tables = {task.partition("/")[2]: _table(found, task) for task in found.suite.tasks}
    return {**tables, "floor": _floor(found, "gymnasium/HalfCheetah-v5")}


def _floor(found: SuiteRecords, task: str) -> str:
    """Seed by seed: mean returns of the evaluations halfway and at the end, without and with the floor."""
    without, floored = (_halfway_and_end(found, found.scores.cells[entry, task]) for entry in (NO_FLOOR, FLOOR))
    seeds = sorted(set(without) & set(floored))
    differences = [floored[seed][1] - without[seed][1] for seed in seeds]
    rows = [
        [str(seed), *map(number, (*without[seed], *floored[seed], difference))]
        for seed, difference in zip(seeds, differences, strict=True)
    ]
    rows.append(["mean", *[""] * 4, with_interval(mean_estimate(differences))])
    header = (
        "seed", "without the floor, halfway", "at the end", "with the floor, halfway", "at the end",
        "difference at the end",
    )  # fmt: skip
    return table(header, rows).strip() + "\n"


def _halfway_and_end(found: SuiteRecords, cell: Cell) -> dict[int, tuple[float, float]]:
    """By seed: two mean returns."""
    means: dict[int, tuple[float, float]] = {}
    for record in found.of(cell):
        by_steps = {point.steps: point.mean for point in evaluation_points(record)}
        half, end = by_steps[record.run.steps // 2], by_steps[record.final_step]
        if half is not None and end is not None:
            means[record.run.seed] = (half, end)
    return means


def _table(found: SuiteRecords, task: str) -> str:
    header = (
        "entry", "seeds", "final policy, mean of seeds", "lowest and highest seed",
        f"last {LAST} training episodes, mean of seeds", "highest training episode",
    )  # fmt: skip
    cells = [found.scores.cells[entry, task] for entry in found.scores.entries if (entry, task) in found.scores.cells]
    rows = [_row(found, cell) for cell in cells]
    succeeded = [_success(found, cell) for cell in cells]
    if any(succeeded):
        header = (*header, "success, lowest and highest seed")
        rows = [[*row, share] for row, share in zip(rows, succeeded, strict=True)]
    return table(header, rows).strip() + "\n"


def _success(found: SuiteRecords, cell: Cell) -> str:
    """Share of the final policy's episodes that succeed, mean of seeds; empty for a task without success."""
    records = found.of(cell)
    if any(record.evaluations.success is None for record in records):
        return ""
    shares = [100 * np.mean(record.evaluations.final("success", record.final_step)) for record in records]
    return f"{np.mean(shares):.0f} %, {min(shares):.0f} to {max(shares):.0f} %"


def _row(found: SuiteRecords, cell: Cell) -> list[str]:
    training = [np.asarray(record.training.episode_return, dtype=float) for record in found.of(cell)]
    ends = f"{number(min(cell.values))}, {number(max(cell.values))}"
    last = mean_estimate([episodes[-LAST:].mean() for episodes in training])
    best = max(episodes.max() for episodes in training)
    mean = with_interval(mean_estimate(cell.values))
    return [plain(cell.entry), str(len(cell.seeds)), mean, ends, with_interval(last), number(best)]
