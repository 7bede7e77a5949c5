"""What is read from the ``info`` of a batch's steps: single values, and metrics of whole episodes."""

from typing import Any

import numpy as np

from mjbench.errors import MjbenchError
from mjbench.spec.task import Metric


def read_info(infos: dict[str, Any], key: str, rows: np.ndarray, reader: str) -> np.ndarray:
    """The values (N,) of one key, as float64.

    Args:
        infos: of a batch's step: arrays (N,) by key, and under ``_key`` where it is present, if not everywhere.
        key: which.
        rows: (N,) bool, the environments that must have it.
        reader: who asks, for the message.

    Raises:
        MjbenchError: one of them lacks it.
    """
    present = infos.get(f"_{key}")
    if key not in infos or (present is not None and not present[rows].all()):
        names = ", ".join(name for name in infos if not name.startswith("_") and name != key)
        raise MjbenchError(f"{reader}: info has no {key!r}, only {names}")
    return np.asarray(infos[key], np.float64)


def read_success(infos: dict[str, Any], key: str, rows: np.ndarray) -> np.ndarray:
    """Whether the episodes have succeeded, (N,) bool; false outside of ``rows``.

    Raises:
        MjbenchError: one of ``rows`` does not say so with true or false.
    """
    values = read_info(infos, key, rows, "success")
    if not np.isin(values[rows], (0.0, 1.0)).all():
        raise MjbenchError(
            f"success: info[{key!r}] must be true or false at the end of an episode, "
            f"not {values[rows][~np.isin(values[rows], (0.0, 1.0))][0]} (None counts as nan)"
        )
    return rows & (values == 1.0)


class EpisodeMetrics:
    """Reduces the ``info`` of a batch's steps to the task's metrics of each episode; all episodes begin together.

    Args:
        metrics: what to reduce to.
        count: episodes, N.
    """

    def __init__(self, metrics: tuple[Metric, ...], count: int) -> None:
        self._metrics = metrics
        self._values = np.full((len(metrics), count), np.nan)
        self._squares = np.zeros((len(metrics), count))  # squared deviations from the mean so far
        self._steps = np.zeros(count, np.int64)

    def add(self, infos: dict[str, Any], running: np.ndarray) -> None:
        """Take in one step of the episodes that are ``running``, (N,) bool.

        Raises:
            MjbenchError: a declared key is not in the ``info`` of one of them.
        """
        self._steps += running
        if not self._metrics:
            return
        new = np.stack([read_info(infos, m.key, running, f"metric {m.name}") for m in self._metrics])
        first = self._steps.max() == 1
        new, squares = (new, self._squares) if first else self._reduced(new)
        self._values = np.where(running, new, self._values)
        self._squares = np.where(running, squares, self._squares)

    def result(self) -> dict[str, list[float]]:
        """The metrics by name, one value an episode."""
        steps = np.maximum(self._steps, 1)
        return {
            metric.name: _finished(metric.reduce, values, squares, steps).tolist()
            for metric, values, squares in zip(self._metrics, self._values, self._squares, strict=True)
        }

    def _reduced(self, new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values and squared deviations (M, N) after one more step with the values ``new``."""
        old, squares = self._values, self._squares.copy()
        values = new.copy()
        for how in dict.fromkeys(metric.reduce for metric in self._metrics):
            at = [i for i, metric in enumerate(self._metrics) if metric.reduce == how]
            if how in ("sum", "mean"):
                values[at] = old[at] + new[at]
            elif how == "max":
                values[at] = np.where(new[at] > old[at], new[at], old[at])
            elif how == "min":
                values[at] = np.where(new[at] < old[at], new[at], old[at])
            elif how == "std":  # Welford's update: no cancellation where the mean is large
                values[at] = old[at] + (new[at] - old[at]) / self._steps
                squares[at] += (new[at] - old[at]) * (new[at] - values[at])
        return values, squares


def _finished(how: str, values: np.ndarray, squares: np.ndarray, steps: np.ndarray) -> np.ndarray:
    if how == "mean":
        return values / steps
    return np.sqrt(squares / steps) if how == "std" else values
