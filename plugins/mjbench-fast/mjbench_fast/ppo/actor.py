"""The policy's actions alone, for stepping: the value can wait until the rollout is complete."""

import numpy as np

from mjbench_fast.nn.compiled import compiled
from mjbench_fast.ppo.actor_critic import ActorCritic

TANH, RELU, ELU = range(3)
CODES = {"tanh": TANH, "relu": RELU, "elu": ELU}


class Actor:
    """Actions for N observations at a time, by one call that does not return to Python between the layers.

    Args:
        networks: the networks.
        activation: name of their activation function.
        low: bounds of the actions (A,).
        high: see ``low``.
    """

    def __init__(self, networks: ActorCritic, activation: str, low: np.ndarray, high: np.ndarray) -> None:
        self._layers = [*networks.actor.linear, networks.mean]
        self._sizes = np.array([self._layers[0].inputs, *(layer.outputs for layer in self._layers)])
        self._code = CODES[activation]
        self._low, self._high = (bound.astype(networks.dtype) for bound in (low, high))
        self._weights = np.empty(0, networks.dtype)

    def refresh(self) -> None:
        """Take the weights as they are now."""
        parts = [part.reshape(-1) for layer in self._layers for part in (layer.weight, layer.bias)]
        self._weights = np.concatenate(parts)

    def act(self, x: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Observations x (N, inputs), noise (N, A) -> ``mean + noise`` (N, A), and the same within the bounds."""
        return _act(x, self._weights, self._sizes, self._code, noise, self._low, self._high)


@compiled
def _act(
    x: np.ndarray,
    weights: np.ndarray,
    sizes: np.ndarray,
    code: int,
    noise: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """weights: of each layer (inputs, outputs), then its bias."""
    actions, bounded = np.empty_like(noise), np.empty_like(noise)
    h, z = np.empty(sizes.max(), x.dtype), np.empty(sizes.max(), x.dtype)
    zero, one = x.dtype.type(0), x.dtype.type(1)
    for row in range(x.shape[0]):
        h[: sizes[0]] = x[row]
        start = 0
        for layer in range(sizes.size - 1):
            inputs, outputs = sizes[layer], sizes[layer + 1]
            z[:outputs] = weights[start + inputs * outputs : start + (inputs + 1) * outputs]
            for i in range(inputs):
                factor, column = h[i], weights[start : start + outputs]
                for j in range(outputs):
                    z[j] += factor * column[j]
                start += outputs
            start += outputs
            if layer < sizes.size - 2:
                for j in range(outputs):
                    if code == TANH:
                        z[j] = np.tanh(z[j])
                    elif z[j] < zero:
                        z[j] = zero if code == RELU else np.exp(z[j]) - one
            h, z = z, h
        for j in range(noise.shape[1]):
            action = h[j] + noise[row, j]
            actions[row, j] = action
            action = low[j] if action < low[j] else action
            bounded[row, j] = high[j] if action > high[j] else action
    return actions, bounded
