"""Levels of the training environments of a run; the rule itself is ``mjbench.spec.curriculum.Curriculum``."""

from collections.abc import Sequence

import numpy as np

from mjbench.spec.curriculum import Curriculum


class Levels:
    """The level of each environment of a batch.

    Args:
        rule: when to rise and fall.
        count: environments.
        seed: of the generator that sends graduates to a random level.
    """

    def __init__(self, rule: Curriculum, count: int, seed: Sequence[int]) -> None:
        self.rule = rule
        self.now = np.zeros(count, np.int64)
        """(N,) level of the episode under way, or of the next one where that has ended."""
        self._random = np.random.default_rng(list(seed))

    def update(self, done: np.ndarray, score: np.ndarray) -> None:
        """Rise and fall.

        Args:
            done: (N,) bool, the environments whose episode has ended.
            score: (N,) its score; read where ``done``.
        """
        rises, falls = done & (score > self.rule.rise), done & (score < self.rule.fall)
        self.now = np.maximum(self.now + rises - falls, 0)
        graduates = np.flatnonzero(self.now >= self.rule.levels)
        if graduates.size and self.rule.graduates == "random":
            self.now[graduates] = self._random.integers(self.rule.levels, size=graduates.size)
        else:
            self.now[graduates] = self.rule.levels - 1
