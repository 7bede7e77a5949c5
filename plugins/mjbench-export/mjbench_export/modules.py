"""A policy's arrays as torch modules that can be scripted. Imports torch."""

import numpy as np
import torch
from torch import Tensor, nn

from mjbench.policies.mlp import MlpPolicy

ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "elu": nn.ELU}


class Normalise(nn.Module):
    """``clip((observation - mean) / std)``."""

    def __init__(self, mean: np.ndarray, std: np.ndarray, limit: float) -> None:
        super().__init__()
        self.mean, self.std = nn.Buffer(torch.tensor(mean)), nn.Buffer(torch.tensor(std))
        self.limit = limit

    def forward(self, x: Tensor) -> Tensor:
        """x (N, observation size)."""
        return ((x - self.mean) / self.std).clamp(-self.limit, self.limit)


class Clip(nn.Module):
    """To the bounds of the actions."""

    def __init__(self, low: np.ndarray, high: np.ndarray) -> None:
        super().__init__()
        self.low, self.high = nn.Buffer(torch.tensor(low)), nn.Buffer(torch.tensor(high))

    def forward(self, x: Tensor) -> Tensor:
        """x (N, action size)."""
        return torch.minimum(torch.maximum(x, self.low), self.high)


class Squash(Clip):
    """By tanh onto the bounds of the actions."""

    def forward(self, x: Tensor) -> Tensor:
        """x (N, action size)."""
        return self.low + (torch.tanh(x) + 1.0) * 0.5 * (self.high - self.low)


def module(policy: MlpPolicy) -> nn.Sequential:
    """observation (N, observation size) -> action (N, action size), float32."""
    parts: list[nn.Module] = []
    if policy.observation_mean is not None and policy.observation_std is not None:
        parts.append(Normalise(policy.observation_mean, policy.observation_std, policy.observation_clip))
    for layer, (weight, bias) in enumerate(zip(policy.weights, policy.biases, strict=True)):
        parts.append(_linear(weight, bias))
        if layer < len(policy.weights) - 1:
            parts.append(ACTIVATIONS[policy.activation]())
    parts.append((Squash if policy.squash == "tanh" else Clip)(policy.action_low, policy.action_high))
    return nn.Sequential(*parts).requires_grad_(False)


def _linear(weight: np.ndarray, bias: np.ndarray) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0], device="meta")  # draws no random numbers
    layer.weight, layer.bias = nn.Parameter(torch.tensor(weight)), nn.Parameter(torch.tensor(bias))
    return layer
