"""Records -> scores."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from mjbench.registry.presets import PresetOf, unknown_presets
from mjbench.spec.record import RunRecord
from mjbench.spec.suite import EvalProtocol
from mjbench.spec.task import TaskSpec
from mjbench.stats.cell import Cell, Scores, SeedScore
from mjbench.stats.entries import name_entries, one_per_seed
from mjbench.stats.mixtures import mixtures
from mjbench.store.store import Found

LARGEST = 1e100
"""A mean return beyond this counts as not finite."""


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
        seeds: training seeds that were asked for; None takes all that any record has.
        preset_of: tells which published presets a run has, such as ``mjbench.registry.presets.preset_numbers``.
    """
    sound, broken = _sound(found)
    single, repeats = one_per_seed(sound)
    names, splits = name_entries((record.run for record in single), preset_of)
    means = {record.run.run_id: _final_mean(record) for record in single}
    asked = frozenset(seeds) if seeds is not None else frozenset(record.run.seed for record in single)
    floors = _floors(single, means, tasks)

    groups: dict[tuple[str, str], list[SeedScore]] = {}
    for record in single:
        run = record.run
        mean = means[run.run_id]
        value = floors[run.task] if mean is None else mean
        status = "diverged" if mean is None and record.status == "completed" else record.status
        curve = checkpoint_means(record, value, floors[run.task])
        score = SeedScore(
            run.seed,
            value,
            normalise(tasks.get(run.task), value),
            status,
            run.run_id,
            record.error,
            curve,
            _normalised(tasks.get(run.task), curve),
        )
        for name in names[run.run_id]:
            groups.setdefault((name, run.task), []).append(score)
    cells = {
        (entry, task): Cell(
            entry, task, tuple(sorted(row, key=lambda score: score.seed)), len(asked | {score.seed for score in row})
        )
        for (entry, task), row in sorted(groups.items())
    }
    return Scores(cells, (*mixtures(single), *splits, *repeats, *broken, *_without_curve(cells)))


def normalise(task: TaskSpec | None, value: float | None) -> float | None:
    """``value`` on the task's normalised scale; None where it has none."""
    if task is None or value is None:
        return None
    scaled = task.normalise(value)
    return scaled if scaled is not None and math.isfinite(scaled) else None


def checkpoint_means(record: RunRecord, final: float | None, floor: float | None) -> tuple[float, ...]:
    """Mean return at each checkpoint of the run's protocol, K numbers; empty where one of them is not known.

    A checkpoint that a failed run never reached, and one whose returns are not finite, counts at the floor.

    Args:
        record: of the run.
        final: the score of the run.
        floor: of its task.
    """
    if final is None or (floor is None and record.status != "completed"):
        return ()
    table, places = record.evaluations, _places(record.run.protocol, record.run.steps)
    returns: dict[int, list[float | None]] = {}
    if len(table.step) == len(places.episodes) and table.step == places.episodes:
        returns = {step: table.episode_return[rows] for step, rows in places.rows.items()}
    else:
        for step, value in zip(table.step, table.episode_return, strict=True):
            returns.setdefault(step, []).append(value)
    curve: list[float] = []
    for step in places.rows:
        if step == record.run.steps:
            mean: float | None = final
        elif step in returns:
            mean = _mean(returns[step])
            mean = floor if mean is None else mean
        else:
            mean = floor if record.status != "completed" else None
        if mean is None:
            return ()
        curve.append(mean)
    return tuple(curve)


@dataclass(frozen=True)
class _Places:
    """Where the returns of each checkpoint stand in the table of a run that was evaluated as its protocol asks."""

    episodes: list[int]
    """Steps behind the policy of each episode."""
    rows: dict[int, slice]
    """By checkpoint, ascending."""


@lru_cache(64)
def _places(protocol: EvalProtocol, steps: int) -> _Places:
    schedule = dict(sorted(protocol.schedule(steps).items()))
    ends = list(accumulate(schedule.values()))
    rows = {step: slice(end - schedule[step], end) for step, end in zip(schedule, ends, strict=True)}
    return _Places([step for step, episodes in schedule.items() for _ in range(episodes)], rows)


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
    for item in found:
        record = item.record
        protocol = record.run.protocol
        played = record.evaluations.final("seed", record.run.steps)
        due = list(range(protocol.seed, protocol.seed + protocol.final_episodes))
        if record.status == "completed" and played != due and sorted(played) != due:
            broken[record.run.run_id] = (
                f"Left out: {record.run.label} (run {record.run.run_id}), as its final evaluation is not the "
                f"{protocol.final_episodes} episodes with the seeds of its protocol."
            )
        else:
            sound.append(record)
    return sound, [broken[run_id] for run_id in sorted(broken)]


def _final_mean(record: RunRecord) -> float | None:
    """Mean return of the final episodes; None for a run that did not complete or whose returns are not finite."""
    if record.status != "completed":
        return None
    return _mean(record.evaluations.final("episode_return", record.run.steps))


def _mean(returns: Sequence[float | None]) -> float | None:
    """Mean of the returns; None where one is missing or the mean is not finite."""
    if not returns:
        return None
    count = len(returns)
    try:
        mean = math.fsum([value / count for value in returns])  # pyright: ignore[reportOptionalOperand]
    except (OverflowError, ValueError, TypeError):  # infinities of both signs; None, whose search would take as long
        return None
    return mean if abs(mean) <= LARGEST else None  # false for nan


def _floors(
    records: Iterable[RunRecord], means: Mapping[str, float | None], tasks: Mapping[str, TaskSpec]
) -> dict[str, float | None]:
    """By task, what a run that did not complete counts as; None where nothing is known of the task."""
    seen: dict[str, list[float | None]] = {}
    for record in records:
        seen.setdefault(record.run.task, []).append(means[record.run.run_id])
    for task, values in seen.items():
        spec = tasks.get(task)
        if spec is not None and spec.random_return is not None:
            values.append(spec.random_return.value)
    return {task: min((v for v in values if v is not None), default=None) for task, values in seen.items()}
