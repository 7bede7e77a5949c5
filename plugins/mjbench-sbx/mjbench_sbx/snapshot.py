"""What an SBX model needs beyond stable-baselines3's state to go on between two rollouts as if nothing had happened."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from mjbench_sb3 import harness
from stable_baselines3.common.base_class import BaseAlgorithm

OF_MODEL = ("key", "ent_coef_state")
OF_POLICY = ("key", "noise_key", "actor_state", "vf_state", "qf_state", "qf1_state", "qf2_state")
"""Trees of arrays: random keys, and parameters with targets, batch statistics and the optimiser's state."""


def capture(model: BaseAlgorithm) -> dict[str, Any]:
    """The model's state between two rollouts; the rows of a replay buffer are kept by ``Report``."""
    trees = {name: [_plain(leaf) for leaf in jax.tree.leaves(getattr(*place))] for name, place in _trees(model).items()}
    return {**harness.capture(model), "jax": trees}


def restore(model: BaseAlgorithm, state: dict[str, Any]) -> None:
    """Put captured state into a model whose ``learn`` stands before its first rollout."""
    harness.restore(model, state)
    for name, (owner, attribute) in _trees(model).items():
        structure = jax.tree.structure(getattr(owner, attribute))
        leaves = [jnp.asarray(leaf) if isinstance(leaf, np.ndarray) else leaf for leaf in state["jax"][name]]
        setattr(owner, attribute, jax.tree.unflatten(structure, leaves))


def _trees(model: BaseAlgorithm) -> dict[str, tuple[Any, str]]:
    """Where the model keeps each of its trees: an object and the name of its attribute."""
    places = [("", model, name) for name in OF_MODEL] + [("policy.", model.policy, name) for name in OF_POLICY]
    return {prefix + name: (owner, name) for prefix, owner, name in places if hasattr(owner, name)}


def _plain(leaf: Any) -> Any:
    """An array of numpy's; a Python number for a scalar that JAX holds as one, so that its type stays as weak."""
    if not isinstance(leaf, jax.Array):
        return leaf
    return leaf.item() if leaf.weak_type and leaf.ndim == 0 else np.asarray(leaf)
