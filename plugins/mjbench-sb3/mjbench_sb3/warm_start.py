"""Starts a model from the policy that another run has left: the actor, and the observation statistics with it."""

from pathlib import Path
from typing import Any

import torch
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.vec_env import VecNormalize

from mjbench.algorithms.warm_start import WarmStart, read_start
from mjbench_sb3.export import actor_layers, export


def start_from(model: BaseAlgorithm, folder: Path) -> None:
    """Copy the actor's weights and the observation statistics; critics and exploration stay as the preset has them.

    Args:
        model: before its first step.
        folder: of the finished run.

    Raises:
        SpecError: the policy has another form than the model's.
    """
    start = read_start(folder, export(model))
    linear = [layer for layer in actor_layers(model)[0] if isinstance(layer, torch.nn.Linear)]
    with torch.no_grad():
        for layer, weight, bias in zip(linear, start.policy.weights, start.policy.biases, strict=True):
            layer.weight.copy_(torch.from_numpy(weight.copy()))
            layer.bias.copy_(torch.from_numpy(bias.copy()))
    target = getattr(model, "actor_target", None)
    if target is not None:
        target.load_state_dict(model.actor.state_dict())  # pyright: ignore[reportAttributeAccessIssue]
    start_statistics(model, start)


def start_statistics(model: BaseAlgorithm, start: WarmStart) -> None:
    """Take over the observation statistics, where the model normalises observations."""
    env = model.get_env()
    if not isinstance(env, VecNormalize):
        return
    statistics = start.statistics(env.epsilon)
    if statistics is not None:
        own: Any = env.obs_rms
        own.mean, own.var, own.count = statistics.mean, statistics.var, statistics.count
