"""Running mean and variance, in double precision."""

from typing import Any

import numpy as np

from mjbench_fast.nn.compiled import compiled


class RunningMoments:
    """Moments of all rows seen, merged batch by batch (Chan et al. 1979).

    Args:
        size: numbers in a row.
    """

    def __init__(self, size: int) -> None:
        self.mean = np.zeros(size)
        self.var = np.ones(size)
        self.count = 1e-4
        """Rows; begins above zero, so that the first variance is defined."""

    def update(self, rows: np.ndarray) -> None:
        """``d = mean(rows) - mean``, ``mean += d n / N``, ``var = (var c + var(rows) n + d^2 c n / N) / N``, N = c + n.

        Args:
            rows: (n, size).
        """
        merge(rows, self.mean, self.var, self.count)
        self.count += len(rows)

    def capture(self) -> dict[str, Any]:
        """State for a snapshot."""
        return {"mean": self.mean, "var": self.var, "count": self.count}

    def restore(self, state: dict[str, Any]) -> None:
        """Inverse of ``capture``."""
        self.mean[:], self.var[:], self.count = state["mean"], state["var"], state["count"]


@compiled
def merge(rows: np.ndarray, mean: np.ndarray, var: np.ndarray, count: float) -> None:
    """The moments of ``count`` rows become those of the rows (n, size) too, in place."""
    n, size = rows.shape
    old, new = count / (count + n), n / (count + n)
    if n == 1:  # a single row has no variance
        row = rows[0]
        for j in range(size):
            delta = row[j] - mean[j]
            var[j] = (var[j] + delta * delta * new) * old
            mean[j] += delta * new
        return
    for j in range(size):
        middle, spread = 0.0, 0.0
        for i in range(n):
            middle += rows[i, j]
        middle /= n
        for i in range(n):
            spread += (rows[i, j] - middle) ** 2
        delta = middle - mean[j]
        var[j] = (var[j] + delta * delta * new) * old + spread / n * new
        mean[j] += delta * new
