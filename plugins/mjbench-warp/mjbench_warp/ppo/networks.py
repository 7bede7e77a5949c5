"""The networks of PPO: a policy and a value of equal shape, all parameters in one flat tensor."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional, init

from mjbench_warp.ppo.options import PpoOptions

ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu, "elu": functional.elu}
Layer = tuple[Tensor, Tensor]
"""Weight (outputs, inputs) and bias (outputs,)."""


class ActorCritic:
    """``mean = actor(x)``, ``value = critic(x)``, ``log_std`` a parameter of its own.

    The first weights are drawn on the CPU as stable-baselines3 draws them, so that they are the same on every device.

    Args:
        inputs: observation size.
        actions: A, action size.
        options: hyperparameters.
        generator: of the CPU.
        device: where the parameters are.
    """

    def __init__(
        self, inputs: int, actions: int, options: PpoOptions, generator: torch.Generator, device: torch.device
    ) -> None:
        sizes = [inputs, *options.net_arch]
        shapes = [(o, i) for i, o in pairwise(sizes)]
        layers = [*shapes, (actions, sizes[-1]), *shapes, (1, sizes[-1])]
        total = sum(o * i + o for o, i in layers) + actions
        self._activate = ACTIVATIONS[options.activation]
        self.values = torch.zeros(total, device=device)
        """(P,) all parameters; ``parameters`` are views of it."""
        self.parameters: list[Tensor] = []
        found = [(self._next(o, i), self._next(o)) for o, i in layers]
        self.log_std = self._next(actions)
        half = len(found) // 2
        self.actor, self.critic = found[:half], found[half:]
        with torch.no_grad():
            for part, gain in ((self.actor, 0.01), (self.critic, 1.0)):
                for layer in part:
                    last = layer is part[-1]
                    _draw(layer, (gain if last else 2**0.5) if options.ortho_init else None, generator)
            self.log_std.fill_(options.log_std_init)

    def mean(self, x: Tensor) -> Tensor:
        """Observations (..., inputs) as the networks see them -> (..., A)."""
        return self._forward(self.actor, x)

    def value(self, x: Tensor) -> Tensor:
        """(..., inputs) -> (...)."""
        return self._forward(self.critic, x)[..., 0]

    def gradients(self, loss: Tensor, into: Tensor) -> None:
        """Of ``loss`` with respect to all parameters, into a tensor (P,)."""
        found = torch.autograd.grad(loss, self.parameters)
        torch.cat([gradient.reshape(-1) for gradient in found], out=into)

    def _next(self, *shape: int) -> Tensor:
        """A parameter behind the last one; shares its memory with ``values``."""
        start = sum(parameter.numel() for parameter in self.parameters)
        view = self.values[start : start + torch.Size(shape).numel()].view(shape)
        self.parameters.append(view.detach().requires_grad_())
        return self.parameters[-1]

    def _forward(self, layers: Sequence[Layer], x: Tensor) -> Tensor:
        for weight, bias in layers[:-1]:
            x = self._activate(functional.linear(x, weight, bias))
        return functional.linear(x, *layers[-1])


def _draw(layer: Layer, gain: float | None, generator: torch.Generator) -> None:
    """Orthogonal with a gain and a bias of zero; without a gain, uniform as ``torch.nn.Linear`` begins."""
    for parameter in layer if gain is None else layer[:1]:
        drawn = torch.empty(parameter.shape)
        if gain is None:
            bound = layer[0].shape[1] ** -0.5
            drawn.uniform_(-bound, bound, generator=generator)
        else:
            init.orthogonal_(drawn, gain, generator=generator)
        parameter.copy_(drawn)
