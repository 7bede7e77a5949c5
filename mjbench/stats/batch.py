"""The aggregates of ``rliable.metrics`` on many resamples at once, and what they mean where seed counts differ.

With the same number of seeds on every task, each row of the results equals ``rliable.metrics`` to the last bit.
Where the counts n_m of the M tasks differ, every task still counts equally:

- mean, median: over the M task means, as before;
- optimality gap: 1 minus the mean over tasks of the task's mean of min(score, 1);
- IQM: all N scores together, each with the weight N / (M n_m), so that the weights sum to N. A weight of
  floor(N / 4) is cut off at either end of the sorted scores, splitting a score's weight where the cut falls
  inside it, and the rest is averaged. With equal counts all weights are 1 and this is rliable's trimmed mean.
"""

from collections.abc import Sequence

import numpy as np

AGGREGATES = ("iqm", "mean", "median", "optimality_gap")
"""Names of the aggregates, the headline first."""


def batch_aggregates(samples: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Every aggregate of B score tables.

    Args:
        samples: for each task m the scores of its seeds, shape (B, n_m).

    Returns:
        By the names in ``AGGREGATES``, each of shape (B,).

    Raises:
        ValueError: no tasks, or a task without seeds.
    """
    if not samples or any(sample.shape[1] == 0 for sample in samples):
        raise ValueError("aggregates need at least one task, and at least one seed on each")
    if len({sample.shape[1] for sample in samples}) == 1:
        cube = np.stack(samples, axis=2)  # (B, n, M)
        flat = cube.reshape(len(cube), -1)  # (B, n * M), the order in which rliable flattens
        task_means = cube.mean(axis=1)  # (B, M)
        capped = np.minimum(flat, 1.0).mean(axis=1)  # (B,)
        iqm = _trimmed_mean(flat)
    else:
        task_means = np.stack([sample.mean(axis=1) for sample in samples], axis=1)
        capped = np.stack([np.minimum(sample, 1.0).mean(axis=1) for sample in samples], axis=1).mean(axis=1)
        iqm = weighted_iqm(samples)
    median = np.median(task_means, axis=1)
    return {"iqm": iqm, "mean": task_means.mean(axis=1), "median": median, "optimality_gap": 1.0 - capped}


def weighted_iqm(samples: Sequence[np.ndarray]) -> np.ndarray:
    """Interquartile mean in which every task has the same weight, shape (B,); see the module's definition.

    Args:
        samples: for each task m the scores of its seeds, shape (B, n_m), n_m >= 1.
    """
    flat = np.concatenate(samples, axis=1)  # (B, N)
    total = flat.shape[1]
    counts = [sample.shape[1] for sample in samples]
    weights = np.concatenate([np.full(count, total / (len(counts) * count)) for count in counts])  # (N,)
    order = np.argsort(flat, axis=1, kind="stable")
    weight = weights[order]
    upper = np.cumsum(weight, axis=1)  # weight of a score and of all below it
    cut = total // 4
    kept = np.minimum(upper, total - cut) - np.maximum(upper - weight, cut)
    kept = np.clip(kept, 0.0, None)
    return (kept * np.take_along_axis(flat, order, axis=1)).sum(axis=1) / kept.sum(axis=1)


def _trimmed_mean(flat: np.ndarray) -> np.ndarray:
    """``scipy.stats.trim_mean(row, 0.25)`` of every row; flat (B, N) -> (B,)."""
    total = flat.shape[1]
    cut = int(0.25 * total)
    parted = np.partition(flat, (cut, total - cut - 1), axis=1)
    return parted[:, cut : total - cut].mean(axis=1)
