"""What one rollout collected, and the advantages in it."""

import numpy as np


class Rollout:
    """T steps of N environments; environment after environment, so that flattened rows need no copy.

    Args:
        environments: N.
        steps: T.
        size: observation size.
        actions: A.
        dtype: of all numbers.
    """

    def __init__(
        self, environments: int, steps: int, size: int, actions: int, dtype: type[np.floating] = np.float32
    ) -> None:
        shape = environments, steps
        self.observations = np.zeros((*shape, size), dtype)
        """(N, T, size) as the networks see them."""
        self.actions = np.zeros((*shape, actions), dtype)
        """(N, T, A) as drawn, before they are clipped to the bounds."""
        self.rewards = np.zeros(shape, dtype)
        self.starts = np.zeros((environments, steps + 1), bool)
        """(N, T + 1) whether an episode begins with the step."""
        self.values = np.zeros((environments, steps + 1), dtype)
        """(N, T + 1) value of the observation before the step."""
        self.log_density = np.zeros(shape, dtype)
        self.advantages = np.zeros(shape, dtype)
        self.returns = np.zeros(shape, dtype)

    def estimate(self, gamma: float, gae_lambda: float) -> None:
        """Fill ``advantages`` and ``returns`` (generalised advantage estimation, Schulman et al. 2016).

        ``d_t = r_t + gamma c_t V_{t+1} - V_t``, ``A_t = d_t + gamma lambda c_t A_{t+1}``, ``R_t = A_t + V_t``, with
        ``c_t`` zero where an episode ends with step t.
        """
        continues = ~self.starts[:, 1:]  # (N, T)
        deltas = self.rewards + gamma * self.values[:, 1:] * continues - self.values[:, :-1]
        decay = gamma * gae_lambda
        for row, delta, alive in zip(self.advantages, deltas.tolist(), continues.tolist(), strict=True):
            advantage, found = 0.0, []
            for d, c in zip(reversed(delta), reversed(alive), strict=True):  # Python's floats: faster one by one
                advantage = d + decay * advantage if c else d
                found.append(advantage)
            row[:] = found[::-1]
        np.add(self.advantages, self.values[:, :-1], out=self.returns)
