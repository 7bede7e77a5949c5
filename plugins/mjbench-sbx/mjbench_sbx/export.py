"""From an SBX model to the plain policy that is evaluated, saved and replayed."""

from collections.abc import Iterator
from typing import Any

import jax
import numpy as np
from mjbench_sb3.harness import observation_statistics
from sbx.common.jax_layers import BatchRenorm
from stable_baselines3.common.base_class import BaseAlgorithm

from mjbench.policies.mlp import MlpPolicy
from mjbench_sbx.model import ACTIVATIONS


def export(model: BaseAlgorithm) -> MlpPolicy:
    """A frozen copy of the model's actor and of its observation statistics.

    Raises:
        mjbench.api.session.Diverged: a parameter is not finite.
    """
    policy: Any = model.policy
    space: Any = model.action_space
    weights, biases = zip(*_layers(policy), strict=True)
    activation: Any = next(name for name, function in ACTIVATIONS.items() if function is policy.activation_fn)
    mean, std = observation_statistics(model)
    return MlpPolicy(
        weights=weights,
        biases=biases,
        action_low=space.low.astype(np.float32),
        action_high=space.high.astype(np.float32),
        activation=activation,
        squash="tanh" if policy.squash_output else "clip",
        observation_mean=mean,
        observation_std=std,
    )


def _layers(policy: Any) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Weight (outputs, inputs) and bias (outputs,) of each layer up to the action's mean.

    CrossQ normalises what goes into a layer by running statistics, ``n(x) = a x + c``. Outside training these are
    constants, so ``W n(x) + b = (W a) x + (W c + b)`` is a layer again; folded in double precision.
    """
    state = policy.actor_state
    params = _double(state.params.get("params", state.params))
    statistics = _double(getattr(state, "batch_stats", {}))
    for i in range(len(policy.net_arch_pi) + 1):
        kernel, bias = params[f"Dense_{i}"]["kernel"], params[f"Dense_{i}"]["bias"]
        normaliser = f"BatchRenorm_{i}"
        if normaliser in params:
            scale = params[normaliser]["scale"] / np.sqrt(statistics[normaliser]["var"] + BatchRenorm.epsilon)
            offset = params[normaliser]["bias"] - statistics[normaliser]["mean"] * scale
            kernel, bias = kernel * scale[:, None], bias + offset @ kernel
        yield kernel.T.astype(np.float32, order="C"), bias.astype(np.float32)


def _double(tree: Any) -> Any:
    """A tree of JAX's as arrays of numpy's in double precision."""
    return jax.tree.map(lambda leaf: np.asarray(leaf, np.float64), tree)
