"""How a number is spread over the episodes of one policy."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_BINS = 15


@dataclass(frozen=True)
class Distribution:
    """Over the episodes with a number."""

    episodes: int
    mean: float
    std: float
    """The sample's, with n - 1; 0 for one episode."""
    low: float
    median: float
    high: float


def distribution(values: Sequence[float | None]) -> Distribution | None:
    """The distribution of ``values``; None where none is a number."""
    known = np.array([value for value in values if value is not None], dtype=float)
    known = known[np.isfinite(known)]
    if not known.size:
        return None
    std = float(known.std(ddof=1)) if known.size > 1 else 0.0
    low, median, high = (float(value) for value in np.quantile(known, [0.0, 0.5, 1.0]))
    return Distribution(known.size, float(known.mean()), std, low, median, high)


def histogram(values: Sequence[float]) -> tuple[list[float], list[int]]:
    """Edges (B + 1) and counts (B) of bins of one width that hold all ``values``, of which there is at least one."""
    low, high = min(values), max(values)
    if high - low <= 1e-9 * max(abs(low), abs(high)):  # one value: a bin around it
        half = max(abs(low), 1.0) / 100
        return [low - half, low + half], [len(values)]
    bins = min(MOST_BINS, max(5, round(len(values) ** 0.5) + 1))
    counts, edges = np.histogram(np.array(values, dtype=float), bins, (low, high))
    return edges.tolist(), counts.tolist()
