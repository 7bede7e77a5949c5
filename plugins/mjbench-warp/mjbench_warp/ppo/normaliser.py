"""Normalisation of observations and rewards by what training has seen so far, on the device."""

import torch
from torch import Tensor

EPSILON = 1e-8
CLIP = 10.0
"""What is normalised is clipped to +- this."""


class RunningMoments:
    """Mean and variance of all rows seen, merged batch by batch in double precision (Chan et al. 1979).

    Args:
        size: numbers in a row.
        device: where they are.
    """

    def __init__(self, size: int, device: torch.device) -> None:
        self.mean = torch.zeros(size, dtype=torch.float64, device=device)
        self.var = torch.ones(size, dtype=torch.float64, device=device)
        self.count = torch.full((), 1e-4, dtype=torch.float64, device=device)
        """Rows; begins above zero, so that the first variance is defined."""

    def update(self, rows: Tensor) -> None:
        """``d = mean(rows) - mean``, ``mean += d n / N``, ``var = (var c + var(rows) n + d^2 c n / N) / N``, N = c + n.

        Args:
            rows: (n, size).
        """
        wide = rows.double()
        total = self.count + len(rows)
        old, new = self.count / total, len(rows) / total
        delta = wide.mean(0) - self.mean
        self.var.copy_((self.var + delta * delta * new) * old + wide.var(0, correction=0) * new)
        self.mean.add_(delta * new)
        self.count.copy_(total)

    def std(self) -> Tensor:
        """(size,) double precision."""
        return (self.var + EPSILON).sqrt()

    def tensors(self, name: str) -> dict[str, Tensor]:
        """Its state, live, under names that begin with ``name``."""
        return {f"{name}.mean": self.mean, f"{name}.var": self.var, f"{name}.count": self.count}


class ObservationNormaliser:
    """``o' = clip((o - mean) / sqrt(var + 1e-8))``.

    Args:
        active: False gives observations as they are.
        size: numbers in an observation.
        device: where they are.
    """

    def __init__(self, active: bool, size: int, device: torch.device) -> None:
        self.active = active
        self.seen = RunningMoments(size, device)

    def see(self, observations: Tensor) -> Tensor:
        """Take observations (N, size) into the statistics, then ``apply`` these."""
        if self.active:
            self.seen.update(observations)
        return self.apply(observations)

    def apply(self, observations: Tensor) -> Tensor:
        """(N, size) raw -> normalised by the statistics as they are."""
        if not self.active:
            return observations
        return ((observations.double() - self.seen.mean) / self.seen.std()).clamp(-CLIP, CLIP).float()


class RewardNormaliser:
    """``r' = clip(r / sqrt(var(R) + 1e-8))``, where ``R <- gamma R + r`` is the discounted return of an episode so far.

    Args:
        active: False gives rewards as they are.
        gamma: discount.
        worlds: N.
        device: where they are.
    """

    def __init__(self, active: bool, gamma: float, worlds: int, device: torch.device) -> None:
        self._active, self._gamma = active, gamma
        self.returns = torch.zeros(worlds, dtype=torch.float64, device=device)
        self.seen = RunningMoments(1, device)

    def see(self, rewards: Tensor, dones: Tensor) -> Tensor:
        """Rewards (N,) of a step -> scaled; episodes that are done (N,) begin at zero again."""
        if not self._active:
            return rewards
        self.returns.mul_(self._gamma).add_(rewards)
        self.seen.update(self.returns[:, None])
        self.returns.mul_(~dones)
        return (rewards / self.seen.std()[0].float()).clamp(-CLIP, CLIP)
