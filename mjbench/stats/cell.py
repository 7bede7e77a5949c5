"""The scores of one board: entry x task -> one number a seed, with what failed and what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mjbench.spec.record import Status
from mjbench.stats.estimate import Estimate, Standing, mean_estimate, standing


@dataclass(frozen=True)
class SeedScore:
    """What one training seed gave."""

    seed: int
    value: float | None
    """Mean return of the final policy's episodes; the floor for a run that did not complete, None without one."""
    normalised: float | None
    """``value`` where random is 0 and the reference 1; None where the task has no such references."""
    status: Status
    run_id: str
    error: str = ""
    curve: tuple[float, ...] = ()
    """Mean return at each checkpoint, the floor where the run did not get there; empty where it is unknown."""
    normalised_curve: tuple[float, ...] = ()
    """``curve`` where random is 0 and the reference 1; empty where the task has no such references."""


@dataclass(frozen=True)
class Cell:
    """The seeds of one entry on one task."""

    entry: str
    task: str
    seeds: tuple[SeedScore, ...]
    """Ascending by seed; at least one."""
    expected: int
    """Seeds required, and those run beyond them."""

    @property
    def values(self) -> list[float]:
        """Mean returns, one a seed, failed ones at the floor."""
        return [seed.value for seed in self.seeds if seed.value is not None]

    @property
    def normalised(self) -> np.ndarray:
        """Normalised scores, shape (n,), failed ones at 0; empty where the task cannot be normalised."""
        return np.array([seed.normalised for seed in self.seeds if seed.normalised is not None], dtype=float)

    def curves(self, normalised: bool = False) -> np.ndarray:
        """Mean returns, or normalised scores, of every seed at the K checkpoints; shape (K, n), or (0, 0) without."""
        rows = [seed.normalised_curve if normalised else seed.curve for seed in self.seeds]
        rows = [row for row in rows if row]
        return np.array(rows, dtype=float).T if rows else np.empty((0, 0))

    @cached_property
    def curve(self) -> tuple[Estimate, ...]:
        """Mean return over seeds at each of the K checkpoints, with t-intervals; empty without curves."""
        return tuple(mean_estimate(seeds) for seeds in self.curves())

    @property
    def normalised_mean(self) -> float | None:
        """Mean normalised score over seeds; None where the task cannot be normalised."""
        return float(self.normalised.mean()) if self.normalised.size else None

    @property
    def completed(self) -> int:
        """Seeds that have run to the end."""
        return sum(seed.status == "completed" for seed in self.seeds)

    @property
    def failed(self) -> int:
        """Seeds that failed or diverged."""
        return len(self.seeds) - self.completed

    @property
    def standing(self) -> Standing:
        """What the number of seeds allows to show."""
        return standing(len(self.values))

    @cached_property
    def estimate(self) -> Estimate | None:
        """Mean return over seeds with its t-interval; None where every run failed and there is no floor."""
        return mean_estimate(self.values) if self.values else None

    @property
    def coverage(self) -> str:
        """``2/3 seeds, 1 failed``."""
        return coverage_text(self.completed, self.failed, self.expected)


@dataclass(frozen=True)
class Scores:
    """Every cell, by (entry, task)."""

    cells: Mapping[tuple[str, str], Cell]
    warnings: tuple[str, ...] = ()
    """What was split, left out or mixed on the way."""

    @cached_property
    def entries(self) -> list[str]:
        """Names of the entries, sorted."""
        return sorted({entry for entry, _ in self.cells})

    @cached_property
    def tasks(self) -> list[str]:
        """Task ids that any entry has, sorted."""
        return sorted({task for _, task in self.cells})

    def normalised(self, entry: str, tasks: Iterable[str]) -> dict[str, np.ndarray]:
        """Normalised scores of ``entry`` on those of ``tasks`` where it has any; task -> shape (n_m,)."""
        found = {task: self.cells[entry, task].normalised for task in tasks if (entry, task) in self.cells}
        return {task: values for task, values in found.items() if values.size}

    def curves(self, entry: str, tasks: Iterable[str]) -> dict[str, np.ndarray]:
        """Normalised scores at the K checkpoints on those of ``tasks`` where ``entry`` has any; task -> (K, n_m)."""
        found = {task: self.cells[entry, task].curves(True) for task in tasks if (entry, task) in self.cells}
        return {task: values for task, values in found.items() if values.size}


def coverage_text(completed: int, failed: int, expected: int) -> str:
    """``2/3 seeds, 1 failed``."""
    text = f"{completed}/{expected} {'seed' if expected == 1 else 'seeds'}"
    return f"{text}, {failed} failed" if failed else text
