"""From training's networks to the plain policy that is evaluated, saved and replayed."""

from typing import Any

import numpy as np
from torch import Tensor

from mjbench.policies.mlp import MlpPolicy
from mjbench_warp.ppo.networks import ActorCritic
from mjbench_warp.ppo.normaliser import ObservationNormaliser


def export(
    networks: ActorCritic, activation: Any, low: Tensor, high: Tensor, observations: ObservationNormaliser
) -> MlpPolicy:
    """A frozen copy, in the memory of the CPU.

    Args:
        networks: have the actor.
        activation: between its layers.
        low: bounds of the actions (A,).
        high: see ``low``.
        observations: has the statistics.

    Raises:
        mjbench.api.session.Diverged: a parameter is not finite.
    """
    seen = observations.seen
    return MlpPolicy(
        weights=tuple(_copied(weight) for weight, _ in networks.actor),
        biases=tuple(_copied(bias) for _, bias in networks.actor),
        action_low=_copied(low),
        action_high=_copied(high),
        activation=activation,
        squash="clip",
        observation_mean=_copied(seen.mean) if observations.active else None,
        observation_std=_copied(seen.std()) if observations.active else None,
    )


def _copied(tensor: Tensor) -> np.ndarray:
    return np.array(tensor.detach().cpu().numpy(), dtype=np.float32)
