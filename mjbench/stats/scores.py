"""Records -> scores."""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from mjbench.registry.preset_lookup import PresetOf, unknown_presets
from mjbench.spec.record import Evaluations, RunRecord
from mjbench.spec.suite import EvalProtocol
from mjbench.spec.task import TaskSpec
from mjbench.stats.cell import Cell, Scores, SeedScore
from mjbench.stats.entries import name_entries, one_per_seed
from mjbench.stats.many_returns import curves
from mjbench.stats.mixtures import mixtures
from mjbench.stats.returns import checkpoint_means, final_mean, floor
from mjbench.store.store import Found


def score_table(
    found: Iterable[Found],
    tasks: Mapping[str, TaskSpec],
    seeds: Iterable[int] | None = None,
    preset_of: PresetOf = unknown_presets,
) -> Scores:
    """The scores of records that share a protocol and a budget.

    A run that failed or diverged counts at its task's floor: the random return, or the lowest seed mean that any
    entry has on the task where that is lower, so that crashing never beats finishing. One seed of an entry counts
    once a task.

    Args:
        found: records, in any order; of a run that was tried more than once, the completed one counts.
        tasks: the known tasks by id, for the normalisation.
        seeds: training seeds that are required; None takes all that any record has.
        preset_of: returns which published presets a run has, such as ``mjbench.registry.preset_lookup.preset_numbers``.
    """
    sound, broken = _sound(found)
    single, repeats = one_per_seed(sound)
    names, splits = name_entries((record.run for record in single), preset_of)
    whole = _whole(single, tasks)
    means = {
        record.run.run_id: whole[record.run.run_id][0][-1] if record.run.run_id in whole else final_mean(record)
        for record in single
    }
    asked = frozenset(seeds) if seeds is not None else frozenset(record.run.seed for record in single)
    floors = _floors(single, means, tasks)

    groups: dict[tuple[str, str], list[SeedScore]] = {}
    for record in single:
        run = record.run
        mean = means[run.run_id]
        value = floors[run.task] if mean is None else mean
        status = "diverged" if mean is None and record.status == "completed" else record.status
        if run.run_id in whole:
            curve, scaled = whole[run.run_id]
        else:
            curve = checkpoint_means(record, value, floors[run.task])
            scaled = _normalised(tasks.get(run.task), curve)
        last = scaled[-1] if scaled else normalise(tasks.get(run.task), value)
        score = SeedScore(run.seed, value, last, status, run.run_id, record.error, curve, scaled)
        for name in names[run.run_id]:
            groups.setdefault((name, run.task), []).append(score)
    cells = {
        (entry, task): Cell(
            entry, task, tuple(sorted(row, key=lambda score: score.seed)), len(asked | {score.seed for score in row})
        )
        for (entry, task), row in sorted(groups.items())
    }
    return Scores(cells, (*mixtures(single), *splits, *repeats, *broken, *_without_curve(cells)))


def _whole(
    records: Iterable[RunRecord], tasks: Mapping[str, TaskSpec]
) -> dict[str, tuple[tuple[float, ...], tuple[float, ...]]]:
    """By run id, the curve and the normalised curve of the runs that have one, many at a time."""
    found: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {}
    for group, means in curves(records):
        task = tasks.get(group[0].run.task) if group else None
        scaled = np.full(means.shape, np.nan)
        if task is not None and task.normalise(0.0) is not None:
            scaled = np.asarray(task.normalise(means))  # pyright: ignore[reportArgumentType]
        known = np.asarray(np.isfinite(scaled).all(axis=1))
        rows = zip(group, means.tolist(), scaled.tolist(), known, strict=True)
        found.update({r.run.run_id: (tuple(curve), tuple(row) if good else ()) for r, curve, row, good in rows})
    return found


def normalise(task: TaskSpec | None, value: float | None) -> float | None:
    """``value`` on the task's normalised scale; None where it has none."""
    if task is None or value is None:
        return None
    scaled = task.normalise(value)
    return scaled if scaled is not None and math.isfinite(scaled) else None


def _normalised(task: TaskSpec | None, curve: tuple[float, ...]) -> tuple[float, ...]:
    scaled = [normalise(task, value) for value in curve]
    return tuple(value for value in scaled if value is not None) if None not in scaled else ()


def _without_curve(cells: Mapping[tuple[str, str], Cell]) -> list[str]:
    """A line for each cell whose curve misses seeds that its mean has."""
    return [
        f"Learning curves of {entry} on {task} leave out {missing} {'run' if missing == 1 else 'runs'} that "
        f"{'was' if missing == 1 else 'were'} not evaluated at every checkpoint; the final score counts."
        for (entry, task), cell in cells.items()
        if (missing := sum(not seed.curve for seed in cell.seeds if seed.value is not None))
    ]


def _sound(found: Iterable[Found]) -> tuple[list[RunRecord], list[str]]:
    """Records whose final evaluation is what their protocol asks for, and a line for each that is not."""
    sound: list[RunRecord] = []
    broken: dict[str, str] = {}
    played: dict[tuple[int, int, EvalProtocol, int], tuple[Sequence[list[int]], bool]] = {}  # as many share the lists
    for item in found:
        record = item.record
        protocol = record.run.protocol
        step, seed = record.evaluated
        key = id(step), id(seed), protocol, record.final_step
        if key not in played:
            played[key] = (step, seed), _as_due(step, seed, protocol, record.final_step)
        if record.status == "completed" and not played[key][1]:
            broken[record.run.run_id] = (
                f"Left out: {record.run.label} (run {record.run.run_id}), as its final evaluation is not the "
                f"{protocol.final_episodes} episodes with the seeds of its protocol."
            )
        else:
            sound.append(record)
    return sound, [broken[run_id] for run_id in sorted(broken)]


def _as_due(step: list[int], seed: list[int], protocol: EvalProtocol, last: int) -> bool:
    """Whether the episodes of the policy at ``last`` steps are those of the protocol, in any order."""
    played = Evaluations(step, seed).final("seed", last)
    return sorted(played) == list(range(protocol.seed, protocol.seed + protocol.final_episodes))


def _floors(
    records: Iterable[RunRecord], means: Mapping[str, float | None], tasks: Mapping[str, TaskSpec]
) -> dict[str, float | None]:
    """By task, what a run that did not complete counts as; None where nothing is known of the task."""
    seen: dict[str, list[float | None]] = {}
    for record in records:
        seen.setdefault(record.run.task, []).append(means[record.run.run_id])
    return {task: floor(values, tasks.get(task)) for task, values in seen.items()}
