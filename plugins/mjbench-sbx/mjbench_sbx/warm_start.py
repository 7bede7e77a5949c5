"""Starts a model from the policy that another run has left: the actor, and the observation statistics with it."""

from pathlib import Path
from typing import Any

import jax.numpy as jnp
from mjbench_sb3.harness import start_statistics
from stable_baselines3.common.base_class import BaseAlgorithm

from mjbench.algorithms.warm_start import read_start
from mjbench_sbx.export import export


def start_from(model: BaseAlgorithm, folder: Path) -> None:
    """Copy the actor's weights and the observation statistics; critics and exploration stay as the preset has them.

    Args:
        model: before its first step; its actor has no batch normalisation.
        folder: of the finished run.

    Raises:
        SpecError: the policy has another form than the model's.
    """
    start = read_start(folder, export(model))
    owner: Any = model.policy
    layers = {
        f"Dense_{i}": {"kernel": jnp.asarray(weight.T), "bias": jnp.asarray(bias)}
        for i, (weight, bias) in enumerate(zip(start.policy.weights, start.policy.biases, strict=True))
    }
    params = {"params": {**owner.actor_state.params["params"], **layers}}
    targets = {"target_params": params} if hasattr(owner.actor_state, "target_params") else {}
    owner.actor_state = owner.actor_state.replace(params=params, **targets)
    start_statistics(model, start)
