"""Hidden layers that policy and value share: a features extractor, since stable-baselines3's networks share none."""

from itertools import pairwise
from typing import Any

import torch
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor


class SharedLayers(BaseFeaturesExtractor):
    """``h_l = f(W_l h_{l-1} + b_l)``, from observations (B, observation size) to (B, last size).

    Args:
        observation_space: of the environment.
        sizes: of the layers, at least one.
        activation: f.
    """

    def __init__(self, observation_space: Any, sizes: list[int], activation: type[torch.nn.Module]) -> None:
        super().__init__(observation_space, sizes[-1])
        widths = pairwise([*observation_space.shape, *sizes])
        self.layers = torch.nn.Sequential(
            *(module for before, after in widths for module in (torch.nn.Linear(before, after), activation()))
        )

    def forward(self, observations: torch.Tensor) -> torch.Tensor:
        """See ``SharedLayers``."""
        return self.layers(observations)
