"""A policy that is played as in its original evaluation."""

from pathlib import Path

import numpy as np

from mjbench.api.policy import Policy
from mjbench.errors import RecordError

ROUNDING = 1e-5
"""Of an action, relative to its bounds."""


class HeldPolicy:
    """A policy that always sees the batch size of the original evaluation, as rounding may depend on it, and that is
    held to the actions of the task: its file has bounds of its own, and not every environment minds what is beyond.

    Args:
        policy: plays.
        rows: episodes of the original evaluation.
        bounds: lowest and highest actions, (action size,) each.
        first: row of the first observation: a matrix product may also round differently at another place.
    """

    def __init__(self, policy: Policy, rows: int, bounds: tuple[np.ndarray, np.ndarray], first: int = 0) -> None:
        self._policy = policy
        self._rows, self._first = rows, first
        slack = ROUNDING * (np.abs(bounds[0]) + np.abs(bounds[1]))
        self._low, self._high = bounds[0] - slack, bounds[1] + slack

    def act(self, observation: np.ndarray) -> np.ndarray:
        """observation (n, observation size) -> action (n, action size).

        Raises:
            RecordError: an action that the task does not have.
        """
        count, first = len(observation), self._first
        before = np.broadcast_to(observation[-1:], (first, *observation.shape[1:]))
        behind = np.broadcast_to(observation[-1:], (self._rows - first - count, *observation.shape[1:]))
        action = self._policy.act(np.concatenate([before, observation, behind]))[first : first + count]
        within = (action >= self._low) & (action <= self._high)
        if not within.all():
            row, column = np.argwhere(~within)[0]
            raise RecordError(
                f"its policy gives {action[row, column]:g} as action {column}, which the task does not have"
            )
        return action

    def save(self, folder: Path) -> None:
        """See ``mjbench.api.policy.Policy``."""
        self._policy.save(folder)
