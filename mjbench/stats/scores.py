"""Records -> scores."""

import math
from collections.abc import Iterable, Mapping

from mjbench.spec.record import RunRecord
from mjbench.spec.task import TaskSpec
from mjbench.stats.cell import Cell, Scores, SeedScore
from mjbench.stats.entries import name_entries, one_per_seed
from mjbench.stats.mixtures import mixtures
from mjbench.store.store import Found

LARGEST = 1e100
"""A mean return beyond this counts as not finite."""


def score_table(found: Iterable[Found], tasks: Mapping[str, TaskSpec], seeds: Iterable[int] | None = None) -> Scores:
    """The scores of records that share a protocol and a budget.

    A run that failed or diverged counts at its task's floor: the random return, or the lowest seed mean that any
    entry has on the task where that is lower, so that crashing never beats finishing. One seed of an entry counts
    once a task.

    Args:
        found: records, in any order; of a run that was tried more than once, the completed one counts.
        tasks: the known tasks by id, for the normalisation.
        seeds: training seeds that were asked for; None takes all that any record has.
    """
    sound, broken = _sound(found)
    single, repeats = one_per_seed(sound)
    names, splits = name_entries(record.run for record in single)
    means = {record.run.run_id: _final_mean(record) for record in single}
    asked = frozenset(seeds) if seeds is not None else frozenset(record.run.seed for record in single)
    floors = {task: _floor(task, single, means, tasks) for task in {record.run.task for record in single}}

    groups: dict[tuple[str, str], list[SeedScore]] = {}
    for record in single:
        run = record.run
        mean = means[run.run_id]
        value = floors[run.task] if mean is None else mean
        status = "diverged" if mean is None and record.status == "completed" else record.status
        score = SeedScore(run.seed, value, normalise(tasks.get(run.task), value), status, run.run_id, record.error)
        groups.setdefault((names[run.run_id], run.task), []).append(score)
    cells = {
        (entry, task): Cell(
            entry, task, tuple(sorted(row, key=lambda score: score.seed)), len(asked | {score.seed for score in row})
        )
        for (entry, task), row in sorted(groups.items())
    }
    return Scores(cells, (*mixtures(single), *splits, *repeats, *broken))


def normalise(task: TaskSpec | None, value: float | None) -> float | None:
    """``value`` on the task's normalised scale; None where it has none."""
    if task is None or value is None:
        return None
    scaled = task.normalise(value)
    return scaled if scaled is not None and math.isfinite(scaled) else None


def _sound(found: Iterable[Found]) -> tuple[list[RunRecord], list[str]]:
    """Records whose final evaluation is what their protocol asks for, and a line for each that is not."""
    sound: list[RunRecord] = []
    broken: dict[str, str] = {}
    for item in found:
        record = item.record
        protocol = record.run.protocol
        played = sorted(record.evaluations.final("seed", record.run.steps))
        due = list(range(protocol.seed, protocol.seed + protocol.final_episodes))
        if record.status == "completed" and played != due:
            broken[record.run.run_id] = (
                f"Left out: {record.run.label} (run {record.run.run_id}), as its final evaluation is not the "
                f"{protocol.final_episodes} episodes with the seeds of its protocol."
            )
        else:
            sound.append(record)
    return sound, [broken[run_id] for run_id in sorted(broken)]


def _final_mean(record: RunRecord) -> float | None:
    """Mean return of the final episodes; None for a run that did not complete or whose returns are not finite."""
    if record.status != "completed" or not record.final_returns_known:
        return None
    returns = record.final_returns
    if not all(math.isfinite(value) for value in returns):
        return None
    mean = math.fsum(value / len(returns) for value in returns)
    return mean if abs(mean) <= LARGEST else None


def _floor(
    task: str, records: Iterable[RunRecord], means: Mapping[str, float | None], tasks: Mapping[str, TaskSpec]
) -> float | None:
    spec = tasks.get(task)
    seen = [means[record.run.run_id] for record in records if record.run.task == task]
    if spec is not None and spec.random_return is not None:
        seen.append(spec.random_return.value)
    return min((mean for mean in seen if mean is not None), default=None)
