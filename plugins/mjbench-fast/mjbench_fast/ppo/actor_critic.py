"""The networks of PPO: a policy and a value of equal shape, evaluated side by side."""

from collections.abc import Sequence

import numpy as np

from mjbench_fast.nn.activation import ACTIVATIONS
from mjbench_fast.nn.batch_pass import BatchPass
from mjbench_fast.nn.initialisation import orthogonal, uniform
from mjbench_fast.nn.layers import Layers
from mjbench_fast.nn.linear import Linear
from mjbench_fast.nn.parameters import Parameters


class ActorCritic:
    """``mean = W_m h_0 + b_m``, ``value = w_v h_1 + b_v``, ``log_std`` a parameter of its own.

    Network 0 of the hidden layers is the policy's, network 1 the value's. They may share their first layers.

    Args:
        inputs: observation size.
        actions: A, action size.
        sizes: hidden layers of each.
        activation: name of the activation function.
        dtype: of all numbers.
        shared: hidden layers before them that both share.
    """

    def __init__(
        self,
        inputs: int,
        actions: int,
        sizes: Sequence[int],
        activation: str,
        dtype: type[np.floating] = np.float32,
        shared: Sequence[int] = (),
    ) -> None:
        self.parameters = Parameters(
            {
                **Layers.shapes(inputs, sizes, copies=2, shared=shared),
                **Linear.shapes("mean", sizes[-1], actions),
                **Linear.shapes("value", sizes[-1], 1),
                "log_std": (actions,),
            },
            dtype,
        )
        self.dtype = dtype
        self.layers = Layers.of(self.parameters, ACTIVATIONS[activation], copies=2, shared=len(shared))
        self.mean = Linear.of(self.parameters, "mean")
        self.value = Linear.of(self.parameters, "value")
        self.log_std = self.parameters.value["log_std"]
        self.width = sizes[-1]
        """Of the last hidden layer of each network: columns ``[:width]`` are the policy's, ``[width:]`` the value's."""
        self.actor = self.layers.part(0)
        self.critic = self.layers.part(1)

    def initialise(self, rng: np.random.Generator, ortho_init: bool, log_std_init: float) -> None:
        """Draw the weights as stable-baselines3 does."""
        hidden = [*self.actor.linear, *self.critic.linear[self.layers.shared :]]
        if ortho_init:
            for layer in hidden:
                orthogonal(layer, 2**0.5, rng)
            orthogonal(self.mean, 0.01, rng)
            orthogonal(self.value, 1.0, rng)
        else:
            for layer in (*hidden, self.mean, self.value):
                uniform(layer, rng)
        self.log_std[:] = log_std_init


class ActorCriticPass:
    """Forward and backward of both networks for batches of one size, on arrays allocated once.

    Args:
        networks: the networks.
        batch: B.
    """

    def __init__(self, networks: ActorCritic, batch: int) -> None:
        self._networks = networks
        self.both = BatchPass(networks.layers, batch, networks.dtype)
        self.mean = np.empty((batch, networks.mean.outputs), networks.dtype)
        self.value = np.empty((batch, 1), networks.dtype)

    def forward(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """x (B, inputs) -> mean (B, A), value (B, 1); valid until the next call."""
        networks = self._networks
        h = self.both.forward(x)
        networks.mean.forward(h[:, : networks.width], self.mean)
        networks.value.forward(h[:, networks.width :], self.value)
        return self.mean, self.value

    def backward(self, d_mean: np.ndarray, d_value: np.ndarray) -> None:
        """d_mean (B, A), d_value (B, 1) -> the gradients of all parameters but ``log_std``."""
        networks, width = self._networks, self._networks.width
        h, dh = self.both.hidden[-1], self.both.d_hidden[-1]
        networks.mean.backward(h[:, :width], d_mean, self.both.ones)
        networks.mean.backward_input(d_mean, dh[:, :width])
        networks.value.backward(h[:, width:], d_value, self.both.ones)
        networks.value.backward_input(d_value, dh[:, width:])
        self.both.backward()
