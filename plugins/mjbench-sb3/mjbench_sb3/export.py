"""From a stable-baselines3 model to the plain policy that is evaluated, saved and replayed."""

from typing import Any

import numpy as np
import torch
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.vec_env import VecNormalize

from mjbench.policies.mlp import Activation, MlpPolicy

NAMES: dict[type[torch.nn.Module], Activation] = {torch.nn.Tanh: "tanh", torch.nn.ReLU: "relu", torch.nn.ELU: "elu"}


def export(model: BaseAlgorithm) -> MlpPolicy:
    """A frozen copy of the model's actor and of its observation statistics.

    Raises:
        mjbench.api.session.Diverged: a parameter is not finite.
    """
    layers, squash = actor_layers(model)
    linear = [layer for layer in layers if isinstance(layer, torch.nn.Linear)]
    activations: list[Activation] = [NAMES[type(layer)] for layer in layers if type(layer) in NAMES]
    space: Any = model.action_space
    mean, std = observation_statistics(model)
    return MlpPolicy(
        weights=tuple(layer.weight.detach().cpu().numpy().copy() for layer in linear),
        biases=tuple(layer.bias.detach().cpu().numpy().copy() for layer in linear),
        action_low=space.low.astype(np.float32),
        action_high=space.high.astype(np.float32),
        activation=activations[0] if activations else "tanh",
        squash="tanh" if squash else "clip",
        observation_mean=mean,
        observation_std=std,
    )


def observation_statistics(model: BaseAlgorithm) -> tuple[np.ndarray, np.ndarray] | tuple[None, None]:
    """Mean and standard deviation (observation size,) as they are now; None twice where nothing is normalised."""
    env = model.get_env()
    if not (isinstance(env, VecNormalize) and env.norm_obs):
        return None, None
    statistics: Any = env.obs_rms
    return statistics.mean.astype(np.float32), np.sqrt(statistics.var + env.epsilon).astype(np.float32)


def actor_layers(model: BaseAlgorithm) -> tuple[list[torch.nn.Module], bool]:
    """The actor's layers in order, and whether its output is squashed onto the action bounds."""
    policy: Any = model.policy
    if hasattr(policy, "mlp_extractor"):  # PPO, A2C
        shared = getattr(policy.features_extractor, "layers", ())
        return [*shared, *policy.mlp_extractor.policy_net, policy.action_net], False
    if hasattr(policy.actor, "latent_pi"):  # SAC
        return [*policy.actor.latent_pi, policy.actor.mu], True
    return list(policy.actor.mu), True  # TD3, DDPG; its last layer is the tanh
