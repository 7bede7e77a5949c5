"""stable-baselines3 beside ours: the same weights, and how far two sets of weights are apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gymnasium
import numpy as np
import stable_baselines3.common.policies
import torch
from mjbench_fast.nn.linear import Linear
from mjbench_fast.nn.network import Network
from stable_baselines3.common.logger import Logger

ACTIVATIONS = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU, "elu": torch.nn.ELU}
TOLERANCE = {np.float32: 1e-5, np.float64: 1e-10}
torch.set_num_threads(1)


class Nothing(gymnasium.Env[Any, Any]):
    """Only has spaces; nobody steps it."""

    def __init__(self, observations: int = 5, actions: int = 3) -> None:
        self.observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (observations,), np.float64)
        self.action_space = gymnasium.spaces.Box(-1.0, 1.0, (actions,), np.float32)


@contextmanager
def precision(dtype: type[np.floating]) -> Iterator[None]:
    """stable-baselines3 in this precision: its networks, and what it feeds them."""
    torch_type = {np.float32: torch.float32, np.float64: torch.float64}[dtype]
    policies: Any = stable_baselines3.common.policies
    before, cast = torch.get_default_dtype(), policies.preprocess_obs
    torch.set_default_dtype(torch_type)
    policies.preprocess_obs = lambda obs, *_, **__: obs.to(torch_type)
    try:
        yield
    finally:
        torch.set_default_dtype(before)
        policies.preprocess_obs = cast


def silent(model: Any) -> Any:
    """The model, ready for ``train()`` without ``learn()``."""
    model.set_logger(Logger(None, []))
    return model


Pair = tuple[np.ndarray, torch.Tensor]
"""One of our arrays, a view, with the parameter of stable-baselines3 that is the same thing."""


def pairs(layers: list[Linear], modules: Any) -> list[list[Pair]]:
    """Weight, transposed, and bias of each layer."""
    linear = [module for module in modules if isinstance(module, torch.nn.Linear)]
    return [
        [(ours.weight[0], theirs.weight.data.T), (ours.bias, theirs.bias.data)]
        for ours, theirs in zip(layers, linear, strict=True)
    ]


def critic_pairs(ours: Network, theirs: Any) -> list[list[Pair]]:
    """The same for two critics."""
    parts = [ours.part(index) for index in range(2)]
    modules = [theirs.qf0, theirs.qf1]
    return [
        layer
        for (layers, head), module in zip(parts, modules, strict=True)
        for layer in pairs([*layers.linear, head], module)
    ]


def copy_weights(matched: list[list[Pair]]) -> None:
    """From stable-baselines3 into ours."""
    for layer in matched:
        for ours, theirs in layer:
            ours[:] = theirs.numpy()


def distance(matched: list[list[Pair]]) -> float:
    """The largest ``|ours - theirs| / |theirs|`` of a layer, weight and bias together, in the Euclidean norm."""
    found = []
    for layer in matched:
        ours = np.concatenate([a.ravel() for a, _ in layer])
        theirs = np.concatenate([b.numpy().ravel() for _, b in layer])
        found.append(float(np.linalg.norm(ours - theirs) / np.linalg.norm(theirs)))
    return max(found)
