"""Starts a model from the policy that another run has left: the actor, and the observation statistics with it."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.vec_env import VecNormalize

from mjbench.errors import SpecError
from mjbench.policies.mlp import MlpPolicy
from mjbench.store.store import ResultStore
from mjbench_sb3.export import actor_layers, export


def start_from(model: BaseAlgorithm, folder: Path) -> None:
    """Copy the actor's weights and the observation statistics; critics and exploration stay as the preset has them.

    Args:
        model: before its first step.
        folder: of the finished run.

    Raises:
        SpecError: the policy has another form than the model's.
    """
    policy = load_like(export(model), folder)
    linear = [layer for layer in actor_layers(model)[0] if isinstance(layer, torch.nn.Linear)]
    with torch.no_grad():
        for layer, weight, bias in zip(linear, policy.weights, policy.biases, strict=True):
            layer.weight.copy_(torch.from_numpy(weight.copy()))
            layer.bias.copy_(torch.from_numpy(bias.copy()))
    target = getattr(model, "actor_target", None)
    if target is not None:
        target.load_state_dict(model.actor.state_dict())  # pyright: ignore[reportAttributeAccessIssue]
    start_statistics(model, policy, folder)


def load_like(own: MlpPolicy, folder: Path) -> MlpPolicy:
    """The policy in ``folder``, which must have the form of ``own``.

    Raises:
        SpecError: it has another one.
    """
    policy = MlpPolicy.load(folder)
    here, there = _form(own), _form(policy)
    if here != there:
        raise SpecError(f"the policy to start from ({folder.name}) does not fit: it is {there}, this run's is {here}")
    return policy


def start_statistics(model: BaseAlgorithm, policy: MlpPolicy, folder: Path) -> None:
    """Take over the observation statistics of a policy, where it has them, from the run in ``folder``."""
    env = model.get_env()
    if isinstance(env, VecNormalize) and policy.observation_mean is not None and policy.observation_std is not None:
        # As many observations as the other run took stand behind them, so a few new ones do not sweep them away.
        statistics: Any = env.obs_rms
        statistics.mean = policy.observation_mean.astype(np.float64)
        statistics.var = np.maximum(policy.observation_std.astype(np.float64) ** 2 - env.epsilon, 0.0)
        statistics.count = float(ResultStore(folder.parent).read(folder).run.steps)


def _form(policy: MlpPolicy) -> str:
    shapes = [weight.shape for weight in policy.weights]
    sizes = "-".join(str(size) for size in (shapes[0][1], *(shape[0] for shape in shapes)))
    output = "a squashed output" if policy.squash == "tanh" else "a clipped output"
    observations = "raw observations" if policy.observation_mean is None else "normalised observations"
    return f"{sizes} with {policy.activation}, {output}, {observations}"
