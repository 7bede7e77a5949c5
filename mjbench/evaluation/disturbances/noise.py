"""Noisy sensors: normal noise on every entry of the observation, fresh at each step.

Entries have many units, so noise is measured by how much each entry varies: a strength of 1 is its standard deviation
over the undisturbed episodes of the policy. An entry that never varies has no noise.
"""

import numpy as np

from mjbench.evaluation.disturbances.condition import Condition, Effect, Play, draws


class Noise(Effect):
    """Adds normal noise.

    Args:
        deviation: of each entry, (observation size,).
    """

    def __init__(self, deviation: np.ndarray) -> None:
        self._deviation = deviation

    def begin(self, play: Play) -> None:
        """See ``Effect``."""
        self._draws = draws(play.seeds, "noise")

    def observe(self, observations: np.ndarray) -> np.ndarray:
        """See ``Effect``."""
        noise = np.stack([draw.standard_normal(self._deviation.size) for draw in self._draws])
        return (observations + noise * self._deviation).astype(observations.dtype)


class Watch(Effect):
    """Keeps the observations of episodes, for their standard deviations."""

    def begin(self, play: Play) -> None:
        """See ``Effect``."""
        self.seen: list[np.ndarray] = []

    def observe(self, observations: np.ndarray) -> np.ndarray:
        """See ``Effect``."""
        self.seen.append(observations.copy())
        return observations

    def deviation(self, lengths: list[int]) -> np.ndarray:
        """Standard deviation of each entry over all steps of episodes of these lengths, (observation size,)."""
        rows = [np.stack([step[row] for step in self.seen[: length + 1]]) for row, length in enumerate(lengths)]
        found = np.concatenate(rows).astype(np.float64).std(axis=0)
        return np.where(np.isfinite(found), found, 0.0)


NOISE = Condition(
    "noise",
    "standard deviations",
    "normal noise on each entry of the observation, s times the entry's standard deviation over undisturbed episodes",
    lambda _: "",
    lambda *_: Effect(),  # the deviation is known once undisturbed episodes have been played: see disturbed.py
)
