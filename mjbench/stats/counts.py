"""Resamples as counts: how often each seed was drawn, instead of the scores that were drawn.

Drawing n seeds with replacement B times gives B vectors of n counts, each of which sums to n. Every statistic of the
resamples is then arithmetic on one (N, B) table of small integers and N scores that are sorted once: means, gaps and
profiles are a matrix product, the IQM a running sum (``mjbench.stats.trimmed``).

Rows are the runs of one entry, task after task; ``sizes`` says how many belong to each of the M tasks. Columns are
resamples. Every task keeps its own number of seeds (the bootstrap is stratified) and tasks count equally, so a run
of task m has the weight 1 / (M n_m).
"""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np

RESAMPLES = 50_000
"""Resamples behind every published interval, on boards of up to ``LARGE`` runs."""
LARGE = 2_000
FEWEST_RESAMPLES = 2_000
"""On the largest boards: the level of a bound then has a standard error of 0.35 percentage points."""
MOST_DRAWS = 40_000_000
"""Runs times resamples of a larger board."""
SEED = 95
"""Seed of the resampling: a constant, so that the same records give the same interval."""
_BLOCK = 1_500_000
"""Numbers of a table that are worked on at a time, so that they stay in the processor's cache."""


def resamples_for(runs: int) -> int:
    """Resamples for a board of this many runs; fewer on large boards, whose time grows with both."""
    return RESAMPLES if runs <= LARGE else max(MOST_DRAWS // runs // 100 * 100, FEWEST_RESAMPLES)


def draw(size: int, resamples: int, *name: str, seed: int = SEED) -> np.ndarray:
    """Counts of ``size`` seeds drawn with replacement, shape (size, resamples).

    Args:
        size: number of seeds.
        resamples: how many times to draw, B.
        name: of what is drawn, such as its entry and task: other names draw independently, and a name's draws do not
            depend on what else is drawn.
        seed: of the randomness.

    Raises:
        ValueError: no resamples.
    """
    if resamples < 1:
        raise ValueError(f"at least one resample is needed, not {resamples}")
    key = hashlib.sha256("\0".join((str(size), *name)).encode("utf-8", "backslashreplace")).digest()
    generator = np.random.default_rng([seed, *np.frombuffer(key, dtype="<u4").tolist()])
    kind = np.uint8 if size < 256 else np.uint16
    counts = np.empty((size, resamples), kind)
    for part in blocks(size, resamples):
        drawn = generator.integers(size, size=(size, part.stop - part.start), dtype=kind)
        for index in range(size):
            np.add.reduce((drawn == index).view(np.uint8), axis=0, dtype=kind, out=counts[index, part])
    return counts


def once(size: int) -> np.ndarray:
    """The one "resample" that is the data itself, shape (size, 1)."""
    return np.ones((size, 1), np.uint8)


def weights(sizes: Sequence[int]) -> np.ndarray:
    """Weight of every run, shape (N,): 1 / (M n_m), summing to 1."""
    return np.repeat(1.0 / (len(sizes) * np.asarray(sizes, dtype=float)), sizes)


def linear(values: np.ndarray, sizes: Sequence[int], counts: np.ndarray) -> np.ndarray:
    """Mean over tasks of the mean over seeds of each of K quantities, on every resample.

    Args:
        values: a number for each quantity and run, shape (K, N).
        sizes: seeds of each task, M numbers that sum to N.
        counts: shape (N, B).

    Returns:
        Shape (K, B).
    """
    weighted = values * weights(sizes)
    out = np.empty((len(values), counts.shape[1]))
    for part in blocks(*counts.shape):
        out[:, part] = weighted @ counts[:, part].astype(float)
    return out


def task_means(scores: np.ndarray, sizes: Sequence[int], counts: np.ndarray) -> np.ndarray:
    """Mean over seeds on each task; scores (N,), counts (N, B) -> (M, B)."""
    out = np.empty((len(sizes), counts.shape[1]))
    start = 0
    for index, size in enumerate(sizes):
        rows = slice(start, start + size)
        out[index] = scores[rows] @ counts[rows].astype(float) / size
        start += size
    return out


def blocks(rows: int, columns: int) -> Iterator[slice]:
    """Slices over ``columns`` that make blocks of a table fit for the processor's cache."""
    step = max(_BLOCK // max(rows, 1), 64)
    for start in range(0, columns, step):
        yield slice(start, min(start + step, columns))
