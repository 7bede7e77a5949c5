"""What one rollout collected, and the advantages in it: tensors that stay where they are on the device."""

import torch
from torch import Tensor


class Rollout:
    """T steps of N worlds; step after step.

    Args:
        steps: T.
        worlds: N.
        size: observation size.
        actions: A.
        device: where they are.
    """

    def __init__(self, steps: int, worlds: int, size: int, actions: int, device: torch.device) -> None:
        def zeros(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
            return torch.zeros(shape, dtype=dtype, device=device)

        self.observations = zeros(steps, worlds, size)
        """(T, N, size) as the networks see them."""
        self.actions = zeros(steps, worlds, actions)
        """(T, N, A) as drawn, before they are clipped to the bounds."""
        self.rewards = zeros(steps, worlds)
        self.dones = zeros(steps, worlds, dtype=torch.bool)
        """(T, N) whether an episode ends with the step."""
        self.cut = zeros(steps, worlds, dtype=torch.bool)
        """(T, N) whether it is truncated there, and not terminated."""
        self.finals = zeros(steps, worlds, size)
        """(T, N, size) as ``observations``, what the episodes ended with; read where ``cut``."""
        self.values = zeros(steps + 1, worlds)
        """(T + 1, N) value of the observation before the step."""
        self.log_density = zeros(steps, worlds)
        self.advantages = zeros(steps, worlds)
        self.returns = zeros(steps, worlds)

    def estimate(self, gamma: float, gae_lambda: float) -> None:
        """Fill ``advantages`` and ``returns`` (generalised advantage estimation, Schulman et al. 2016).

        ``d_t = r_t + gamma c_t V_{t+1} - V_t``, ``A_t = d_t + gamma lambda c_t A_{t+1}``, ``R_t = A_t + V_t``, with
        ``c_t`` zero where an episode ends with step t.
        """
        continues = (~self.dones).float()
        deltas = self.rewards + gamma * self.values[1:] * continues - self.values[:-1]
        decay = gamma * gae_lambda * continues
        advantage = torch.zeros_like(deltas[0])
        for t in reversed(range(len(deltas))):
            advantage = deltas[t] + decay[t] * advantage
            self.advantages[t] = advantage
        torch.add(self.advantages, self.values[:-1], out=self.returns)
