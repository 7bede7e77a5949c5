"""Every number on the entries of a board over all of its tasks."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from mjbench.stats.aggregates import aggregates, iqm
from mjbench.stats.bootstrap import Draws, Sample, with_interval
from mjbench.stats.cell import Scores
from mjbench.stats.efficiency import efficiency
from mjbench.stats.estimate import Estimate, Standing, standing
from mjbench.stats.improvement import improvements, rivals
from mjbench.stats.performance_profile import profile, thresholds
from mjbench.stats.ranks import RankInterval, rank_intervals


@dataclass(frozen=True)
class EntryStatistics:
    """One entry over the scored tasks that it has; at least one."""

    tasks: tuple[str, ...]
    standing: Standing
    """What the smallest number of seeds on any of these tasks allows."""
    aggregates: dict[str, Estimate]
    points: tuple[float, ...] = ()
    """IQM over tasks of each single seed that all of the tasks have; where the seeds allow no interval."""
    profile: tuple[Estimate, ...] = ()
    """Share of runs above each of the suite's thresholds."""
    curve: tuple[Estimate, ...] = ()
    """IQM at each checkpoint; empty where a task has no learning curves."""
    area: Estimate | None = None
    """Mean height of ``curve``."""
    ranks: RankInterval | None = None
    """Among the entries that have every scored task and the seeds for an interval."""


@dataclass(frozen=True)
class SuiteStatistics:
    """All entries that have a normalised score."""

    entries: dict[str, EntryStatistics] = field(default_factory=dict)
    thresholds: tuple[float, ...] = ()
    fractions: tuple[float, ...] = ()
    """Of the budget, at each checkpoint."""
    improvement: dict[tuple[str, str], Estimate] = field(default_factory=dict)
    """(x, y) -> P(x beats y) on the tasks that both have; every ordered pair that has any."""


def suite_statistics(scores: Scores, tasks: Sequence[str], fractions: Sequence[float], draws: Draws) -> SuiteStatistics:
    """The statistics of every entry and every pair over ``tasks``.

    Args:
        scores: of the board.
        tasks: those that count.
        fractions: of the budget at each checkpoint.
        draws: the board's resamples.
    """
    tables = {entry: table for entry in scores.entries if (table := scores.normalised(entry, tasks))}
    if not tables:
        return SuiteStatistics()
    samples = {entry: Sample(entry, table, draws) for entry, table in tables.items()}
    taus = thresholds(values for table in tables.values() for values in table.values())
    steps = np.asarray(fractions, dtype=float)
    whole: dict[str, np.ndarray] = {}
    entries: dict[str, EntryStatistics] = {}
    for entry, sample in samples.items():
        grade = standing(min(sample.sizes))
        interval = grade != "points"
        points = aggregates(sample.table)
        found = {name: Estimate(value) for name, value in points.items()}
        if interval:
            spread = {name: sample.distribution(name) for name in points}
            found = {name: with_interval(points[name], spread[name]) for name in points}
            if len(sample.scores) == len(tasks):
                whole[entry] = spread["iqm"]
        curves = scores.curves(entry, tasks)
        curve, area = (), None
        if set(curves) == set(sample.scores) and len(steps) > 1:
            enough = standing(min(values.shape[1] for values in curves.values())) != "points"
            curve, area = efficiency(entry, curves, steps, draws, interval and enough)
        entries[entry] = EntryStatistics(
            tasks=tuple(sample.scores),
            standing=grade,
            aggregates=found,
            points=() if interval else _seed_points(scores, entry, list(sample.scores)),
            profile=profile(sample, taus, interval),
            curve=curve,
            area=area,
        )
        sample.__dict__.pop("counts", None)  # large, and cheap to make again
    ranks = dict(zip(whole, rank_intervals(np.stack(list(whole.values()))), strict=True)) if len(whole) > 1 else {}
    entries = {entry: replace(row, ranks=ranks.get(entry)) for entry, row in entries.items()}
    return SuiteStatistics(entries, tuple(taus.tolist()), tuple(fractions), _pairs(samples, entries, tasks))


def _pairs(
    samples: dict[str, Sample], entries: dict[str, EntryStatistics], tasks: Sequence[str]
) -> dict[tuple[str, str], Estimate]:
    found: dict[tuple[str, str], Estimate] = {}
    places = {task: place for place, task in enumerate(tasks)}
    held = rivals(samples, places)
    names = list(samples)
    for index, y in enumerate(names):
        others = names[:index]
        intervals = ["points" not in (entries[x].standing, entries[y].standing) for x in others]
        estimates = improvements(held[y], [held[x] for x in others], intervals)
        for x, estimate in zip(others, estimates, strict=True):
            if estimate is not None:
                found[x, y] = estimate
                found[y, x] = _other_side(estimate)
    return found


def _other_side(estimate: Estimate) -> Estimate:
    """P(y beats x) from P(x beats y): ties count half on either side."""
    if estimate.low is None or estimate.high is None:
        return Estimate(1.0 - estimate.value)
    return Estimate(1.0 - estimate.value, 1.0 - estimate.high, 1.0 - estimate.low)


def _seed_points(scores: Scores, entry: str, tasks: Sequence[str]) -> tuple[float, ...]:
    """IQM over ``tasks`` of each seed that all of them have, by seed."""
    by_seed: dict[int, list[float]] = {}
    for task in tasks:
        for score in scores.cells[entry, task].seeds:
            if score.normalised is not None:
                by_seed.setdefault(score.seed, []).append(score.normalised)
    whole = [values for _, values in sorted(by_seed.items()) if len(values) == len(tasks)]
    return tuple(iqm([np.array([value]) for value in values]) for values in whole)
