"""From training's networks to the plain policy that is evaluated, saved and replayed."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from mjbench.policies.mlp import MlpPolicy
from mjbench_fast.environments import Environments
from mjbench_fast.nn.linear import Linear
from mjbench_fast.normalise.observation_normaliser import ObservationNormaliser


def export(
    layers: Sequence[Linear],
    activation: Any,
    squash: Literal["clip", "tanh"],
    environments: Environments,
    observations: ObservationNormaliser,
) -> MlpPolicy:
    """A frozen copy.

    Args:
        layers: of the actor, one block each.
        activation: between them.
        squash: what becomes of the last one's outputs.
        environments: have the bounds.
        observations: has the statistics.

    Raises:
        mjbench.api.session.Diverged: a parameter is not finite.
    """
    mean, std = observations.frozen()
    return MlpPolicy(
        weights=tuple(layer.weight[0].T.astype(np.float32, order="C") for layer in layers),
        biases=tuple(layer.bias.astype(np.float32) for layer in layers),
        action_low=environments.low,
        action_high=environments.high,
        activation=activation,
        squash=squash,
        observation_mean=mean,
        observation_std=std,
    )
