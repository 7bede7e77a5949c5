"""The scores of many runs at once, the same to the last bit as ``mjbench.stats.returns`` gives them one by one."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from mjbench.spec.record import RunRecord
from mjbench.stats.returns import LARGEST, mean_return, places

_CHUNK = 1000
"""Runs whose returns are in memory at a time."""
_UNIT = 2.0**-52


def curves(records: Iterable[RunRecord]) -> Iterator[tuple[list[RunRecord], np.ndarray]]:
    """Records of one task, and the mean return of each at its K checkpoints, shape (R, K).

    Only those of completed runs that were evaluated as their protocol asks and that have a number at each checkpoint;
    ``mjbench.stats.returns`` has the rules for others.
    """
    groups: dict[object, list[RunRecord]] = {}
    compared: dict[tuple[int, object], tuple[object, bool]] = {}  # many runs share one list, which stays alive here
    for record in records:
        if record.status != "completed":
            continue
        run, step = record.run, record.evaluated[0]
        key = (run.protocol, run.steps)
        if (id(step), key) not in compared:
            compared[id(step), key] = step, step == places(*key).episodes
        if compared[id(step), key][1]:
            groups.setdefault((run.task, *key), []).append(record)
    for group in groups.values():
        rows = list(places(group[0].run.protocol, group[0].run.steps).rows.values())
        for start in range(0, len(group), _CHUNK):
            some = group[start : start + _CHUNK]
            returns = np.array([record.returns for record in some], dtype=float).T  # (episodes, R), None is NaN
            means = np.stack([exact_means(returns[row]) for row in rows], axis=1)
            whole = np.asarray(~np.isnan(means).any(axis=1))
            yield [record for record, good in zip(some, whole, strict=True) if good], means[whole]


def exact_means(values: np.ndarray | Sequence[Sequence[float]]) -> np.ndarray:
    """``mean_return`` down each column of n rows, shape (n, R) -> (R,); NaN for None.

    The sum carries its rounding errors along, each of which is known exactly (Knuth's TwoSum). Their own sum has an
    error with a bound. Where no number within that bound rounds to another result, the result is the exact sum, rounded
    once, as ``math.fsum`` gives it. The other columns are left to it.
    """
    values = np.asarray(values, dtype=float)
    with np.errstate(invalid="ignore", over="ignore"):
        parts = values / len(values)
        total, errors, size = parts[0].copy(), np.zeros(values.shape[1]), np.zeros(values.shape[1])
        for part in parts[1:]:
            raised = total + part
            own = raised - total
            error = (total - (raised - own)) + (part - own)
            errors += error
            size += np.abs(error)
            total = raised
        bound = (len(values) + 2) * _UNIT * size
        means = total + errors
        certain = (total + (errors - bound) == means) & (total + (errors + bound) == means)
    for index in np.flatnonzero(~certain).tolist():
        mean = mean_return(values[:, index].tolist())
        means[index] = np.nan if mean is None else mean
    means[np.abs(means) > LARGEST] = np.nan
    return means
