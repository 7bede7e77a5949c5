"""How likely a run of one entry beats a run of another: all pairs of seeds, task by task, tasks counting equally.

On a resample with the counts c and d of the seeds of both, a task gives sum_i c_i (D(x_i) + D'(x_i)) / (2 n_x n_y),
where D counts the draws of Y below x_i and D' those that do not lie above it. Whole numbers: no sum rounds, so the
terms may be put together in any way. Runs of X with no run of Y between them share D and D' and are one term. Those
below all of Y give 0, and those above all of Y need no product: where two entries lie apart, little is left to do.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from mjbench.stats.bootstrap import Sample, with_intervals
from mjbench.stats.counts import blocks
from mjbench.stats.estimate import Estimate


class Rival:
    """One entry as it is held against others: its runs task after task, in the order of their scores.

    Args:
        sample: the entry.
        places: numbers the tasks, in the same way for all that are compared.
        rows: by which resamples are cut into blocks, the same for all that are compared.
    """

    def __init__(self, sample: Sample, places: Mapping[str, int], rows: int) -> None:
        self.sample, self.rows = sample, rows
        self.tasks = sorted(sample.scores, key=places.__getitem__)
        self.places = np.array([places[task] for task in self.tasks])
        self.sizes = np.array([len(sample.scores[task]) for task in self.tasks])
        self.first = np.cumsum(self.sizes) - self.sizes
        self.task_of = np.repeat(np.arange(len(self.tasks)), self.sizes)
        # numpy orders complex numbers by their real part first, so that one search serves all tasks
        self.ranked = self.places[self.task_of].astype(complex)
        self.ranked.imag = np.concatenate([sample.scores[task] for task in self.tasks])
        self.ranked.sort()

    @cached_property
    def tables(self) -> Sequence[np.ndarray]:
        """How many runs of each resample lie below each place of a task, by blocks of resamples.

        A task of n runs has n + 1 rows, so run i of task m has row i + m below it.
        """
        kind = np.min_scalar_type(2 * self.sizes.max())
        orders = [np.argsort(self.sample.scores[task], kind="stable") for task in self.tasks]
        drawn = np.concatenate(
            [self.sample.task_counts(task)[order] for task, order in zip(self.tasks, orders, strict=True)]
        )
        first = self.first + np.arange(len(self.tasks))
        tables = []
        for part in blocks(self.rows, drawn.shape[1]):
            table = np.zeros((len(drawn) + len(first), part.stop - part.start), kind)
            for place in range(self.sizes.max()):  # of all tasks at once: many times as fast as cumsum
                some = self.sizes > place
                rows = first[some] + place
                table[rows + 1] = table[rows] + drawn[self.first[some] + place, part]
            tables.append(table)
        return tables


class _Pair:
    """X against Y on the tasks that both have; every array has an element a group of runs of X, in their order."""

    def __init__(self, x: Rival, y: Rival) -> None:
        self.x, self.y = x, y
        runs, task = np.arange(len(x.ranked)), x.task_of
        if not np.array_equal(x.places, y.places):
            runs = np.flatnonzero(np.isin(x.places, y.places)[task])
            task = task[runs]
        keys, facing = x.ranked[runs], np.searchsorted(y.places, x.places)[task]
        low = np.searchsorted(y.ranked, keys) + facing  # rows of Y's tables
        tied = bool(len(runs)) and bool((y.ranked[np.minimum(low - facing, len(y.ranked) - 1)] == keys).any())
        high = np.searchsorted(y.ranked, keys, "right") + facing if tied else low
        fresh = np.ones(len(runs), bool)
        fresh[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
        start = np.flatnonzero(fresh)
        last = np.append(start[1:], len(runs))[: len(start)] - 1
        self.task, facing = task[start], facing[start]
        self.sizes = y.sizes[facing]
        self.begin, self.end = runs[start] + self.task, runs[last] + self.task + 1  # rows of X's tables
        self.low, self.high = low[start], high[start]
        below = y.first[facing] + facing
        self.draws = self.low + self.high - 2 * below  # D + D' of the data itself
        self.pairs = 2 * x.sizes[self.task] * self.sizes

    @property
    def point(self) -> float:
        """Of the data itself."""
        first = np.flatnonzero(np.diff(self.task, prepend=-1))
        wins = np.add.reduceat((self.end - self.begin) * self.draws, first)
        return float(np.mean(np.divide(wins, self.pairs[first])))

    @property
    def resampled(self) -> np.ndarray:
        """On every resample, shape (B,)."""
        first = np.diff(self.task, prepend=-1) > 0
        total = np.zeros(sum(table.shape[1] for table in self.x.tables))
        for size in np.unique(self.pairs).tolist():
            same = self.pairs == size
            total += self._wins(same, int(size * (first & same).sum())) / size
        return total / first.sum()

    def _wins(self, same: np.ndarray, most: int) -> np.ndarray:
        """The sum of both D over some tasks, on every resample; ``most`` bounds it."""
        kind = np.result_type(np.min_scalar_type(most), np.uint16)
        product = np.min_scalar_type(self.pairs[same].max())
        above = same & (self.draws == 2 * self.sizes)
        within = same & ~above & (self.draws > 0)
        begin, end, low, high = (rows[within] for rows in (self.begin, self.end, self.low, self.high))
        tied = not np.array_equal(low, high)
        whole = 2 * int((self.x.sizes[self.task] * self.sizes)[above].sum())
        above &= self.begin > self.x.first[self.task] + self.task  # below others, nothing was drawn
        parts = []
        for drawn, table in zip(self.x.tables, self.y.tables, strict=True):
            found = np.full(drawn.shape[1], whole, kind)
            for size in np.unique(self.sizes[above]).tolist():
                rows = drawn[self.begin[above & (self.sizes == size)]]
                found -= 2 * size * rows.sum(axis=0, dtype=kind)
            if len(begin):
                own, other = drawn[end], table[low]
                own -= drawn[begin]
                other += table[high] if tied else other
                found += np.multiply(own, other, dtype=product).sum(axis=0, dtype=kind)
            parts.append(found)
        return np.concatenate(parts)


def rivals(samples: Mapping[str, Sample], places: Mapping[str, int]) -> dict[str, Rival]:
    """Entries that are compared with each other, by name; ``places`` as for ``Rival``."""
    rows = max(sum(sample.sizes) + len(sample.sizes) for sample in samples.values())  # of the largest table
    return {name: Rival(sample, places, rows) for name, sample in samples.items()}


def improvements(y: Rival, others: Sequence[Rival], intervals: Sequence[bool]) -> list[Estimate | None]:
    """P(X > Y) + P(X = Y) / 2 of each X over the tasks that both have, with its interval if wanted; None without."""
    pairs = [_Pair(x, y) for x in others]
    found = [Estimate(pair.point) if len(pair.task) else None for pair in pairs]
    known = [index for index, wanted in enumerate(intervals) if wanted and found[index] is not None]
    if known:
        points = [pairs[index].point for index in known]
        rows = with_intervals(points, np.stack([pairs[index].resampled for index in known]))
        for index, estimate in zip(known, rows, strict=True):
            found[index] = estimate
    return found


def improvement(x: Sample, y: Sample, interval: bool) -> Estimate | None:
    """As ``improvements``, of one pair."""
    places = {task: place for place, task in enumerate(dict.fromkeys([*x.scores, *y.scores]))}
    both = rivals({"x": x, "y": y}, places)
    return improvements(both["y"], [both["x"]], [interval])[0]
