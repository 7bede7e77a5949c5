"""Running mean and variance, in double precision."""

from typing import Any

import numpy as np


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
        self._delta, self._scratch = np.empty(size), np.empty(size)

    def update(self, rows: np.ndarray) -> None:
        """``d = mean(rows) - mean``, ``mean += d n / N``, ``var = (var c + var(rows) n + d^2 c n / N) / N``, N = c + n.

        Args:
            rows: (n, size).
        """
        count, total = len(rows), self.count + len(rows)
        delta, scratch = self._delta, self._scratch
        np.subtract(rows[0] if count == 1 else rows.mean(axis=0), self.mean, out=delta)
        np.multiply(delta, delta, out=scratch)
        np.multiply(scratch, count / total, out=scratch)
        np.add(self.var, scratch, out=self.var)
        np.multiply(self.var, self.count / total, out=self.var)
        if count > 1:  # a single row has no variance
            np.add(self.var, rows.var(axis=0) * (count / total), out=self.var)
        np.multiply(delta, count / total, out=delta)
        np.add(self.mean, delta, out=self.mean)
        self.count = total

    def capture(self) -> dict[str, Any]:
        """State for a snapshot."""
        return {"mean": self.mean, "var": self.var, "count": self.count}

    def restore(self, state: dict[str, Any]) -> None:
        """Inverse of ``capture``."""
        self.mean[:], self.var[:], self.count = state["mean"], state["var"], state["count"]
