"""The policy's mean action alone, for stepping: the value can wait until the rollout is complete."""

import numpy as np

from mjbench_fast.batch_pass import BatchPass
from mjbench_fast.ppo.actor_critic import ActorCritic


class Actor:
    """Mean actions for N observations at a time.

    Args:
        networks: the networks.
        batch: N.
    """

    def __init__(self, networks: ActorCritic, batch: int) -> None:
        self._head = networks.mean
        self._pass = BatchPass(networks.actor, batch, networks.dtype)

    def act(self, x: np.ndarray, mean: np.ndarray) -> None:
        """x (N, inputs) -> mean (N, A), overwritten."""
        self._head.forward(self._pass.forward(x), mean)
