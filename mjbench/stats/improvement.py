"""How likely a run of one entry beats a run of another: all pairs of seeds, task by task, tasks counting equally."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np

from mjbench.stats.bootstrap import Sample, with_interval
from mjbench.stats.counts import blocks
from mjbench.stats.estimate import Estimate


class Rival:
    """One entry as others are held against it: its runs in the order of their scores, and of every resample how many of
    the drawn runs lie below each place in that order."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.sizes = {task: len(scores) for task, scores in sample.scores.items()}
        self._places = {task: place for place, task in enumerate(self.sizes)}
        self._ranked = np.sort(_keys(sample, self._places))

    def improvement(self, x: Sample, interval: bool) -> Estimate | None:
        """P(X > Y) + P(X = Y) / 2 of this rival's Y over the tasks that both have, with its interval if wanted;
        None without any.

        On a resample with the counts c and d of the seeds of both, a task gives sum_i c_i (D(x_i) + D'(x_i)) / (2 n_x
        n_y), where D counts the draws below x_i and D' those that do not lie above it. Whole numbers: no sum rounds.
        """
        tasks = [task for task in x.scores if task in self.sizes]
        if not tasks:
            return None
        sizes = [len(x.scores[task]) for task in tasks]
        pairs = [2 * size * self.sizes[task] for size, task in zip(sizes, tasks, strict=True)]
        keys = _keys(x, {task: self._places[task] for task in tasks})
        places = np.repeat([self._places[task] for task in tasks], sizes)
        low, high = (np.searchsorted(self._ranked, keys, side) + places for side in ("left", "right"))  # rows of tables
        first = np.cumsum([0, *sizes[:-1]])
        below = np.array([self._starts[task] for task in tasks])
        wins = np.add.reduceat(low + high, first) - 2 * below * sizes
        point = float(np.mean(np.divide(wins, pairs)))
        if not interval:
            return Estimate(point)
        total = np.zeros(self._resamples)
        for size in sorted(set(pairs)):
            same = [index for index, number in enumerate(pairs) if number == size]
            drawn = np.concatenate([x.task_counts(tasks[index]) for index in same])
            rows = np.concatenate([np.arange(first[index], first[index] + sizes[index]) for index in same])
            total += self._weighed(drawn, low[rows], high[rows], size * len(same)) / size
        return with_interval(point, total / len(tasks))

    def _weighed(self, drawn: np.ndarray, low: np.ndarray, high: np.ndarray, most: int) -> np.ndarray:
        """sum_r drawn_r (table[low_r] + table[high_r]) on every resample, shape (B,); ``most`` bounds it."""
        kind = np.result_type(np.min_scalar_type(most), np.uint16)
        out = np.empty(self._resamples)
        for part, table in self._tables:
            found = table[low].astype(kind, copy=False)
            found += found if np.array_equal(low, high) else table[high]
            found *= drawn[:, part]
            out[part] = found.sum(axis=0, dtype=kind)
        return out

    @property
    def _resamples(self) -> int:
        return self.sample.task_counts(next(iter(self.sizes))).shape[1]

    @cached_property
    def _starts(self) -> Mapping[str, int]:
        """Task -> its first row in the tables; a task of n runs has n + 1 rows."""
        sizes = [size + 1 for size in self.sizes.values()]
        return dict(zip(self.sizes, np.cumsum([0, *sizes[:-1]]).tolist(), strict=True))

    @cached_property
    def _tables(self) -> Sequence[tuple[slice, np.ndarray]]:
        """How many drawn runs lie below each place, by blocks of resamples."""
        return list(self._count())

    def _count(self) -> Iterator[tuple[slice, np.ndarray]]:
        counts = {
            task: self.sample.task_counts(task)[np.argsort(scores, kind="stable")]
            for task, scores in self.sample.scores.items()
        }
        rows = sum(len(table) + 1 for table in counts.values())
        for part in blocks(rows, self._resamples):
            table = np.zeros((rows, part.stop - part.start), np.uint16)
            for task, drawn in counts.items():
                start = self._starts[task]
                np.cumsum(drawn[:, part], axis=0, out=table[start + 1 : start + 1 + len(drawn)])
            yield part, table


def _keys(sample: Sample, places: Mapping[str, int]) -> np.ndarray:
    """The scores on the tasks of ``places``, task after task, as place + i score: numpy orders complex numbers by their
    real part first, so that one search serves all tasks."""
    tasks = [task for task in sample.scores if task in places]
    keys = np.repeat([complex(places[task]) for task in tasks], [len(sample.scores[task]) for task in tasks])
    keys.imag = np.concatenate([sample.scores[task] for task in tasks])
    return keys


def improvement(x: Sample, y: Sample, interval: bool) -> Estimate | None:
    """P(X > Y) + P(X = Y) / 2 over the tasks that both have, with its interval if wanted; None without any."""
    return Rival(y).improvement(x, interval)
